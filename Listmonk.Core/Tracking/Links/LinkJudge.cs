using System.Text;
using System.Text.RegularExpressions;
using Listmonk.Core.Templates;

namespace Listmonk.Core.Tracking.Links;

/// <summary>Decides for one written link whether it is tracked, and where it leads.</summary>
/// <remarks>
/// The value is first brought into its shape: entities decoded, line breaks and outer blanks gone, each expression one mask character.
/// All questions are asked of the shape; at the end the expressions are put back as they were written.
/// Whatever cannot be decided leaves the link alone: a wrong redirect costs more than an uncounted click.
/// </remarks>
internal sealed partial class LinkJudge
{
    private const string Mark = "@TrackLink";
    private const string MaskText = "\uffff";
    private const string MarkBeforeExpression = Mark + MaskText;

    private readonly LinkPolicy _policy;
    private readonly SiteAddress? _own;
    private readonly string[] _excludedDomains;

    public LinkJudge(LinkPolicy policy)
    {
        _policy = policy;
        _own = SiteAddress.TryRead(policy.RootUrl.Trim().TrimEnd('/'));
        _excludedDomains = [.. policy.ExcludedDomains.Select(domain => SiteAddress.ComparableHost(domain.Trim().TrimStart('*').Trim('.'))).Where(domain => domain.Length > 0)];
    }

    /// <remarks>Markup means an attribute value, with entities and line breaks that count for nothing; otherwise it is plain text.</remarks>
    public LinkVerdict Judge(TemplateSource source, int start, int end, bool isMarkup, bool isOptedOut = false, bool hasUtm = true)
    {
        var verdict = JudgeValue(source, start, end, isMarkup, source.IsScoped(start), hasUtm);
        return _policy.IsTrackingOff || isOptedOut
            ? new LinkVerdict(_policy.IsTrackingOff ? LinkReason.TrackingOff : LinkReason.OptedOut) { Decorated = verdict.Decorated }
            : verdict;
    }

    private LinkVerdict JudgeValue(TemplateSource source, int start, int end, bool isMarkup, bool isScoped, bool hasUtm)
    {
        var expressions = ExpressionsIn(source, start, end);
        var shape = Shape(source, start, end, expressions, isMarkup);
        if (shape.Length == 0)
        {
            return new LinkVerdict(LinkReason.Empty);
        }

        if (shape.Length == 1 && expressions.Count == 1 && expressions[0].Has(TemplateTraits.TrackLink))
        {
            return JudgeCall(source.Text.AsSpan(expressions[0].Start, expressions[0].Length), isScoped, hasUtm);
        }

        if (shape.EndsWith(Mark, StringComparison.Ordinal))
        {
            shape = shape[..^Mark.Length];
        }

        shape = shape.Replace(MarkBeforeExpression, MaskText, StringComparison.Ordinal);

        var reason = ReasonAgainst(shape, expressions, out var hasOpenScheme);
        var decorated = hasUtm && reason is LinkReason.None or LinkReason.ExcludedDomain ? Decorate(source, start, end, shape, isMarkup) : null;
        if (reason != LinkReason.None)
        {
            return new LinkVerdict(reason) { Decorated = decorated };
        }

        var needsScope = expressions.Exists(expression =>
            expression.Has(TemplateTraits.Variable) || expression.Kind == TemplateExpressionKind.Jump || (isScoped && expression.Has(TemplateTraits.Dot)));
        if (needsScope && !_policy.TracksScopedExpressions)
        {
            return new LinkVerdict(LinkReason.ScopedExpression) { Decorated = decorated };
        }

        var destination = Expand(hasUtm ? WithUtm(shape) : shape, source, expressions);
        return new LinkVerdict(LinkReason.None, destination, HasExpressions: expressions.Count > 0, needsScope, hasOpenScheme) { Decorated = decorated };
    }

