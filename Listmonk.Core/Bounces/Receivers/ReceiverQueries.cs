using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces.Receivers;

/// <summary>How mail fares with each receiver, and who refuses us for a fault of ours.</summary>
public sealed class ReceiverQueries(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    private const int MostAlerts = 20;

    /// <summary>Within how many days a refusal that is our fault is news.</summary>
    public const int AlertDays = 7;

    /// <summary>Receivers with most mail first, at most <paramref name="count"/>, and those whose complaints are near a limit in any case.</summary>
    public async Task<IReadOnlyList<ReceiverHealth>> HealthAsync(DateTimeOffset since, int count, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sent = await db.Set<CampaignReceiver>().AsNoTracking()
            .Where(row => row.Receiver != "" && db.Campaigns.Any(campaign => campaign.Id == row.CampaignId && campaign.StartedAt >= since))
            .GroupBy(row => row.Receiver).Select(group => new { group.Key, Sent = group.Sum(row => (long)row.Sent) })
            .ToDictionaryAsync(row => row.Key, row => row.Sent, StringComparer.Ordinal, cancellationToken);
        var bounces = await db.Bounces.AsNoTracking().Where(row => row.CreatedAt >= since && row.Domain != null)
            .GroupBy(row => new { row.Domain, row.Type }).Select(group => new { group.Key.Domain, group.Key.Type, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var back = bounces.GroupBy(row => Receiver.Of(row.Domain!).Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.GroupBy(row => row.Type).ToDictionary(rows => rows.Key, rows => rows.Sum(row => (long)row.Count)), StringComparer.Ordinal);
        var all = sent.Keys.Union(back.Keys, StringComparer.Ordinal).Select(name =>
        {
            var found = back.GetValueOrDefault(name) ?? [];
            return new ReceiverHealth
            {
                Receiver = Receiver.Named(name),
                Sent = sent.GetValueOrDefault(name),
                Bounced = found.GetValueOrDefault(BounceType.Hard) + found.GetValueOrDefault(BounceType.Soft),
                Policy = found.GetValueOrDefault(BounceType.Policy),
                Complaints = found.GetValueOrDefault(BounceType.Complaint),
            };
        }).OrderByDescending(health => health.Sent).ThenByDescending(health => health.Bounced + health.Policy + health.Complaints).ThenBy(health => health.Receiver.Name, StringComparer.Ordinal).ToList();
        return [.. all.Where((health, index) => index < count || health.State != ComplaintState.Fine)];
    }

    /// <summary>What receivers refused in the last days for a fault of ours, most often first.</summary>
    public async Task<IReadOnlyList<PolicyAlert>> AlertsAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow().AddDays(-AlertDays);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Bounces.AsNoTracking().Where(row => row.CreatedAt >= since && row.Type == BounceType.Policy)
            .GroupBy(row => new { row.Reason, row.Domain })
            .Select(group => new { group.Key.Reason, group.Key.Domain, Count = group.Count(), LastId = group.Max(row => row.Id), LastAt = group.Max(row => row.CreatedAt) })
            .OrderByDescending(row => row.Count).Take(MostAlerts)
            .ToListAsync(cancellationToken);
        int[] ids = [.. rows.Select(row => row.LastId)];
        var lines = await db.Bounces.AsNoTracking().Where(row => EF.Parameter(ids).Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Line, cancellationToken);
        return [.. rows.Select(row => new PolicyAlert(row.Reason, row.Domain ?? "", row.Count, row.LastAt, lines.GetValueOrDefault(row.LastId)))];
    }
}
