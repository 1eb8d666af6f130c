using System.Runtime.InteropServices;

namespace Listmonk.Core.Templates;

/// <summary>A source whose template expressions are known and hidden.</summary>
/// <remarks>
/// Expressions may hold quotes, angle brackets and blanks that mean nothing to HTML. They are found first, in one pass, and
/// overwritten in a copy with a character that HTML gives no meaning to, so that the HTML tokenizer needs to know nothing about templates
/// and offsets in the copy are offsets in the source. A source without expressions is not copied.
///
/// The lexer follows Go's: strings, raw strings and character constants hide braces, comments end at their own mark. If an expression
/// does not end, the template does not compile, so the search ends there; hence no character is looked at twice.
/// </remarks>
internal sealed class TemplateSource
{
    /// <summary>Stands for a character of an expression. A noncharacter: it never occurs in text that is exchanged.</summary>
    public const char Mask = '\uFFFF';

    private readonly List<TemplateExpression> _expressions = [];
    private readonly char[]? _masked;
    private readonly List<int> _closings = [];
    private readonly Stack<(int Opening, bool IsScope)> _blocks = new();
    private int _scopes;

    public TemplateSource(string text)
    {
        Text = text;
        Scan();
        if (_expressions.Count > 0)
        {
            _masked = text.ToCharArray();
            foreach (var expression in _expressions)
            {
                _masked.AsSpan(expression.Start, expression.Length).Fill(Mask);
            }
        }
    }

    public string Text { get; }

    public ReadOnlySpan<char> Masked => _masked ?? Text.AsSpan();

    public IReadOnlyList<TemplateExpression> Expressions => _expressions;

