using System.Runtime.InteropServices;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>Weighs bounces against the rules: how many of a kind within its window, since the last sign that mail arrives.</summary>
internal static class BounceJudge
{
    /// <summary>What the rules ask for because of each bounce, in order.</summary>
    /// <param name="bounces">Rows, or what will be; of these each counts for itself and for those behind it.</param>
    public static async Task<BounceAction[]> WeighAsync(ListmonkDbContext db, BounceSettings rules, IReadOnlyList<Bounce> bounces, CancellationToken cancellationToken)
    {
        var past = await PastAsync(db, rules, bounces, cancellationToken);
        var wishes = new BounceAction[bounces.Count];
        for (var i = 0; i < wishes.Length; i++)
        {
            var bounce = bounces[i];
            bounce.IsJudged = true;
            if (past.TryGetValue((bounce.SubscriberId, bounce.Type), out var times) && bounce.Id == 0)
            {
                times.Add(bounce.CreatedAt);
            }

            if (RuleOf(rules, bounce.Type) is { } rule && await AppliesAsync(db, rule, bounce, times, cancellationToken))
            {
                wishes[i] = rule.Action;
            }
        }

        return wishes;
    }

    private static async Task<bool> AppliesAsync(ListmonkDbContext db, Rule rule, Bounce bounce, List<DateTimeOffset>? times, CancellationToken cancellationToken)
    {
        if (!rule.AddsUp)
        {
            return true;
        }

        var since = rule.Since(bounce);
        if (times is null || Count(times, since, bounce.CreatedAt) < rule.Count)
        {
            return false;
        }

        return bounce.Type != BounceType.Soft
            || await LastGoodAsync(db, bounce, cancellationToken) is not { } good
            || good <= since
            || Count(times, good, bounce.CreatedAt) >= rule.Count;
    }

    /// <summary>When the people had bounces of these kinds, as far back as any rule looks; empty lists for those who had none.</summary>
    private static async Task<Dictionary<(int SubscriberId, BounceType Type), List<DateTimeOffset>>> PastAsync(
        ListmonkDbContext db, BounceSettings rules, IReadOnlyList<Bounce> bounces, CancellationToken cancellationToken)
    {
        var past = new Dictionary<(int SubscriberId, BounceType Type), List<DateTimeOffset>>();
        var since = DateTimeOffset.MaxValue;
        foreach (var bounce in bounces)
        {
            if (RuleOf(rules, bounce.Type) is { AddsUp: true } rule)
            {
                past.TryAdd((bounce.SubscriberId, bounce.Type), []);
                since = rule.Since(bounce) is var start && start < since ? start : since;
            }
        }

        if (past.Count == 0)
        {
            return past;
        }

        int[] people = [.. past.Keys.Select(key => key.SubscriberId).Distinct()];
        var rows = await db.Bounces.Where(row => EF.Parameter(people).Contains(row.SubscriberId) && row.CreatedAt >= since)
            .Select(row => new { row.SubscriberId, row.Type, row.CreatedAt }).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            if (past.TryGetValue((row.SubscriberId, row.Type), out var times))
            {
                times.Add(row.CreatedAt);
            }
        }

        return past;
    }

    private static int Count(List<DateTimeOffset> times, DateTimeOffset since, DateTimeOffset until) => times.Count(at => at >= since && at <= until);

    /// <summary>The last sign that mail reaches the person: a human open or click, or a mail that nobody sent back for some days.</summary>
    private static async Task<DateTimeOffset?> LastGoodAsync(ListmonkDbContext db, Bounce bounce, CancellationToken cancellationToken)
    {
        var at = bounce.CreatedAt;
        var quiet = at.AddDays(-BounceSettings.DaysUntilDelivered);
        var hit = await db.TrackingHits
            .Where(row => row.SubscriberId == bounce.SubscriberId && row.Verdict == Tracking.HitVerdict.Human && row.At <= at)
            .MaxAsync(row => (DateTimeOffset?)row.At, cancellationToken);
        var delivered = await db.Deliveries
            .Where(row => row.SubscriberId == bounce.SubscriberId && row.Status == DeliveryStatus.Sent && row.DoneAt <= quiet)
            .MaxAsync(row => row.DoneAt, cancellationToken);
        return hit is null || delivered > hit ? delivered : hit;
    }

    /// <summary>Null where nothing can come of a bounce of this kind.</summary>
    private static Rule? RuleOf(BounceSettings settings, BounceType type)
    {
        if (!settings.Enabled || type == BounceType.Policy)
        {
            return null;
        }

        var (rule, days) = type switch
        {
            BounceType.Hard => (settings.Actions.Hard, settings.Windows.Hard),
            BounceType.Complaint => (settings.Actions.Complaint, settings.Windows.Complaint),
            _ => (settings.Actions.Soft, settings.Windows.Soft),
        };
        return rule.Action == BounceAction.None ? null : new Rule(rule.Count, rule.Action, days);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Rule(int Count, BounceAction Action, int Days)
    {
        /// <summary>False where the first one is enough: then nothing of the past matters.</summary>
        public bool AddsUp => Count > 1;

        public DateTimeOffset Since(Bounce bounce) => Days == 0 ? DateTimeOffset.MinValue : bounce.CreatedAt.AddDays(-Days);
    }
}
