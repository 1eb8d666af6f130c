using System.Buffers;
using System.Globalization;
using System.Text;
using Listmonk.Core.Templates.Expressions.Functions;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Escaping;

/// <summary>The escaping of each context, as html/template does it: what it refuses becomes <c>ZgotmplZ</c>.</summary>
internal static class HtmlEscaping
{
    public const string Refused = "ZgotmplZ";

    private static readonly SearchValues<char> HtmlSpecial = SearchValues.Create("\0\"&'+<>");
    private static readonly SearchValues<char> UnquotedSpecial = SearchValues.Create("\0\t\n\v\f\r \"&'+<=>`");
    private static readonly SearchValues<char> MarkupSpecial = SearchValues.Create("\0\"'+<>");
    private static readonly SearchValues<char> UnquotedMarkupSpecial = SearchValues.Create("\0\t\n\v\f\r \"'+<=>`");
    private static readonly SearchValues<char> UrlUnreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");
    private static readonly SearchValues<char> UrlKept = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!#$&*+,/:;=?@[]");
    private static readonly SearchValues<char> ScriptSpecial = SearchValues.Create("\0\t\n\v\f\r\"`&'+/<>\\\u2028\u2029");
    private static readonly SearchValues<char> ScriptTemplateSpecial = SearchValues.Create("\0\t\n\v\f\r\"`&'+/<>\\${}\u2028\u2029");
    private static readonly SearchValues<char> ScriptRegexSpecial = SearchValues.Create("\0\t\n\v\f\r\"&'+/<>\\${}()*-.?[]^|\u2028\u2029");
    private static readonly SearchValues<char> CssTextSpecial = SearchValues.Create("\0\t\n\f\r\"&'()+/:;<>\\{}");

    public static void WriteText(ITemplateWriter writer, ReadOnlySpan<char> text) => WriteEntities(writer, text, HtmlSpecial);

    public static void WriteUnquoted(ITemplateWriter writer, ReadOnlySpan<char> text)
        => WriteEntities(writer, text.Length == 0 ? Refused : text, UnquotedSpecial);

    /// <summary>Markup inside an attribute or a title: existing entities stay.</summary>
    public static void WriteMarkup(ITemplateWriter writer, ReadOnlySpan<char> text, bool isQuoted)
        => WriteEntities(writer, text, isQuoted ? MarkupSpecial : UnquotedMarkupSpecial);

    public static string Text(string text, int limit)
    {
        if (!text.AsSpan().ContainsAny(HtmlSpecial))
        {
            return text;
        }

        var escaped = new TextBuilder(limit);
        foreach (var c in text)
        {
            _ = HtmlSpecial.Contains(c) ? escaped.Append(Entity(c)) : escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>Only web, mail and telephone addresses and relative ones may stand at the start of a URL.</summary>
    public static bool IsSafeUrl(ReadOnlySpan<char> url)
    {
        var colon = url.IndexOf(':');
        if (colon < 0 || url[..colon].Contains('/'))
        {
            return true;
        }

        var scheme = url[..colon];
        return scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase)
            || scheme.Equals("mailto", StringComparison.OrdinalIgnoreCase) || scheme.Equals("tel", StringComparison.OrdinalIgnoreCase);
    }

    public static string FilterUrl(string url) => IsSafeUrl(url) ? url : "#" + Refused;

    public static string NormalizeUrl(string url, int limit) => PercentEncode(url, UrlKept, keepEscapes: true, limit);

    public static string EncodeUrl(string url, int limit) => PercentEncode(url, UrlUnreserved, keepEscapes: false, limit);

    public static string Srcset(string sources, int limit)
    {
        var result = new TextBuilder(limit);
        var rest = sources.AsSpan();
        for (var first = true; ; first = false)
        {
            var comma = rest.IndexOf(',');
            var part = comma < 0 ? rest : rest[..comma];
            result.Append(first ? string.Empty : ",");
            var trimmed = part.Trim();
            var blank = trimmed.IndexOfAny(' ', '\t', '\n');
            var url = blank < 0 ? trimmed : trimmed[..blank];
            var descriptor = blank < 0 ? default : trimmed[blank..];
            var isPlain = true;
            foreach (var c in descriptor)
            {
                isPlain &= char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '\t' or '\n';
            }

            result.Append(isPlain && IsSafeUrl(url) ? NormalizeUrl(url.ToString(), limit) + descriptor.ToString() : "#" + Refused);
            if (comma < 0)
            {
                return result.ToString();
            }

            rest = rest[(comma + 1)..];
        }
    }

    public static string ScriptText(string text, int limit) => ScriptEscape(text, ScriptSpecial, limit);

    public static string ScriptTemplate(string text, int limit) => ScriptEscape(text, ScriptTemplateSpecial, limit);

    public static string ScriptRegex(string text, int limit)
    {
        if (text.Length == 0)
        {
            return "(?:)";
        }

        var escaped = new TextBuilder(limit);
        foreach (var c in text)
        {
            _ = c is '$' or '(' or ')' or '*' or '-' or '.' or '?' or '[' or ']' or '^' or '{' or '|' or '}' ? escaped.Append('\\').Append(c)
                : ScriptRegexSpecial.Contains(c) ? escaped.Append(ScriptCode(c))
                : escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>A JSON value; blanks keep numbers and words apart from the script around them.</summary>
    public static string ScriptValue(object? value, int limit)
    {
        var json = JsonText.Write(value is SafeHtml html ? html.Markup : value, escapeHtml: true, indent: null, limit);
        return IsWordPart(json[0]) || IsWordPart(json[^1]) ? $" {json} " : json;

        static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c is '$' or '_';
    }

    public static string CssText(string text, int limit)
    {
        if (!text.AsSpan().ContainsAny(CssTextSpecial))
        {
            return text;
        }

        var escaped = new TextBuilder(limit);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (!CssTextSpecial.Contains(c))
            {
                escaped.Append(c);
                continue;
            }

            escaped.Append('\\').Append(c == '\\' ? "\\" : ((int)c).ToString("x", CultureInfo.InvariantCulture));
            if (c != '\\' && i + 1 < text.Length && (char.IsAsciiHexDigit(text[i + 1]) || char.IsWhiteSpace(text[i + 1])))
            {
                escaped.Append(' ');
            }
        }

        return escaped.ToString();
    }

    public static string CssValue(string text)
    {
        var letters = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\0' or '"' or '\'' or '(' or ')' or '/' or ';' or '@' or '[' or '\\' or ']' or '`' or '{' or '}' or '<' or '>' || (c == '-' && i > 0 && text[i - 1] == '-'))
            {
                return Refused;
            }

            if (char.IsAsciiLetter(c))
            {
                letters.Append(char.ToLowerInvariant(c));
            }
        }

        var word = letters.ToString();
        return word.Contains("expression", StringComparison.Ordinal) || word.Contains("mozbinding", StringComparison.Ordinal) ? Refused : text;
    }

    public static string AttributeName(string text)
    {
        var name = text.ToLowerInvariant();
        if (name.Length == 0 || HtmlScanner.KindOf(name, HtmlElement.Other) != AttributeKind.Plain || name is "type" or "content" or "charset" or "http-equiv" or "srcdoc" or "rel" or "target")
        {
            return Refused;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                return Refused;
            }
        }

        return name;
    }

