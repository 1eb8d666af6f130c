namespace Listmonk.Core.Bounces.Parsing;

/// <summary>One pattern of the rule tables: literal pieces in their order, with gaps between; cheap enough to try a thousand of them on each mail.</summary>
internal sealed class Phrase
{
    /// <summary>How many characters a <c>*</c> may stand for.</summary>
    private const int LongestGap = 100;

    private readonly string[] _pieces;
    private readonly bool _isAtStart;
    private readonly bool _isWordStart;

    private Phrase(string text)
    {
        Text = text;
        _isAtStart = text.StartsWith('^');
        _pieces = text.TrimStart('^').Split('*', StringSplitOptions.RemoveEmptyEntries);
        _isWordStart = text[0] != '*' && char.IsAsciiLetterOrDigit(_pieces[0][0]);
    }

    public string Text { get; }

    public static Phrase[] ParseAll(string alternatives) =>
        [.. alternatives.Split('|', StringSplitOptions.RemoveEmptyEntries).Where(text => text.Trim('^', '*').Length > 0).Select(text => new Phrase(text))];

    /// <summary>Whether the phrase occurs, at the start of a word unless it begins with a gap; <paramref name="text"/> is what <see cref="ReplyText.Normalize"/> made.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        if (_isAtStart)
        {
            return text.StartsWith(_pieces[0], StringComparison.Ordinal) && Follow(text[_pieces[0].Length..]);
        }

        var from = 0;
        while (true)
        {
            var at = text[from..].IndexOf(_pieces[0], StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            at += from;
            from = at + _pieces[0].Length;
            if ((!_isWordStart || at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && Follow(text[from..]))
            {
                return true;
            }
        }
    }

    private bool Follow(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < _pieces.Length; i++)
        {
            var piece = _pieces[i];
            var at = text[..Math.Min(text.Length, LongestGap + piece.Length)].IndexOf(piece, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            text = text[(at + piece.Length)..];
        }

        return true;
    }
}
