using Listmonk.Core.Templates;

namespace Listmonk.Core.Tracking.Links;

/// <summary>Finds the link places of an HTML source, and what decides where the open pixel goes.</summary>
/// <remarks>
/// A tokenizer after the HTML standard, reduced to what matters here: tags with their attributes, comments, and the elements whose content is
/// text. It builds no tree and changes nothing. Template expressions are masked (see <see cref="TemplateSource"/>). Conditional comments
/// that name mso are read a second time as markup, since Outlook does the same; they cannot nest.
/// Every loop moves forward and no part is read more than twice, so hostile input costs no more than other input of its length.
/// </remarks>
internal sealed class HtmlLinkScanner
{
    private readonly TemplateSource _source;
    private readonly LinkJudge _judge;
    private readonly LinkPolicy _policy;
    private readonly List<LinkPlace> _places = [];
    private readonly List<Range> _inert = [];
    private readonly List<AttributeValue> _links = [];
    private int? _bodyEnd;
    private int? _unfinished;
    private int _foreignDepth;
    private bool _isAmp;

    private HtmlLinkScanner(TemplateSource source, LinkPolicy policy)
    {
        _source = source;
        _policy = policy;
        _judge = new LinkJudge(policy);
    }

    private readonly record struct AttributeValue(int Start, int End, bool IsUnquoted);

    /// <summary>What an element's attributes keep from its link.</summary>
    private readonly record struct OptOuts(bool Tracking, bool Utm);

    public static LinkRewrite Scan(string html, LinkPolicy policy)
    {
        var scanner = new HtmlLinkScanner(new TemplateSource(html), policy);
        scanner.ReadMarkup(0, html.Length, isConditional: false);
        return scanner.Result();
    }

    private LinkRewrite Result()
    {
        var places = _isAmp ? _places.ConvertAll(place => place with { Reason = LinkReason.AmpPart, Destination = null, Decorated = null }) : _places;
        var hasTrackView = HasLiveTrackView();
        var needsPixel = !_policy.IsTrackingOff && !hasTrackView && !_isAmp;

        // A tag or comment that never ends would swallow a pixel behind it.
        var end = _unfinished ?? _source.Text.Length;
        return new LinkRewrite(places, needsPixel ? _bodyEnd ?? end : null, hasTrackView, Failure: null) { IsPixelLast = (_bodyEnd ?? _unfinished) is not null };
    }

    private bool HasLiveTrackView()
    {
        var next = 0;
        foreach (var expression in _source.Expressions)
        {
            while (next < _inert.Count && _inert[next].End.Value <= expression.Start)
            {
                next++;
            }

            if (expression.Has(TemplateTraits.TrackView) && (next == _inert.Count || expression.Start < _inert[next].Start.Value))
            {
                return true;
            }
        }

        return false;
    }

    private void ReadMarkup(int at, int end, bool isConditional)
    {
        while (at < end && _source.Masked[at..end].IndexOf('<') is >= 0 and var distance)
        {
            at += distance;
            var next = at + 1 < end ? _source.Masked[at + 1] : '\0';
            if (char.IsAsciiLetter(next))
            {
                at = ReadStartTag(at, end, isConditional);
            }
            else if (next == '/')
            {
                at = ReadEndTag(at, end, isConditional);
            }
            else if (next is '!' or '?')
            {
                at = _source.Masked[at..end].StartsWith("<!--") ? ReadComment(at, end, isConditional) : ReadBogusComment(at, end, isConditional);
            }
            else
            {
                at++;
            }
        }
    }

    private int ReadStartTag(int start, int end, bool isConditional)
    {
        var nameEnd = NameEnd(start + 1, end);
        var name = _source.Masked[(start + 1)..nameEnd];
        var isLink = Is(name, "a") || Is(name, "area") || (isConditional && name.StartsWith("v:", StringComparison.OrdinalIgnoreCase));
        var isHtml = Is(name, "html");
        _links.Clear();
        if (!TryReadAttributes(nameEnd, end, isLink, isHtml, out var at, out var optOuts))
        {
            return Unfinished(start, end, isConditional);
        }

        var isSelfClosing = _source.Masked[at - 2] == '/';
        if (isLink)
        {
            foreach (var link in _links)
            {
                AddPlace(name, link, optOuts, isConditional);
            }
        }
        else if ((Is(name, "svg") || Is(name, "math")) && !isSelfClosing)
        {
            _foreignDepth++;
        }
        else if (HoldsText(name) && !(_foreignDepth > 0 && (isSelfClosing || Is(name, "title"))))
        {
            return ReadText(name, start, at, end, isConditional);
        }

        return at;
    }

