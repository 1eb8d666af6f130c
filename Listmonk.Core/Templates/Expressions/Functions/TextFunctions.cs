using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Functions;

/// <summary>Sprig's functions on texts. Lengths are characters (Sprig cuts UTF-8 bytes and can split a letter).</summary>
internal static class TextFunctions
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const int MaxRandom = 1024;

    public static readonly TemplateFunction[] All =
    [
        Plain("upper", static text => text.ToUpperInvariant()),
        Plain("lower", static text => text.ToLowerInvariant()),
        Plain("trim", static text => text.Trim()),
        Plain("title", static text => MapWordStarts(text, char.ToUpperInvariant)),
        Plain("untitle", static text => MapWordStarts(text, char.ToLowerInvariant)),
        Plain("swapcase", static text => string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsUpper(source[i]) ? char.ToLowerInvariant(source[i]) : char.ToUpperInvariant(source[i]);
            }
        })),
        Plain("initials", Initials),
        Plain("nospace", static text => string.Concat(text.Where(c => !char.IsWhiteSpace(c)))),
        Plain("shuffle", static text =>
        {
            var runes = text.EnumerateRunes().ToArray();
            Random.Shared.Shuffle(runes);
            return string.Concat(runes);
        }),
        Plain("snakecase", static text => SplitCase(text, '_')),
        Plain("kebabcase", static text => SplitCase(text, '-')),
        Plain("camelcase", CamelCase),

        new("trimAll", 2, 2, static (_, arguments) => Arguments.Text(arguments[1]).Trim(Arguments.Text(arguments[0]).ToCharArray())),
        new("trimall", 2, 2, static (_, arguments) => Arguments.Text(arguments[1]).Trim(Arguments.Text(arguments[0]).ToCharArray())),
        new("trimPrefix", 2, 2, static (_, arguments) => TrimPrefix(Arguments.Text(arguments[1]), Arguments.Text(arguments[0]))),
        new("trimSuffix", 2, 2, static (_, arguments) => TrimSuffix(Arguments.Text(arguments[1]), Arguments.Text(arguments[0]))),
        new("contains", 2, 2, static (_, arguments) => Value.Bool(Arguments.Text(arguments[1]).Contains(Arguments.Text(arguments[0]), StringComparison.Ordinal))),
        new("hasPrefix", 2, 2, static (_, arguments) => Value.Bool(Arguments.Text(arguments[1]).StartsWith(Arguments.Text(arguments[0]), StringComparison.Ordinal))),
        new("hasSuffix", 2, 2, static (_, arguments) => Value.Bool(Arguments.Text(arguments[1]).EndsWith(Arguments.Text(arguments[0]), StringComparison.Ordinal))),
        new("replace", 3, 3, static (state, arguments) => Replace(state, Arguments.Text(arguments[2]), Arguments.Text(arguments[0]), Arguments.Text(arguments[1]))),
        new("repeat", 2, 2, static (state, arguments) => Repeat(state, Arguments.Count(arguments[0]), Arguments.Text(arguments[1]))),
        new("substr", 3, 3, static (_, arguments) => Substring(Arguments.Count(arguments[0]), Arguments.Count(arguments[1]), Arguments.Text(arguments[2]))),
        new("trunc", 2, 2, static (_, arguments) => Truncate(Arguments.Count(arguments[0]), Arguments.Text(arguments[1]))),
        new("abbrev", 2, 2, static (_, arguments) => Abbreviate(0, Arguments.Count(arguments[0]), Arguments.Text(arguments[1]))),
        new("abbrevboth", 3, 3, static (_, arguments) => Abbreviate(Arguments.Count(arguments[0]), Arguments.Count(arguments[1]), Arguments.Text(arguments[2]))),
        new("plural", 3, 3, static (_, arguments) => Arguments.Text(arguments[Arguments.Count(arguments[2]) == 1 ? 0 : 1])),
        new("quote", 0, int.MaxValue, static (state, arguments) => Quoted(state, arguments, static (text, limit) => GoText.Quote(text, limit))),
        new("squote", 0, int.MaxValue, static (state, arguments) => Quoted(state, arguments, static (text, _) => $"'{text}'")),
        new("cat", 0, int.MaxValue, static (state, arguments) => Quoted(state, arguments, static (text, _) => text)),
        new("indent", 2, 2, static (state, arguments) => Indent(state, Arguments.Count(arguments[0]), Arguments.Text(arguments[1]))),
        new("nindent", 2, 2, static (state, arguments) => "\n" + Indent(state, Arguments.Count(arguments[0]), Arguments.Text(arguments[1]))),
        new("wrap", 2, 2, static (state, arguments) => Wrap(state, Arguments.Count(arguments[0]), "\n", Arguments.Text(arguments[1]))),
        new("wrapWith", 3, 3, static (state, arguments) => Wrap(state, Arguments.Count(arguments[0]), Arguments.Text(arguments[1]), Arguments.Text(arguments[2]))),
        new("toString", 1, 1, static (state, arguments) => Arguments.Shown(state, arguments[0])),
        new("toStrings", 1, 1, static (state, arguments) => Arguments.Texts(state, arguments[0]).ToArray<object?>()),
        new("join", 2, 2, static (state, arguments) => Join(state, Arguments.Text(arguments[0]), Arguments.Texts(state, arguments[1]))),
        new("split", 2, 2, static (state, arguments) => SplitMap(state, Arguments.Text(arguments[1]), Arguments.Text(arguments[0]), int.MaxValue)),
        new("splitn", 3, 3, static (state, arguments) => SplitMap(state, Arguments.Text(arguments[2]), Arguments.Text(arguments[0]), Arguments.Count(arguments[1]))),
        new("splitList", 2, 2, static (state, arguments) => Split(state, Arguments.Text(arguments[1]), Arguments.Text(arguments[0]), int.MaxValue)),
        new("sortAlpha", 1, 1, static (state, arguments) =>
        {
            var texts = Arguments.Texts(state, arguments[0]).ToArray<object?>();
            Array.Sort(texts, static (a, b) => string.CompareOrdinal((string?)a, (string?)b));
            return texts;
        }),
        new("randAlpha", 1, 1, static (_, arguments) => RandomText(Letters, arguments[0])),
        new("randAlphaNum", 1, 1, static (_, arguments) => RandomText(Letters + Digits, arguments[0])),
        new("randNumeric", 1, 1, static (_, arguments) => RandomText(Digits, arguments[0])),
    ];

    public static object?[] Split(RenderState state, string text, string separator, int most)
    {
        if (separator.Length == 0)
        {
            state.Reserve(text.Length);
            return [.. text.EnumerateRunes().Select(rune => rune.ToString())];
        }

        var parts = text.Split(separator, most <= 0 ? int.MaxValue : most, StringSplitOptions.None);
        state.Reserve(parts.Length);
        return parts;
    }

    public static string Replace(RenderState state, string text, string old, string replacement)
    {
        var limit = state.Limits.MaxOutputLength;
        if (old.Length == 0)
        {
            var between = new TextBuilder(limit);
            between.Append(replacement);
            foreach (var rune in text.EnumerateRunes())
            {
                between.Append(rune.ToString()).Append(replacement);
            }

            return between.ToString();
        }

        var at = text.IndexOf(old, StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        var replaced = new TextBuilder(limit);
        var copied = 0;
        for (; at >= 0; at = text.IndexOf(old, copied, StringComparison.Ordinal))
        {
            replaced.Append(text.AsSpan(copied, at - copied)).Append(replacement);
            copied = at + old.Length;
        }

        return replaced.Append(text.AsSpan(copied)).ToString();
    }

    private static TemplateFunction Plain(string name, Func<string, string> convert) => new(name, 1, 1, (_, arguments) => convert(Arguments.Text(arguments[0])));

    private static string MapWordStarts(string text, Func<char, char> convert) => string.Create(text.Length, (text, convert), static (span, given) =>
    {
        var atStart = true;
        for (var i = 0; i < span.Length; i++)
        {
            var c = given.text[i];
            span[i] = atStart ? given.convert(c) : c;
            atStart = !char.IsLetterOrDigit(c) && c != '_' && (c < 0x80 || char.IsWhiteSpace(c));
        }
    });

    private static string Initials(string text)
    {
        var initials = new StringBuilder();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            initials.Append(Rune.GetRuneAt(word.AsSpan() is [var first, ..] && char.IsSurrogate(first) && word.Length < 2 ? "\uFFFD" : Valid(word), 0).ToString());
        }

        return initials.ToString();

        static string Valid(string word) => Rune.TryGetRuneAt(word, 0, out _) ? word : "\uFFFD";
    }

    private static string SplitCase(string text, char separator)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is ' ' or '_' or '-' or '.')
            {
                result.Append(separator);
                continue;
            }

            var startsWord = char.IsUpper(c) && i > 0 && char.IsLetterOrDigit(text[i - 1]) && (!char.IsUpper(text[i - 1]) || (i + 1 < text.Length && char.IsLower(text[i + 1])));
            if (startsWord)
            {
                result.Append(separator);
            }

            result.Append(char.ToLowerInvariant(c));
        }

        return result.ToString();
    }

    private static string CamelCase(string text)
    {
        var result = new StringBuilder();
        var atStart = true;
        foreach (var c in text)
        {
            if (c is ' ' or '_' or '-')
            {
                atStart = true;
                continue;
            }

            result.Append(atStart ? char.ToUpperInvariant(c) : c);
            atStart = false;
        }

        return result.ToString();
    }

    private static string TrimPrefix(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string TrimSuffix(string text, string suffix) => text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static string Repeat(RenderState state, int count, string text)
    {
        if (count <= 0 || text.Length == 0)
        {
            return string.Empty;
        }

        if ((long)count * text.Length > state.Limits.MaxOutputLength)
        {
            throw new EvaluationException($"the text grows beyond {state.Limits.MaxOutputLength} characters");
        }

        return new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
    }

    private static string Substring(int start, int end, string text)
    {
        if (start < 0)
        {
            return text[..SafeCut(text, Math.Clamp(end, 0, text.Length))];
        }

        start = SafeCut(text, Math.Min(start, text.Length));
        end = end < 0 || end > text.Length ? text.Length : SafeCut(text, end);
        return end <= start ? string.Empty : text[start..end];
    }

    private static string Truncate(int count, string text)
        => count >= 0 ? text[..SafeCut(text, Math.Min(count, text.Length))]
            : text.Length + (long)count > 0 ? text[SafeCut(text, text.Length + count)..]
            : text;

    // Never between the halves of a surrogate pair.
    private static int SafeCut(string text, int at)
        => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;

    private static string Abbreviate(int left, int width, string text)
    {
        if (width < 4 || (left > 0 && width < 7) || text.Length <= width)
        {
            return text;
        }

        left = Math.Min(left, text.Length);
        if (text.Length - left < width - 3)
        {
            left = text.Length - (width - 3);
        }

        if (left <= 4)
        {
            return text[..SafeCut(text, width - 3)] + "...";
        }

        return left + width - 3 < text.Length
            ? "..." + Abbreviate(0, width - 3, text[SafeCut(text, left)..])
            : "..." + text[SafeCut(text, text.Length - (width - 3))..];
    }

    private static string Quoted(RenderState state, ReadOnlySpan<object?> arguments, Func<string, int, string> quote)
    {
        var limit = state.Limits.MaxOutputLength;
        var text = new TextBuilder(limit);
        foreach (var argument in arguments)
        {
            if (argument is not null)
            {
                text.Append(text.Length > 0 ? " " : string.Empty).Append(quote(Arguments.Shown(state, argument), limit));
            }
        }

        return text.ToString();
    }

    private static string Indent(RenderState state, int width, string text)
    {
        var indented = new TextBuilder(state.Limits.MaxOutputLength);
        indented.Append(' ', width);
        foreach (var c in text)
        {
            indented.Append(c);
            if (c == '\n')
            {
                indented.Append(' ', width);
            }
        }

        return indented.ToString();
    }

    private static string Wrap(RenderState state, int width, string lineEnd, string text)
    {
        var wrapped = new TextBuilder(state.Limits.MaxOutputLength);
        width = Math.Max(1, width);
        var column = 0;
        foreach (var word in text.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                wrapped.Append(lineEnd);
                column = 0;
            }
            else if (column > 0)
            {
                wrapped.Append(' ');
                column++;
            }

            wrapped.Append(word);
            column += word.Length;
        }

        return wrapped.ToString();
    }

    private static string Join(RenderState state, string separator, List<string> texts)
    {
        var joined = new TextBuilder(state.Limits.MaxOutputLength);
        for (var i = 0; i < texts.Count; i++)
        {
            joined.Append(i > 0 ? separator : string.Empty).Append(texts[i]);
        }

        return joined.ToString();
    }

    private static TemplateMap SplitMap(RenderState state, string text, string separator, int most)
    {
        var map = new TemplateMap();
        var parts = Split(state, text, separator, most);
        for (var i = 0; i < parts.Length; i++)
        {
            map["_" + i.ToString(CultureInfo.InvariantCulture)] = parts[i];
        }

        return map;
    }

    private static string RandomText(string alphabet, object? count)
        => Arguments.Count(count) is >= 0 and <= MaxRandom and var length ? RandomNumberGenerator.GetString(alphabet, length) : throw new EvaluationException($"at most {MaxRandom} random characters");
}