    /// <summary>The function <c>TrackLink</c> as the whole value: its argument is the link.</summary>
    private LinkVerdict JudgeCall(ReadOnlySpan<char> call, bool isScoped, bool hasUtm)
    {
        var unclear = new LinkVerdict(LinkReason.UnclearExpression);
        var inner = call[2..^2].Trim('-').Trim().ToString().Replace("&quot;", "\"", StringComparison.OrdinalIgnoreCase).Replace("&#34;", "\"", StringComparison.Ordinal);
        if (TrackLinkCall().Match(inner) is not { Success: true } match)
        {
            return unclear;
        }

        if (match.Groups["text"] is { Success: true } text)
        {
            var address = text.Value.Replace("&amp;", "&", StringComparison.Ordinal);
            return address.Contains('\\', StringComparison.Ordinal) || address.Contains("{{", StringComparison.Ordinal)
                ? unclear
                : JudgeValue(new TemplateSource(address), 0, address.Length, isMarkup: false, isScoped: false, hasUtm) with { Decorated = null };
        }

        var expression = match.Groups["expression"].Value;
        if (expression.StartsWith('('))
        {
            expression = expression[1..^1].Trim();
        }

        var argument = new TemplateSource($"{{{{ {expression} }}}}");
        return argument.Expressions.Count == 1 && argument.Expressions[0].Length == argument.Text.Length && !argument.Expressions[0].Has(TemplateTraits.TrackLink)
            ? JudgeValue(argument, 0, argument.Text.Length, isMarkup: false, isScoped, hasUtm) with { Decorated = null }
            : unclear;
    }

    private static List<TemplateExpression> ExpressionsIn(TemplateSource source, int start, int end)
    {
        var found = new List<TemplateExpression>();
        for (var i = source.IndexFrom(start); i < source.Expressions.Count && source.Expressions[i].Start < end; i++)
        {
            found.Add(source.Expressions[i]);
        }

        return found;
    }

    private static string Shape(TemplateSource source, int start, int end, List<TemplateExpression> expressions, bool isMarkup)
    {
        var value = source.Text.AsSpan(start, end - start);
        if (expressions.Count == 0 && (!isMarkup || value.IndexOfAny("&\r\n\t") < 0))
        {
            return value.Trim(" \f\r\n\t").ToString();
        }

        var shape = new StringBuilder(value.Length);
        var at = start;
        foreach (var expression in expressions)
        {
            AppendLiteral(shape, source.Text.AsSpan(at, expression.Start - at), isMarkup);
            shape.Append(TemplateSource.Mask);
            at = expression.End;
        }

        AppendLiteral(shape, source.Text.AsSpan(at, end - at), isMarkup);
        return shape.ToString().AsSpan().Trim(" \f\r\n\t").ToString();
    }

    private static void AppendLiteral(StringBuilder shape, ReadOnlySpan<char> literal, bool isMarkup)
    {
        if (!isMarkup)
        {
            shape.Append(literal);
            return;
        }

        // Raw line breaks and tabs disappear, as in every URL parser; those written as entities stay, to be refused as control characters.
        if (literal.IndexOfAny("\r\n\t") >= 0)
        {
            literal = literal.ToString().Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);
        }