    /// <summary>The index of the first expression that starts at or after an offset.</summary>
    public int IndexFrom(int offset)
    {
        var (low, high) = (0, _expressions.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_expressions[middle].Start < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The index of the <c>end</c> that closes the block which an expression opens, or -1.</summary>
    public int ClosingOf(int opening) => _closings[opening];

    public bool IsInBlock(int offset) => IndexFrom(offset) is > 0 and var next && _expressions[next - 1].BlocksAfter > 0;

    /// <summary>Whether the dot at an offset is not the message but an item of a loop or the like.</summary>
    public bool IsScoped(int offset) => IndexFrom(offset) is > 0 and var next && _expressions[next - 1].IsScopedAfter;

    private void Scan()
    {
        var at = 0;
        while (true)
        {
            var start = Text.IndexOf("{{", at, StringComparison.Ordinal);
            if (start < 0 || !TryRead(start, out var end, out var kind, out var traits))
            {
                return;
            }

            _closings.Add(-1);
            Enter(kind);
            _expressions.Add(new TemplateExpression(start, end - start, kind, traits, _blocks.Count, _scopes > 0));
            at = end;
        }
    }

    private void Enter(TemplateExpressionKind kind)
    {
        switch (kind)
        {
            case TemplateExpressionKind.If:
                _blocks.Push((_expressions.Count, false));
                break;
            case TemplateExpressionKind.Scope:
                _blocks.Push((_expressions.Count, true));
                _scopes++;
                break;
            case TemplateExpressionKind.ElseScope when _blocks.TryPop(out var block):
                _blocks.Push((block.Opening, true));
                _scopes += block.IsScope ? 0 : 1;
                break;
            case TemplateExpressionKind.End when _blocks.TryPop(out var block):
                _scopes -= block.IsScope ? 1 : 0;
                _closings[block.Opening] = _expressions.Count;
                break;
            default:
                break;
        }
    }

    private bool TryRead(int start, out int end, out TemplateExpressionKind kind, out TemplateTraits traits)
    {
        kind = TemplateExpressionKind.Value;
        traits = TemplateTraits.None;
        end = 0;
        var at = start + 2;
        if (at + 1 < Text.Length && Text[at] == '-' && char.IsWhiteSpace(Text[at + 1]))
        {
            at += 2;
        }

        if (string.CompareOrdinal(Text, at, "/*", 0, 2) == 0)
        {
            kind = TemplateExpressionKind.Comment;
            return EndsAt(Text.IndexOf("*/", at + 2, StringComparison.Ordinal), out end);
        }

        var words = 0;
        while (at < Text.Length)
        {
            var c = Text[at];
            switch (c)
            {
                case '}' when at + 1 < Text.Length && Text[at + 1] == '}':
                    end = at + 2;
                    return true;
                case '"' or '\'' or '`':
                    at = StringEnd(at);
                    if (at < 0)
                    {
                        return false;
                    }

                    words++;
                    continue;
                case '$' when at + 1 < Text.Length && IsWord(Text[at + 1]):
                    traits |= TemplateTraits.Variable;
                    break;
                case '.' when at == 0 || !(IsWord(Text[at - 1]) || Text[at - 1] is ')' or '$'):
                    traits |= TemplateTraits.Dot;
                    break;
                case '&' when at + 1 < Text.Length && (char.IsAsciiLetter(Text[at + 1]) || Text[at + 1] == '#'):
                    traits |= TemplateTraits.Entity;
                    break;
                case '=' when kind == TemplateExpressionKind.Value:
                    kind = TemplateExpressionKind.Assignment;
                    break;
                default:
                    if (IsWord(c))
                    {
                        var word = at;
                        while (at < Text.Length && IsWord(Text[at]))
                        {
                            at++;
                        }

                        Classify(Text.AsSpan(word, at - word), Text[word - 1], words++, ref kind, ref traits);
                        continue;
                    }

                    break;
            }

            at++;
        }

        return false;
    }

    private static void Classify(ReadOnlySpan<char> word, char before, int ordinal, ref TemplateExpressionKind kind, ref TemplateTraits traits)
    {
        if (before is '.' or '$')
        {
            return;
        }

        switch (word)
        {
            case "UnsubscribeURL" or "ManageURL" or "OptinURL" or "MessageURL" or "ArchiveURL" or "RootURL":
                traits |= TemplateTraits.OwnAddress;
                break;
            case "TrackLink":
                traits |= TemplateTraits.TrackLink;
                break;
            case "TrackView":
                traits |= TemplateTraits.TrackView;
                break;
            default:
                break;
        }

        if (ordinal == 0)
        {
            kind = word switch
            {
                "if" => TemplateExpressionKind.If,
                "with" or "range" or "define" or "block" => TemplateExpressionKind.Scope,
                "else" => TemplateExpressionKind.Else,
                "end" => TemplateExpressionKind.End,
                "template" or "break" or "continue" => TemplateExpressionKind.Jump,
                _ => kind,
            };
        }
        else if (ordinal == 1 && kind == TemplateExpressionKind.Else && word is "with")
        {
            kind = TemplateExpressionKind.ElseScope;
        }
    }

    private int StringEnd(int start)
    {
        var quote = Text[start];
        if (quote == '`')
        {
            var end = Text.IndexOf('`', start + 1);
            return end < 0 ? -1 : end + 1;
        }

        for (var at = start + 1; at < Text.Length; at++)
        {
            if (Text[at] == quote)
            {
                return at + 1;
            }

            if (Text[at] == '\n')
            {
                return -1;
            }

            if (Text[at] == '\\')
            {
                at++;
            }
        }

        return -1;
    }

    private bool EndsAt(int commentEnd, out int end)
    {
        end = 0;
        if (commentEnd < 0)
        {
            return false;
        }

        var at = commentEnd + 2;
        if (at + 1 < Text.Length && char.IsWhiteSpace(Text[at]) && Text[at + 1] == '-')
        {
            at += 2;
        }

        end = at + 2;
        return string.CompareOrdinal(Text, at, "}}", 0, 2) == 0;
    }

    private static bool IsWord(char c) => c == '_' || char.IsLetterOrDigit(c);
}

/// <summary>One <c>{{ … }}</c>; <c>BlocksAfter</c> counts the blocks that are open behind it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TemplateExpression(
    int Start, int Length, TemplateExpressionKind Kind, TemplateTraits Traits, int BlocksAfter, bool IsScopedAfter)
{
    public int End => Start + Length;

    /// <summary>Writes nothing itself.</summary>
    public bool IsSilent => Kind is not (TemplateExpressionKind.Value or TemplateExpressionKind.Jump);

    public bool Has(TemplateTraits traits) => (Traits & traits) != TemplateTraits.None;
}

internal enum TemplateExpressionKind
{
    Value,
    Comment,
    Assignment,
    If,
    Scope,
    Else,
    ElseScope,
    End,
    Jump,
}

[Flags]
internal enum TemplateTraits
{
    None = 0,
    Variable = 1,
    Dot = 2,
    Entity = 4,
    OwnAddress = 8,
    TrackLink = 16,
    TrackView = 32,
}
