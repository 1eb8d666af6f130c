using System.Globalization;
using Listmonk.Core.Templates.Expressions.Evaluation;
using Listmonk.Core.Templates.Expressions.Values;

namespace Listmonk.Core.Templates.Expressions.Escaping;

/// <summary>Writes a value in the way its place in the document needs; chosen at compile time.</summary>
internal sealed class Escaper(InnerEscape inner, OuterEscape outer)
{
    public static Escaper Plain { get; } = new(InnerEscape.None, OuterEscape.None);

    public void Write(RenderState state, object? value)
    {
        if (inner == InnerEscape.None)
        {
            switch (value)
            {
                case string text:
                    WriteOuter(state, text);
                    return;
                case long whole:
                    Span<char> digits = stackalloc char[24];
                    whole.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
                    state.Write(digits[..length]);
                    return;
                case SafeHtml html:
                    WriteSafe(state, html.Markup);
                    return;
            }
        }

        var limit = state.Limits.MaxOutputLength;
        if (inner == InnerEscape.ScriptValue)
        {
            WriteOuter(state, HtmlEscaping.ScriptValue(value, limit));
            return;
        }

        var shown = GoText.Display(value, limit);
        WriteOuter(state, inner switch
        {
            InnerEscape.WholeUrl => HtmlEscaping.NormalizeUrl(HtmlEscaping.FilterUrl(shown), limit),
            InnerEscape.UrlPart => HtmlEscaping.NormalizeUrl(shown, limit),
            InnerEscape.UrlQuery => HtmlEscaping.EncodeUrl(shown, limit),
            InnerEscape.Srcset => HtmlEscaping.Srcset(shown, limit),
            InnerEscape.ScriptText => HtmlEscaping.ScriptText(shown, limit),
            InnerEscape.ScriptTemplate => HtmlEscaping.ScriptTemplate(shown, limit),
            InnerEscape.ScriptRegex => HtmlEscaping.ScriptRegex(shown, limit),
            InnerEscape.CssValue => HtmlEscaping.CssValue(shown),
            InnerEscape.CssText => HtmlEscaping.CssText(shown, limit),
            InnerEscape.CssUrl => HtmlEscaping.CssText(HtmlEscaping.FilterUrl(shown), limit),
            InnerEscape.AttributeName => HtmlEscaping.AttributeName(shown),
            _ => shown,
        });
    }

    private void WriteOuter(RenderState state, string text)
    {
        switch (outer)
        {
            case OuterEscape.Text or OuterEscape.Rcdata or OuterEscape.Quoted:
                HtmlEscaping.WriteText(state, text);
                break;
            case OuterEscape.Unquoted:
                HtmlEscaping.WriteUnquoted(state, text);
                break;
            default:
                state.Write(text);
                break;
        }
    }

    private void WriteSafe(RenderState state, string markup)
    {
        switch (outer)
        {
            case OuterEscape.Rcdata:
                HtmlEscaping.WriteMarkup(state, markup, isQuoted: true);
                break;
            case OuterEscape.Quoted or OuterEscape.Unquoted:
                HtmlEscaping.WriteMarkup(state, HtmlEscaping.StripTags(markup), outer == OuterEscape.Quoted);
                break;
            default:
                state.Write(markup);
                break;
        }
    }
}

/// <summary>What happens to a value before the escaping of the HTML around it.</summary>
internal enum InnerEscape
{
    None,
    WholeUrl,
    UrlPart,
    UrlQuery,
    UrlQueryDone,
    Srcset,
    ScriptValue,
    ScriptText,
    ScriptTemplate,
    ScriptRegex,
    CssValue,
    CssText,
    CssUrl,
    AttributeName,
}

/// <summary>The escaping of the HTML around a value.</summary>
internal enum OuterEscape
{
    None,
    Text,
    Rcdata,
    Quoted,
    Unquoted,
}
