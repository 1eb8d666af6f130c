using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Listmonk.Core.Templates.Expressions.Escaping;

/// <summary>
/// Follows constant text through HTML, scripts and styles, so that the context of each value is known at compile time.
/// The states and their outcome are those of Go's html/template, with three differences (decision 0009):
/// comments are kept, conditional ones are read as ordinary HTML, and markup that Go refuses or changes (a stray quote in a
/// tag, a stray &lt;) is left as it is, since mail templates are full of it.
/// </summary>
internal sealed partial class HtmlScanner(StringBuilder output)
{
    private static readonly FrozenSet<string> UrlAttributes = FrozenSet.Create(StringComparer.Ordinal,
        "action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "longdesc", "manifest", "poster", "profile", "src", "usemap");

    private static readonly SearchValues<char> UnquotedEnd = SearchValues.Create(" \t\n\f\r>");

    // A slash after these begins a regular expression, not a division.
    private static readonly FrozenSet<string> WordsBeforeRegex = FrozenSet.Create(StringComparer.Ordinal,
        "break", "case", "continue", "delete", "do", "else", "finally", "in", "instanceof", "return", "throw", "try", "typeof", "void");

    private string _text = string.Empty;
    private int _at;
    private int _copied;

    public static AttributeKind KindOf(string attribute, HtmlElement element)
    {
        var name = attribute.ToLowerInvariant();
        if (name.StartsWith("data-", StringComparison.Ordinal))
        {
            name = name[5..];
        }
        else if (name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            if (name.AsSpan(0, colon) is "xmlns")
            {
                return AttributeKind.Url;
            }

            name = name[(colon + 1)..];
        }

        return name switch
        {
            "srcset" or "imagesrcset" => AttributeKind.Srcset,
            "style" => AttributeKind.Style,
            "type" when element == HtmlElement.Script => AttributeKind.ScriptType,
            _ when UrlAttributes.Contains(name) => AttributeKind.Url,
            _ when name.StartsWith("on", StringComparison.Ordinal) => AttributeKind.Script,
            _ when name.Contains("src", StringComparison.Ordinal) || name.Contains("uri", StringComparison.Ordinal) || name.Contains("url", StringComparison.Ordinal) => AttributeKind.Url,
            _ => AttributeKind.Plain,
        };
    }

    /// <summary>Appends what is kept of <paramref name="text"/> to the output and returns the context after it.</summary>
    public HtmlContext Read(HtmlContext context, string text)
    {
        (_text, _at, _copied) = (text, 0, 0);
        while (_at < text.Length)
        {
            context = Step(context);
        }

        if (context.State == HtmlState.Comment)
        {
            _copied = text.Length;
        }

        output.Append(text, _copied, text.Length - _copied);
        return context;
    }

    private HtmlContext Step(HtmlContext context)
    {
        switch (context.State)
        {
            case HtmlState.Text:
                return InText(context);
            case HtmlState.Comment:
                return InComment(context);
            case HtmlState.Tag:
                return InTag(context);
            case HtmlState.AttributeName:
                SkipAttributeName();
                return _at < _text.Length ? context with { State = HtmlState.AfterName } : context;
            case HtmlState.AfterName:
                SkipSpace();
                if (_at >= _text.Length)
                {
                    return context;
                }

                if (_text[_at] != '=')
                {
                    return context with { State = HtmlState.Tag, Attribute = AttributeKind.Plain };
                }

                _at++;
                return context with { State = HtmlState.BeforeValue };
            case HtmlState.BeforeValue:
                SkipSpace();
                if (_at >= _text.Length)
                {
                    return context;
                }

                if (_text[_at] is '"' or '\'')
                {
                    return context.StartValue(_text[_at++] == '"' ? ValueEnd.DoubleQuote : ValueEnd.SingleQuote);
                }

                return context.StartValue(ValueEnd.SpaceOrTagEnd);
            default:
                return context.End == ValueEnd.None ? InSpecialElement(context) : InValue(context);
        }
    }

    private HtmlContext InText(HtmlContext context)
    {
        var open = _text.IndexOf('<', _at);
        if (open < 0)
        {
            _at = _text.Length;
            return context;
        }

        _at = open + 1;
        if (string.CompareOrdinal(_text, open, "<!--", 0, 4) == 0)
        {
            var kept = ConditionalComment().Match(_text, open);
            if (kept.Success)
            {
                _at = open + kept.Length;
                return context;
            }

            if (CommentEnd(open + 4) is { } end)
            {
                _at = end;
                return context;
            }

            // A value stands in this comment, where nobody would see it but who reads the source: the comment goes.
            Drop(open);
            _at = open + 4;
            return context with { State = HtmlState.Comment };
        }

        var name = _at < _text.Length && _text[_at] == '/' ? _at + 1 : _at;
        if (name < _text.Length && char.IsAsciiLetter(_text[name]))
        {
            var end = name;
            while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is ':' or '-'))
            {
                end++;
            }

            _at = end;
            return context with { State = HtmlState.Tag, Element = name > open + 1 ? HtmlElement.Other : ElementOf(_text.AsSpan(name, end - name)) };
        }