    /// <summary>Reads the attributes up to the end of the tag; fails if the tag does not end.</summary>
    private bool TryReadAttributes(int at, int end, bool isLink, bool isHtml, out int tagEnd, out OptOuts optOuts)
    {
        var masked = _source.Masked;
        var hasLink = false;
        optOuts = default;
        tagEnd = end;
        while (true)
        {
            while (at < end && (IsBlank(masked[at]) || masked[at] == '/'))
            {
                at++;
            }

            if (at >= end)
            {
                return false;
            }

            if (masked[at] == '>')
            {
                tagEnd = at + 1;
                return true;
            }

            var nameStart = at++;
            while (at < end && !IsBlank(masked[at]) && masked[at] is not ('/' or '>' or '='))
            {
                at++;
            }

            var name = masked[nameStart..at];
            if (!TryReadValue(ref at, end, out var value))
            {
                return false;
            }

            if (name[0] == TemplateSource.Mask && TryStripSilent(nameStart, ref name))
            {
                // Behind an if, an else or the like the tag may have no link yet.
                hasLink = false;
            }

            if (isLink && Is(name, "href") && value is { } link && !hasLink)
            {
                hasLink = true;
                _links.Add(link);
            }
            else if (isLink && name.Equals(_policy.NoTrackAttribute, StringComparison.OrdinalIgnoreCase))
            {
                optOuts = optOuts with { Tracking = true };
            }
            else if (isLink && name.Equals(_policy.NoUtmAttribute, StringComparison.OrdinalIgnoreCase))
            {
                optOuts = optOuts with { Utm = true };
            }
            else if (isHtml && (name is "⚡4email" || Is(name, "amp4email")))
            {
                _isAmp = true;
            }
        }
    }

    private bool TryReadValue(ref int at, int end, out AttributeValue? value)
    {
        var masked = _source.Masked;
        value = null;
        var next = SkipBlanks(at, end);
        if (next >= end || masked[next] != '=')
        {
            return true;
        }

        next = SkipBlanks(next + 1, end);
        if (next >= end)
        {
            return false;
        }

        if (masked[next] is '"' or '\'')
        {
            var length = masked[(next + 1)..end].IndexOf(masked[next]);
            if (length < 0)
            {
                return false;
            }

            value = new AttributeValue(next + 1, next + 1 + length, IsUnquoted: false);
            at = next + length + 2;
            return true;
        }

        var start = next;
        while (next < end && !IsBlank(masked[next]) && masked[next] != '>')
        {
            next++;
        }

        value = new AttributeValue(start, next, IsUnquoted: true);
        at = next;
        return true;
    }

    /// <summary>Removes leading expressions from an attribute's name if they write nothing, such as <c>{{ if … }}</c>.</summary>
    private bool TryStripSilent(int start, ref ReadOnlySpan<char> name)
    {
        var (at, end) = (start, start + name.Length);
        for (var i = _source.IndexFrom(start); i < _source.Expressions.Count && _source.Expressions[i].Start == at && at < end; i++)
        {
            if (!_source.Expressions[i].IsSilent)
            {
                return false;
            }

            at = _source.Expressions[i].End;
        }

        name = name[(at - start)..];
        return at > start;
    }

    private int ReadEndTag(int start, int end, bool isConditional)
    {
        if (start + 2 >= end || !char.IsAsciiLetter(_source.Masked[start + 2]))
        {
            return ReadBogusComment(start, end, isConditional);
        }

        var nameEnd = NameEnd(start + 2, end);
        var name = _source.Masked[(start + 2)..nameEnd];
        if (!TryReadAttributes(nameEnd, end, isLink: false, isHtml: false, out var at, out _))
        {
            return Unfinished(start, end, isConditional);
        }

        if (Is(name, "svg") || Is(name, "math"))
        {
            _foreignDepth = Math.Max(0, _foreignDepth - 1);
        }
        else if (Is(name, "body") && !isConditional && !_source.IsInBlock(start))
        {
            _bodyEnd = start;
        }

        return at;
    }

