namespace Listmonk.Core.Templates.Expressions.Escaping;

/// <summary>Where in an HTML document a piece of a template lands; decides how a value is escaped there.</summary>
internal readonly record struct HtmlContext(
    HtmlState State = HtmlState.Text,
    ValueEnd End = ValueEnd.None,
    UrlPart UrlPart = UrlPart.Start,
    bool SlashDivides = false,
    AttributeKind Attribute = AttributeKind.Plain,
    HtmlElement Element = HtmlElement.Other)
{
    /// <summary>A value here begins what the text before only announced: an attribute's name or its unquoted value.</summary>
    public HtmlContext BeforeOutput() => State switch
    {
        HtmlState.Tag => this with { State = HtmlState.AttributeName },
        HtmlState.AfterName => this with { State = HtmlState.AttributeName, Attribute = AttributeKind.Plain },
        HtmlState.BeforeValue => StartValue(ValueEnd.SpaceOrTagEnd),
        _ => this,
    };

    public HtmlContext StartValue(ValueEnd end) => this with
    {
        End = end,
        UrlPart = UrlPart.Start,
        SlashDivides = false,
        State = Attribute switch
        {
            AttributeKind.Url => HtmlState.Url,
            AttributeKind.Srcset => HtmlState.Srcset,
            AttributeKind.Style => HtmlState.Css,
            AttributeKind.Script => HtmlState.Script,
            _ => HtmlState.Value,
        },
    };

    /// <summary>The context after two branches; null when no single one fits.</summary>
    public static HtmlContext? Join(HtmlContext left, HtmlContext right)
    {
        if (left == right)
        {
            return left;
        }

        if (left with { UrlPart = right.UrlPart } == right)
        {
            return right with { UrlPart = UrlPart.Unknown };
        }

        if (left with { SlashDivides = right.SlashDivides } == right)
        {
            return right with { SlashDivides = true };
        }

        var (a, b) = (left.BeforeOutput(), right.BeforeOutput());
        return a != left || b != right ? Join(a, b) : null;
    }

    public string Describe() => State switch
    {
        HtmlState.Text => "text",
        HtmlState.Rcdata => "the text of a title or textarea",
        HtmlState.Comment => "a comment",
        HtmlState.Tag or HtmlState.AttributeName or HtmlState.AfterName or HtmlState.BeforeValue => "a tag",
        HtmlState.Value or HtmlState.Url or HtmlState.Srcset => "an attribute",
        >= HtmlState.Script and <= HtmlState.ScriptLineComment => "a script",
        _ => "a style",
    };
}

internal enum HtmlState
{
    Text,
    Rcdata,
    Comment,
    Tag,
    AttributeName,
    AfterName,
    BeforeValue,
    Value,
    Url,
    Srcset,
    Script,
    ScriptDoubleQuoted,
    ScriptSingleQuoted,
    ScriptTemplate,
    ScriptSubstitution,
    ScriptRegex,
    ScriptBlockComment,
    ScriptLineComment,
    Css,
    CssDoubleQuoted,
    CssSingleQuoted,
    CssDoubleQuotedUrl,
    CssSingleQuotedUrl,
    CssUrl,
    CssComment,
}

internal enum HtmlElement
{
    Other,
    Script,
    Style,
    Textarea,
    Title,
}

internal enum ValueEnd
{
    None,
    DoubleQuote,
    SingleQuote,
    SpaceOrTagEnd,
}

internal enum UrlPart
{
    Start,
    BeforeQuery,
    QueryOrFragment,

    /// <summary>Branches disagree.</summary>
    Unknown,
}

internal enum AttributeKind
{
    Plain,
    Url,
    Srcset,
    Style,
    Script,
    ScriptType,
}
