namespace Listmonk.Core.Tracking.Judging;

/// <summary>
/// The rules that need the whole message: what else was followed at that time, and when the mail was delivered. They run again whenever a hit of
/// the message arrives, so a burst withdraws the verdicts of the hits that began it.
/// </summary>
/// <remarks>
/// In the order of precedence: what the request alone said; honeypot; burst; before delivery; too fast. Requests that nobody followed
/// (HEAD, prefetch) do not make a burst: a browser may load several links ahead of one real click.
/// </remarks>
public static class MessageRules
{
    public const int BurstLinks = 3;

    /// <summary>Stands for the link that people cannot see, whichever it is in the mail.</summary>
    public const int HoneypotLink = -1;

    public static readonly TimeSpan BurstWindow = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan HoneypotWindow = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan ProxyTooFast = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan OpenTooFast = TimeSpan.FromSeconds(3);

    /// <summary>The scanner loads the picture just before it follows the links.</summary>
    private static readonly TimeSpan BurstOpening = TimeSpan.FromSeconds(2);

    /// <param name="hits">All hits of the message, in any order.</param>
    /// <param name="deliveredAt">Null when unknown: then the rules about time after delivery do not apply.</param>
    /// <param name="honeypotLink">The link that people cannot see; null without one.</param>
    /// <returns>One judgement for each hit, in the same order.</returns>
    public static HitJudgement[] Judge(IReadOnlyList<MessageHit> hits, DateTimeOffset? deliveredAt, int? honeypotLink)
    {
        var bursts = Bursts(hits);
        var judgements = new HitJudgement[hits.Count];
        for (var i = 0; i < hits.Count; i++)
        {
            judgements[i] = Judge(hits[i], hits, bursts, deliveredAt, honeypotLink);
        }

        return judgements;
    }

    private static HitJudgement Judge(
        in MessageHit hit, IReadOnlyList<MessageHit> hits, List<(DateTimeOffset From, DateTimeOffset To)> bursts, DateTimeOffset? deliveredAt, int? honeypotLink)
    {
        if (hit.Request.Verdict == HitVerdict.Machine)
        {
            return hit.Request;
        }

        var reason = "";
        if (honeypotLink is { } honeypot && hit.Kind == HitKind.Click && IsNearHoneypot(hits, honeypot, hit.At))
        {
            reason = HitReasons.Honeypot;
        }
        else if (IsInBurst(hit, bursts))
        {
            reason = HitReasons.Burst;
        }
        else if (deliveredAt is { } delivered)
        {
            reason = ByDelivery(hit, hit.At - delivered);
        }

        return reason.Length == 0 ? hit.Request : hit.Request with { Verdict = HitVerdict.Machine, Reason = reason };
    }

    private static string ByDelivery(in MessageHit hit, TimeSpan after) => ByDelivery(hit.Kind, hit.Request.AgentClass, after);

    /// <summary>What the time since the delivery says of one hit: a reason, or empty.</summary>
    internal static string ByDelivery(HitKind kind, string agentClass, TimeSpan after)
    {
        if (after < TimeSpan.Zero)
        {
            return HitReasons.BeforeDelivery;
        }

        var isTooFast = kind == HitKind.Open && (after < OpenTooFast || (agentClass == AgentClasses.Proxy && after < ProxyTooFast));
        return isTooFast ? HitReasons.TooFast : "";
    }

    private static bool IsInBurst(in MessageHit hit, List<(DateTimeOffset From, DateTimeOffset To)> bursts)
    {
        foreach (var (from, to) in bursts)
        {
            if (hit.At <= to && hit.At >= (hit.Kind == HitKind.Click ? from : from - BurstOpening))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNearHoneypot(IReadOnlyList<MessageHit> hits, int honeypot, DateTimeOffset at)
    {
        foreach (var hit in hits)
        {
            if (hit.Kind == HitKind.Click && hit.Link == honeypot && (hit.At - at).Duration() <= HoneypotWindow)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The spans of time in which three distinct links were followed within ten seconds. Each click is tried as the first of a window; a
    /// window that reaches three links makes every click inside it one of a burst.
    /// </summary>
    private static List<(DateTimeOffset From, DateTimeOffset To)> Bursts(IReadOnlyList<MessageHit> hits)
    {
        List<(DateTimeOffset From, DateTimeOffset To)> bursts = [];
        if (hits.Count < BurstLinks)
        {
            return bursts;
        }

        var clicks = hits.Where(hit => hit.Kind == HitKind.Click && hit.Request.Reason is not (HitReasons.Head or HitReasons.Prefetch))
            .OrderBy(hit => hit.At).ToList();
        var counts = new Dictionary<int, int>();
        for (int first = 0, next = 0; first < clicks.Count; first++)
        {
            for (; next < clicks.Count && clicks[next].At - clicks[first].At <= BurstWindow; next++)
            {
                counts[clicks[next].Link] = counts.GetValueOrDefault(clicks[next].Link) + 1;
            }

            if (counts.Count >= BurstLinks)
            {
                bursts.Add((clicks[first].At, clicks[next - 1].At));
            }

            var link = clicks[first].Link;
            if (--counts[link] == 0)
            {
                counts.Remove(link);
            }
        }

        return bursts;
    }
}