        CharacterReferences.AppendDecoded(shape, literal);
    }

    private LinkReason ReasonAgainst(string shape, List<TemplateExpression> expressions, out bool hasOpenScheme)
    {
        hasOpenScheme = false;
        if (shape.AsSpan().Count(TemplateSource.Mask) != expressions.Count || RedirectRules.HasControlCharacter(shape))
        {
            return LinkReason.ControlCharacter;
        }

        if (shape.Contains("{{", StringComparison.Ordinal) || expressions.Exists(expression => expression.Has(TemplateTraits.Entity | TemplateTraits.TrackLink)))
        {
            return LinkReason.UnclearExpression;
        }

        if (shape.Contains('<', StringComparison.Ordinal) && SwallowedMarkup().IsMatch(shape))
        {
            return LinkReason.SwallowedMarkup;
        }

        if (expressions.Exists(expression => expression.Has(TemplateTraits.OwnAddress)) && !HasLiteralAuthority(shape))
        {
            return LinkReason.Own;
        }

        return ReasonAgainstBranches(shape, expressions, out hasOpenScheme);
    }

    /// <summary>Walks through the branches of <c>if</c> and the like, and looks at the first that each of them writes.</summary>
    private LinkReason ReasonAgainstBranches(string shape, List<TemplateExpression> expressions, out bool hasOpenScheme)
    {
        hasOpenScheme = false;
        var outer = new Stack<bool>();
        var hasOutput = false;
        var wrote = false;
        var next = 0;
        for (var at = 0; at < shape.Length; at++)
        {
            if (shape[at] != TemplateSource.Mask)
            {
                var end = LiteralEnd(shape, at, expressions, next);
                var head = shape.AsSpan(at, end - at);
                if (!hasOutput && !head.IsWhiteSpace())
                {
                    if (ReasonAgainstHead(head, isOpen: end < shape.Length) is not LinkReason.None and var reason)
                    {
                        return reason;
                    }

                    hasOutput = wrote = true;
                }

                next += head.Count(TemplateSource.Mask);
                at = end - 1;
                continue;
            }

            switch (expressions[next++].Kind)
            {
                case TemplateExpressionKind.If or TemplateExpressionKind.Scope:
                    outer.Push(hasOutput);
                    break;
                case TemplateExpressionKind.Else or TemplateExpressionKind.ElseScope when outer.TryPeek(out var before):
                    hasOutput = before;
                    break;
                case TemplateExpressionKind.End when outer.TryPop(out _):
                    hasOutput = true;
                    break;
                case TemplateExpressionKind.Value or TemplateExpressionKind.Jump:
                    hasOpenScheme |= !hasOutput;
                    hasOutput = wrote = true;
                    break;
                case TemplateExpressionKind.Comment or TemplateExpressionKind.Assignment:
                    break;
                default:
                    return LinkReason.UnclearExpression;
            }
        }

        return outer.Count > 0 ? LinkReason.UnclearExpression : wrote ? LinkReason.None : LinkReason.Empty;
    }

    /// <summary>A head goes on over expressions that only write a value, up to one that may branch.</summary>
    private static int LiteralEnd(string shape, int at, List<TemplateExpression> expressions, int next)
    {
        for (; at < shape.Length; at++)
        {
            if (shape[at] == TemplateSource.Mask
                && expressions[next++].Kind is not (TemplateExpressionKind.Value or TemplateExpressionKind.Comment or TemplateExpressionKind.Assignment))
            {
                return at;
            }
        }

        return at;
    }

    private LinkReason ReasonAgainstHead(ReadOnlySpan<char> head, bool isOpen)
    {
        head = head.TrimStart(" \f\r\n\t");
        if (head[0] == '#')
        {
            return LinkReason.Fragment;
        }

        if (!SiteAddress.TryReadScheme(head, out var scheme))
        {
            return LinkReason.Relative;
        }

        if (!SiteAddress.IsWeb(scheme))
        {
            return LinkReason.OtherScheme;
        }

        var rest = head[(scheme.Length + 1)..];
        if (!rest.StartsWith("//"))
        {
            return isOpen && rest is "" or "/" ? LinkReason.None : LinkReason.InvalidAddress;
        }

        var authority = SiteAddress.Authority(head);
        if (authority.Contains('@'))
        {
            return LinkReason.UserInformation;
        }

        // The host goes on in an expression that branches: nothing more can be said here.
        var pathStart = scheme.Length + 3 + authority.Length;
        if (isOpen && pathStart == head.Length)
        {
            return LinkReason.None;
        }

        if (authority.Contains(TemplateSource.Mask))
        {
            return SiteAddress.HasForbiddenCharacter(authority) ? LinkReason.InvalidAddress : LinkReason.None;
        }

        if (SiteAddress.TryRead(head) is not { } address)
        {
            return LinkReason.InvalidAddress;
        }

        if (_own is not null && _own.Contains(address))
        {
            return LinkReason.Own;
        }

        if (IsExcluded(address))
        {
            return LinkReason.ExcludedDomain;
        }

        return UnsubscribePath().IsMatch(address.Path) ? LinkReason.Unsubscribe : LinkReason.None;
    }

    private bool IsExcluded(SiteAddress address)
    {
        if (_excludedDomains.Length == 0)
        {
            return false;
        }

        var host = SiteAddress.ComparableHost(address.Host);
        return Array.Exists(_excludedDomains, domain =>
            host.EndsWith(domain, StringComparison.Ordinal) && (host.Length == domain.Length || host[^(domain.Length + 1)] == '.'));
    }

    /// <summary>The address names its host before the first expression, so an expression can only be part of its path or query.</summary>
    private static bool HasLiteralAuthority(string shape)
    {
        var literal = shape.AsSpan(0, shape.AsSpan().IndexOf(TemplateSource.Mask) is >= 0 and var first ? first : shape.Length);
        return SiteAddress.TryReadScheme(literal, out var scheme)
            && SiteAddress.IsWeb(scheme)
            && literal[(scheme.Length + 1)..].StartsWith("//")
            && scheme.Length + 3 + SiteAddress.Authority(literal).Length < literal.Length;
    }

    /// <summary>Where an expression or a branch comes first, it is unknown whether there is a query already.</summary>
    private string WithUtm(string shape) => _policy.Utm is { } utm && SiteAddress.TryReadScheme(shape, out _) ? utm.AppendTo(shape) : shape;

    /// <summary>The written value with parameters inserted; a call or mark of TrackLink appends them itself when the mail is rendered.</summary>
    private string? Decorate(TemplateSource source, int start, int end, string shape, bool isMarkup)
    {
        var raw = source.Text[start..end];
        if (_policy.Utm is not { } utm || !SiteAddress.TryReadScheme(shape, out _) || raw.Contains("TrackLink", StringComparison.Ordinal))
        {
            return null;
        }

        var missing = utm.Missing(shape, isMarkup ? "&amp;" : "&");
        var hasFragment = shape.Contains('#', StringComparison.Ordinal);
        var at = hasFragment ? FragmentIn(source.Masked[start..end], isMarkup) : raw.TrimEnd(' ', '\f', '\r', '\n', '\t').Length;
        return missing.Length == 0 || at < 0 ? null : raw.Insert(at, missing);
    }

    /// <summary>The first number sign that is none of a character reference.</summary>
    private static int FragmentIn(ReadOnlySpan<char> masked, bool isMarkup)
    {
        for (var at = 0; at < masked.Length; at++)
        {
            if (masked[at] == '#' && !(isMarkup && at > 0 && masked[at - 1] == '&'))
            {
                return at;
            }
        }

        return -1;
    }

    private static string Expand(string shape, TemplateSource source, List<TemplateExpression> expressions)
    {
        if (expressions.Count == 0)
        {
            return shape;
        }

        var destination = new StringBuilder(shape.Length + 40 * expressions.Count);
        var next = 0;
        foreach (var c in shape)
        {
            if (c == TemplateSource.Mask)
            {
                destination.Append(source.Text.AsSpan(expressions[next].Start, expressions[next].Length));
                next++;
            }
            else
            {
                destination.Append(c);
            }
        }

        return destination.ToString();
    }

    [GeneratedRegex("""^TrackLink\s+(?:"(?<text>[^"\n]*)"|`(?<text>[^`]*)`|(?<expression>\([^{}]*\)|[.$][\w.$]*\w))(?:\s+[.$])?$""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TrackLinkCall();

    [GeneratedRegex("</|<!--|<(?:a|area|img|td|tr|table|p|br|div|span)[\\s/>]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SwallowedMarkup();

    [GeneratedRegex("^[^?#]*/(?:unsubscribe|opt-?out)(?:[/?#.]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnsubscribePath();
}
