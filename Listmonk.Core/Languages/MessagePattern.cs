namespace Listmonk.Core.Languages;

/// <summary>A text with places for values, <c>The list {0} is archived.</c>, that finds the values in a finished sentence.</summary>
internal sealed class MessagePattern
{
    private readonly List<string> _literals = [];
    private readonly List<int> _places = [];

    public MessagePattern(string key)
    {
        var from = 0;
        for (var open = key.IndexOf('{', StringComparison.Ordinal); open >= 0; open = key.IndexOf('{', from))
        {
            var close = key.IndexOf('}', open);
            if (close < 0 || !int.TryParse(key.AsSpan(open + 1, close - open - 1), out var place))
            {
                break;
            }

            _literals.Add(key[from..open]);
            _places.Add(place);
            from = close + 1;
        }

        _literals.Add(key[from..]);
        Length = _literals.Sum(literal => literal.Length);
    }

    /// <summary>How much of it is fixed; the longer, the surer a match.</summary>
    public int Length { get; }

    /// <summary>The values by their place, or null where the sentence is another one.</summary>
    public string[]? Match(string sentence)
    {
        if (sentence.Length < Length || !sentence.StartsWith(_literals[0], StringComparison.Ordinal) || !sentence.EndsWith(_literals[^1], StringComparison.Ordinal))
        {
            return null;
        }

        var values = new string[_places.Max() + 1];
        Array.Fill(values, "");
        var from = _literals[0].Length;
        for (var i = 0; i < _places.Count; i++)
        {
            var next = _literals[i + 1];
            var end = i == _places.Count - 1 ? sentence.Length - next.Length : sentence.IndexOf(next, from, StringComparison.Ordinal);
            if (end < from)
            {
                return null;
            }

            values[_places[i]] = sentence[from..end];
            from = end + next.Length;
        }

        return values;
    }
}