    public static string StripTags(string markup)
    {
        if (!markup.Contains('<', StringComparison.Ordinal))
        {
            return markup;
        }

        var text = new StringBuilder();
        var at = 0;
        while (at < markup.Length)
        {
            var open = markup.IndexOf('<', at);
            if (open < 0)
            {
                text.Append(markup, at, markup.Length - at);
                break;
            }

            text.Append(markup, at, open - at);
            var isTag = open + 1 < markup.Length && (char.IsAsciiLetter(markup[open + 1]) || markup[open + 1] is '/' or '!' or '?');
            var close = isTag ? markup.IndexOf('>', open) : -1;
            if (isTag && close < 0)
            {
                break;
            }

            if (!isTag)
            {
                text.Append('<');
            }

            at = isTag ? close + 1 : open + 1;
        }

        return text.ToString();
    }

    private static void WriteEntities(ITemplateWriter writer, ReadOnlySpan<char> text, SearchValues<char> special)
    {
        while (true)
        {
            var found = text.IndexOfAny(special);
            if (found < 0)
            {
                if (text.Length > 0)
                {
                    writer.Write(text);
                }

                return;
            }

            if (found > 0)
            {
                writer.Write(text[..found]);
            }

            writer.Write(Entity(text[found]));
            text = text[(found + 1)..];
        }
    }

    private static string Entity(char c) => c switch
    {
        '\0' => "\uFFFD",
        '"' => "&#34;",
        '&' => "&amp;",
        '\'' => "&#39;",
        '+' => "&#43;",
        '<' => "&lt;",
        '>' => "&gt;",
        '\t' => "&#9;",
        '\n' => "&#10;",
        '\v' => "&#11;",
        '\f' => "&#12;",
        '\r' => "&#13;",
        ' ' => "&#32;",
        '=' => "&#61;",
        _ => "&#96;",
    };

    private static string PercentEncode(string url, SearchValues<char> kept, bool keepEscapes, int limit)
    {
        if (!url.AsSpan().ContainsAnyExcept(kept))
        {
            return url;
        }

        var encoded = new TextBuilder(limit);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < url.Length;)
        {
            var c = url[i];
            if (kept.Contains(c) || (keepEscapes && c == '%' && i + 2 < url.Length && char.IsAsciiHexDigit(url[i + 1]) && char.IsAsciiHexDigit(url[i + 2])))
            {
                encoded.Append(c);
                i++;
                continue;
            }

            Rune.DecodeFromUtf16(url.AsSpan(i), out var rune, out var length);
            i += length;
            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
            {
                encoded.Append('%').Append(char.ToLowerInvariant(HexDigit(b >> 4))).Append(char.ToLowerInvariant(HexDigit(b & 15)));
            }
        }

        return encoded.ToString();

        static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'a' + value - 10);
    }

    private static string ScriptEscape(string text, SearchValues<char> special, int limit)
    {
        if (!text.AsSpan().ContainsAny(special))
        {
            return text;
        }

        var escaped = new TextBuilder(limit);
        foreach (var c in text)
        {
            _ = special.Contains(c) ? escaped.Append(ScriptCode(c)) : escaped.Append(c);
        }

        return escaped.ToString();
    }

    private static string ScriptCode(char c) => c switch
    {
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        '/' => "\\/",
        '\\' => "\\\\",
        _ => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
    };
}