        if (_at < _text.Length && _text[_at] != '/')
        {
            return context;
        }

        // A < at the end must not become a tag together with the value that follows.
        Drop(open);
        output.Append("&lt;");
        _copied = open + 1;
        return context;
    }

    /// <summary>Where a comment ends whose text begins at <paramref name="start"/>; null when it does not end in this text.</summary>
    private int? CommentEnd(int start)
    {
        foreach (var end in (ReadOnlySpan<string>)[">", "->"])
        {
            if (string.CompareOrdinal(_text, start, end, 0, end.Length) == 0)
            {
                return start + end.Length;
            }
        }

        var closing = AnyCommentEnd().Match(_text, start);
        return closing.Success ? closing.Index + closing.Length : null;
    }

    private HtmlContext InComment(HtmlContext context)
    {
        var end = _text.IndexOf("-->", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            _at = _copied = _text.Length;
            return context;
        }

        _at = _copied = end + 3;
        return context with { State = HtmlState.Text };
    }

    private HtmlContext InTag(HtmlContext context)
    {
        SkipSpace();
        if (_at >= _text.Length)
        {
            return context;
        }

        if (_text[_at] == '>')
        {
            _at++;
            return new HtmlContext(
                context.Element switch
                {
                    HtmlElement.Script => HtmlState.Script,
                    HtmlElement.Style => HtmlState.Css,
                    HtmlElement.Textarea or HtmlElement.Title => HtmlState.Rcdata,
                    _ => HtmlState.Text,
                },
                Element: context.Element);
        }

        var start = _at;
        SkipAttributeName();
        if (_at == start)
        {
            _at++;
            return context;
        }

        return context with
        {
            State = _at < _text.Length ? HtmlState.AfterName : HtmlState.AttributeName,
            Attribute = KindOf(_text[start.._at], context.Element),
        };
    }

    private HtmlContext InValue(HtmlContext context)
    {
        var rest = _text.AsSpan(_at);
        var end = context.End switch
        {
            ValueEnd.DoubleQuote => rest.IndexOf('"'),
            ValueEnd.SingleQuote => rest.IndexOf('\''),
            _ => rest.IndexOfAny(UnquotedEnd),
        };
        var raw = end < 0 ? rest : rest[..end];
        if (raw.Length > 0)
        {
            context = Inside(context, raw.Contains('&') ? WebUtility.HtmlDecode(raw.ToString()) : raw.ToString());
        }

        if (end < 0)
        {
            _at = _text.Length;
            return context;
        }

        _at += end + (context.End == ValueEnd.SpaceOrTagEnd ? 0 : 1);
        return new HtmlContext(HtmlState.Tag, Element: context.Element);
    }

    private HtmlContext InSpecialElement(HtmlContext context)
    {
        var start = _at;
        var end = EndTag(context.Element);
        var inside = _text[start..(end < 0 ? _text.Length : end)];
        if (end >= 0)
        {
            _at = end;
            return new HtmlContext();
        }

        _at = _text.Length;
        return Inside(context, inside);
    }

    private int EndTag(HtmlElement element)
    {
        var tag = element switch
        {
            HtmlElement.Script => "</script",
            HtmlElement.Style => "</style",
            HtmlElement.Textarea => "</textarea",
            _ => "</title",
        };
        for (var from = _at; ;)
        {
            var found = _text.IndexOf(tag, from, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return -1;
            }

            var after = found + tag.Length;
            if (after >= _text.Length || _text[after] is ' ' or '\t' or '\n' or '\f' or '\r' or '/' or '>')
            {
                return found;
            }

            from = after;
        }
    }

    private static HtmlContext Inside(HtmlContext context, string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            context = context.State switch
            {
                HtmlState.Url or HtmlState.Srcset => InUrl(context, text, ref at),
                >= HtmlState.Script and <= HtmlState.ScriptLineComment => InScript(context, text, ref at),
                >= HtmlState.Css => InCss(context, text, ref at),
                _ => InPlain(context, text, ref at),
            };
        }

        return context;
    }

    private static HtmlContext InPlain(HtmlContext context, string text, ref int at)
    {
        at = text.Length;
        return context.Attribute == AttributeKind.ScriptType && !IsScriptType(text) ? context with { Element = HtmlElement.Other } : context;
    }

    private static HtmlContext InUrl(HtmlContext context, string text, ref int at)
    {
        var rest = text.AsSpan(at);
        at = text.Length;
        return context with { UrlPart = After(context.UrlPart, rest) };
    }

    private static UrlPart After(UrlPart part, ReadOnlySpan<char> text)
        => text.ContainsAny('?', '#') ? UrlPart.QueryOrFragment
            : part == UrlPart.Start && !text.IsWhiteSpace() ? UrlPart.BeforeQuery
            : part;

    private static HtmlContext SkipTo(HtmlContext context, string text, string end, HtmlState next, ref int at)
    {
        var found = text.IndexOf(end, at, StringComparison.Ordinal);
        at = found < 0 ? text.Length : found + end.Length;
        return found < 0 ? context : context with { State = next };
    }

    private static HtmlElement ElementOf(ReadOnlySpan<char> name)
        => name.Equals("script", StringComparison.OrdinalIgnoreCase) ? HtmlElement.Script
            : name.Equals("style", StringComparison.OrdinalIgnoreCase) ? HtmlElement.Style
            : name.Equals("textarea", StringComparison.OrdinalIgnoreCase) ? HtmlElement.Textarea
            : name.Equals("title", StringComparison.OrdinalIgnoreCase) ? HtmlElement.Title
            : HtmlElement.Other;

    private static bool IsScriptType(string type)
    {
        var end = type.IndexOf(';', StringComparison.Ordinal);
        var name = (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
        return name is "module" or "application/json" or "application/ld+json" || name.EndsWith("script", StringComparison.Ordinal) || name.StartsWith("text/javascript", StringComparison.Ordinal);
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\f' or '\r')
        {
            _at++;
        }
    }

    private void SkipAttributeName()
    {
        while (_at < _text.Length && _text[_at] is not (' ' or '\t' or '\n' or '\f' or '\r' or '=' or '>'))
        {
            _at++;
        }
    }

    private void Drop(int end) => output.Append(_text, _copied, end - _copied);

    /// <summary>What Outlook reads: the opening with its condition (and the end of a revealing comment), or the closing of such a comment.</summary>
    [GeneratedRegex(@"\G<!--\s*(?:\[if[^\]\r\n]{0,200}\]>(?:\s*<!--\s*-?->|<!-->)?|<!\[endif\]\s*-->)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConditionalComment();

    [GeneratedRegex("--!?>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AnyCommentEnd();
}