    private int ReadComment(int start, int end, bool isConditional)
    {
        var content = start + 4;
        var masked = _source.Masked[..end];
        if (masked[content..].StartsWith(">"))
        {
            return content + 1;
        }

        if (masked[content..].StartsWith("->"))
        {
            return content + 2;
        }

        var (contentEnd, at) = CommentEnd(content, end);
        if (contentEnd == end)
        {
            Unfinished(start, end, isConditional);
        }

        if (!isConditional)
        {
            _inert.Add(start..at);
            if (TryReadCondition(content, contentEnd, out var markup))
            {
                ReadMarkup(markup, contentEnd, isConditional: true);
            }
        }

        return at;
    }

    private (int ContentEnd, int At) CommentEnd(int at, int end)
    {
        var masked = _source.Masked[..end];
        while (masked[at..].IndexOf("--") is >= 0 and var distance)
        {
            at += distance;
            var behind = masked[(at + 2)..];
            if (behind.StartsWith(">"))
            {
                return (at, at + 3);
            }

            if (behind.StartsWith("!>"))
            {
                return (at, at + 4);
            }

            at++;
        }

        return (end, end);
    }

    private bool TryReadCondition(int content, int contentEnd, out int markup)
    {
        markup = 0;
        var comment = _source.Masked[content..contentEnd];
        if (!comment.StartsWith("[if", StringComparison.OrdinalIgnoreCase) || comment.IndexOf("]>") is not (>= 0 and var length))
        {
            return false;
        }

        markup = content + length + 2;
        return comment[..length].Contains("mso", StringComparison.OrdinalIgnoreCase);
    }

    private int ReadBogusComment(int start, int end, bool isConditional) =>
        _source.Masked[start..end].IndexOf('>') is >= 0 and var length ? start + length + 1 : Unfinished(start, end, isConditional);

    /// <summary>Skips the content of an element that holds text only; the end tag is read as usual.</summary>
    private int ReadText(ReadOnlySpan<char> name, int start, int at, int end, bool isConditional)
    {
        var textEnd = -1;
        while (textEnd < 0 && !Is(name, "plaintext") && _source.Masked[at..end].IndexOf("</") is >= 0 and var distance)
        {
            at += distance + 2;
            var tail = _source.Masked[at..end];
            if (tail.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && tail.Length > name.Length
                && (IsBlank(tail[name.Length]) || tail[name.Length] is '/' or '>'))
            {
                textEnd = at - 2;
            }
        }

        if (textEnd < 0)
        {
            textEnd = Unfinished(start, end, isConditional);
        }

        if (!isConditional)
        {
            _inert.Add(start..textEnd);
        }

        return textEnd;
    }

    private void AddPlace(ReadOnlySpan<char> element, AttributeValue value, OptOuts optOuts, bool isConditional)
    {
        var position = _policy.FirstPosition + _places.Count;
        var verdict = position > TrackingToken.MaxPosition
            ? new LinkVerdict(LinkReason.TooManyLinks)
            : _judge.Judge(_source, value.Start, value.End, isMarkup: true, optOuts.Tracking, hasUtm: !optOuts.Utm);
        _places.Add(new LinkPlace(
            position, value.Start, _source.Text[value.Start..value.End], element.ToString().ToLowerInvariant(), verdict.Reason, verdict.Destination)
        {
            HasExpressions = verdict.HasExpressions,
            IsScoped = verdict.IsScoped,
            HasOpenScheme = verdict.HasOpenScheme,
            Decorated = verdict.Decorated,
            IsUnquoted = value.IsUnquoted,
            IsInConditionalComment = isConditional,
        });
    }

    private int Unfinished(int start, int end, bool isConditional)
    {
        if (!isConditional)
        {
            _unfinished ??= start;
        }

        return end;
    }

    private int NameEnd(int at, int end)
    {
        var masked = _source.Masked;
        while (at < end && !IsBlank(masked[at]) && masked[at] is not ('/' or '>'))
        {
            at++;
        }

        return at;
    }

    private int SkipBlanks(int at, int end)
    {
        var masked = _source.Masked;
        while (at < end && IsBlank(masked[at]))
        {
            at++;
        }

        return at;
    }

    private static bool HoldsText(ReadOnlySpan<char> name) =>
        Is(name, "style") || Is(name, "script") || Is(name, "title") || Is(name, "textarea") || Is(name, "xmp") || Is(name, "iframe")
        || Is(name, "noembed") || Is(name, "noframes") || Is(name, "plaintext");

    private static bool Is(ReadOnlySpan<char> name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';
}
