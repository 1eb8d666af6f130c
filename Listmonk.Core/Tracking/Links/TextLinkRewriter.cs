using Listmonk.Core.Templates;

namespace Listmonk.Core.Tracking.Links;

/// <summary>Finds the addresses in a text part that are to be tracked.</summary>
/// <remarks>
/// An address starts with <c>http://</c> or <c>https://</c> that is not the end of a longer word, and goes on to a blank, a quotation mark, an angle
/// bracket or the punctuation of a script without blanks. Punctuation at its end belongs to the sentence, and so does a bracket
/// that was not opened within the address.
/// </remarks>
public static class TextLinkRewriter
{
    private const string Separator = "://";

    /// <inheritdoc cref="LinkRewriter.Find"/>
    public static LinkRewrite Find(string text, LinkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(policy);
        return LinkRewriter.Guarded(Scan, text, policy);
    }

    private static LinkRewrite Scan(string text, LinkPolicy policy)
    {
        var source = new TemplateSource(text);
        var judge = new LinkJudge(policy);
        var places = new List<LinkPlace>();
        var at = 0;
        var expression = 0;
        var terminator = -1;
        while (true)
        {
            var separator = source.Masked[at..].IndexOf(Separator) is >= 0 and var distance ? at + distance : text.Length;
            for (; expression < source.Expressions.Count && source.Expressions[expression].Start < separator; expression++)
            {
                var call = source.Expressions[expression];
                if (call.Start >= at && call.Has(TemplateTraits.TrackLink) && call.Kind == TemplateExpressionKind.Value)
                {
                    AddPlace(source, judge, policy, places, call.Start, call.End);
                }
            }

            if (separator == text.Length)
            {
                return new LinkRewrite(places, PixelOffset: null, HasTrackView: false, Failure: null);
            }

            var start = SchemeStart(source.Masked, at, separator);
            var hostStart = separator + Separator.Length;
            terminator = terminator < hostStart ? Terminator(source.Masked, hostStart) : terminator;
            var end = AddressEnd(source, hostStart, terminator);
            if (SiteAddress.IsWeb(source.Masked[start..separator]))
            {
                end = WithoutPunctuation(source.Masked, start, hostStart, end);
                if (end > hostStart)
                {
                    AddPlace(source, judge, policy, places, start, end);
                }
            }

            at = Math.Max(end, hostStart);
        }
    }

    private static void AddPlace(TemplateSource source, LinkJudge judge, LinkPolicy policy, List<LinkPlace> places, int start, int end)
    {
        var position = policy.FirstPosition + places.Count;
        var verdict = position > TrackingToken.MaxPosition ? new LinkVerdict(LinkReason.TooManyLinks) : judge.Judge(source, start, end, isMarkup: false);
        places.Add(new LinkPlace(position, start, source.Text[start..end], Element: "", verdict.Reason, verdict.Destination)
        {
            HasExpressions = verdict.HasExpressions,
            IsScoped = verdict.IsScoped,
            HasOpenScheme = verdict.HasOpenScheme,
            Decorated = verdict.Decorated,
        });
    }

    private static int SchemeStart(ReadOnlySpan<char> masked, int from, int separator)
    {
        var start = separator;
        while (start > from && (char.IsAsciiLetterOrDigit(masked[start - 1]) || masked[start - 1] == '+'))
        {
            start--;
        }

        return start;
    }

    /// <summary>A block may lie within an address, but an address does not reach beyond the block it stands in.</summary>
    private static int AddressEnd(TemplateSource source, int at, int terminator)
    {
        for (var i = source.IndexFrom(at); i < source.Expressions.Count && source.Expressions[i].Start < terminator; i++)
        {
            var expression = source.Expressions[i];
            switch (expression.Kind)
            {
                case TemplateExpressionKind.If or TemplateExpressionKind.Scope:
                    i = source.ClosingOf(i);
                    if (i < 0 || source.Expressions[i].Start > terminator)
                    {
                        return expression.Start;
                    }

                    break;
                case TemplateExpressionKind.Else or TemplateExpressionKind.ElseScope or TemplateExpressionKind.End:
                    return expression.Start;
                default:
                    break;
            }
        }

        return terminator;
    }

    private static int Terminator(ReadOnlySpan<char> masked, int at)
    {
        while (at < masked.Length && !IsTerminator(masked[at]))
        {
            at++;
        }

        return at;
    }

    private static int WithoutPunctuation(ReadOnlySpan<char> masked, int start, int hostStart, int end)
    {
        var before = start > 0 ? masked[start - 1] : '\0';
        var address = masked[hostStart..end];
        int[] surplus =
        [
            address.Count(')') - address.Count('('), address.Count(']') - address.Count('['), address.Count('}') - address.Count('{'),
        ];
        while (end > hostStart)
        {
            var c = masked[end - 1];
            var bracket = ")]}".IndexOf(c, StringComparison.Ordinal);
            if (bracket >= 0 ? surplus[bracket]-- <= 0 : !IsPunctuation(c, before))
            {
                break;
            }

            end--;
        }

        return end;
    }

    /// <summary>Marks that surround a link, as in Markdown, count only on both sides.</summary>
    private static bool IsPunctuation(char c, char before) =>
        c is '.' or ',' or ';' or ':' or '!' or '?' or '\'' or '*' or '`' or '…' or '\u2019' || (c is '_' or '~' or '|' && c == before);

    private static bool IsTerminator(char c) =>
        c is '<' or '>' or '"' or '“' or '”' or '„' or '«' or '»' or '‹' or '›'
            or '\u3001' or '\u3002' or (>= '\u3008' and <= '\u3011') or (>= '\u3014' and <= '\u301b')
            or '\uff01' or '\uff08' or '\uff09' or '\uff0c' or '\uff1a' or '\uff1b' or '\uff1f'
            or (>= '\u200b' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff'
        || char.IsWhiteSpace(c) || char.IsControl(c);
}
