namespace Listmonk.Core.Templates.Expressions.Escaping;

// Inside of script and style elements and attributes.
internal sealed partial class HtmlScanner
{
    private static HtmlContext InScript(HtmlContext context, string text, ref int at)
    {
        switch (context.State)
        {
            case HtmlState.ScriptBlockComment:
                return SkipTo(context, text, "*/", HtmlState.Script, ref at);
            case HtmlState.ScriptLineComment:
                var line = text.AsSpan(at).IndexOfAny('\n', '\r', '\u2028');
                at = line < 0 ? text.Length : at + line;
                return line < 0 ? context : context with { State = HtmlState.Script };
            case HtmlState.ScriptDoubleQuoted or HtmlState.ScriptSingleQuoted or HtmlState.ScriptTemplate or HtmlState.ScriptSubstitution or HtmlState.ScriptRegex:
                return InScriptLiteral(context, text, ref at);
        }

        var found = text.AsSpan(at).IndexOfAny("\"'`/");
        if (found < 0)
        {
            var divides = SlashDividesAfter(text.AsSpan(at), context.SlashDivides);
            at = text.Length;
            return context with { SlashDivides = divides };
        }

        var slashDivides = SlashDividesAfter(text.AsSpan(at, found), context.SlashDivides);
        at += found;
        var c = text[at++];
        switch (c)
        {
            case '"':
                return context with { State = HtmlState.ScriptDoubleQuoted, SlashDivides = false };
            case '\'':
                return context with { State = HtmlState.ScriptSingleQuoted, SlashDivides = false };
            case '`':
                return context with { State = HtmlState.ScriptTemplate, SlashDivides = false };
            case '/' when at < text.Length && text[at] == '/':
                at++;
                return context with { State = HtmlState.ScriptLineComment, SlashDivides = slashDivides };
            case '/' when at < text.Length && text[at] == '*':
                at++;
                return context with { State = HtmlState.ScriptBlockComment, SlashDivides = slashDivides };
            default:
                return slashDivides ? context with { SlashDivides = false } : context with { State = HtmlState.ScriptRegex };
        }
    }

    private static HtmlContext InScriptLiteral(HtmlContext context, string text, ref int at)
    {
        var inClass = false;
        for (; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\\':
                    at++;
                    break;
                case '"' when context.State == HtmlState.ScriptDoubleQuoted:
                case '\'' when context.State == HtmlState.ScriptSingleQuoted:
                case '`' when context.State is HtmlState.ScriptTemplate or HtmlState.ScriptSubstitution:
                case '/' when context.State == HtmlState.ScriptRegex && !inClass:
                    at++;
                    return context with { State = HtmlState.Script, SlashDivides = true };
                case '[' when context.State == HtmlState.ScriptRegex:
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '$' when context.State == HtmlState.ScriptTemplate && at + 1 < text.Length && text[at + 1] == '{':
                    context = context with { State = HtmlState.ScriptSubstitution };
                    break;
            }
        }

        at = text.Length;
        return context;
    }

    private static bool SlashDividesAfter(ReadOnlySpan<char> text, bool before)
    {
        text = text.TrimEnd();
        if (text.Length == 0)
        {
            return before;
        }

        var last = text[^1];
        switch (last)
        {
            case '+' or '-':
                var run = text.Length - text.TrimEnd(last).Length;
                return run % 2 == 0;
            case '.':
                return text.Length > 1 && char.IsAsciiDigit(text[^2]);
            case ',' or '<' or '>' or '=' or '*' or '%' or '&' or '|' or '^' or '?' or '!' or '~' or '(' or '[' or ':' or ';' or '{' or '}':
                return false;
        }

        var start = text.Length;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '$' or '_'))
        {
            start--;
        }

        return !WordsBeforeRegex.Contains(text[start..].ToString());
    }

    private static HtmlContext InCss(HtmlContext context, string text, ref int at)
    {
        switch (context.State)
        {
            case HtmlState.CssComment:
                return SkipTo(context, text, "*/", HtmlState.Css, ref at);
            case HtmlState.Css:
                break;
            default:
                return InCssText(context, text, ref at);
        }

        var found = text.AsSpan(at).IndexOfAny("(\"'/");
        if (found < 0)
        {
            at = text.Length;
            return context;
        }

        var start = at;
        at += found;
        switch (text[at++])
        {
            case '"':
                return context with { State = HtmlState.CssDoubleQuoted, UrlPart = UrlPart.Start };
            case '\'':
                return context with { State = HtmlState.CssSingleQuoted, UrlPart = UrlPart.Start };
            case '/' when at < text.Length && text[at] == '*':
                at++;
                return context with { State = HtmlState.CssComment };
            case '(' when text.AsSpan(start, found).TrimEnd().EndsWith("url", StringComparison.OrdinalIgnoreCase):
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                {
                    at++;
                }

                if (at < text.Length && text[at] is '"' or '\'')
                {
                    return context with { State = text[at++] == '"' ? HtmlState.CssDoubleQuotedUrl : HtmlState.CssSingleQuotedUrl, UrlPart = UrlPart.Start };
                }

                return context with { State = HtmlState.CssUrl, UrlPart = UrlPart.Start };
            default:
                return context;
        }
    }

    private static HtmlContext InCssText(HtmlContext context, string text, ref int at)
    {
        var start = at;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\\')
            {
                at++;
                continue;
            }

            var ends = context.State switch
            {
                HtmlState.CssDoubleQuoted or HtmlState.CssDoubleQuotedUrl => c == '"',
                HtmlState.CssSingleQuoted or HtmlState.CssSingleQuotedUrl => c == '\'',
                _ => c == ')' || char.IsWhiteSpace(c),
            };
            if (ends)
            {
                at++;
                return context with { State = HtmlState.Css, UrlPart = UrlPart.Start };
            }
        }

        at = text.Length;
        return context with { UrlPart = After(context.UrlPart, text.AsSpan(start)) };
    }
}
