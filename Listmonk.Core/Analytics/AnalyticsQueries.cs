using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>Figures of several campaigns over a time, as listmonk's analytics API serves them (spec/tracking.md 6.2).</summary>
/// <remarks>
/// Opens and clicks are counted raw, whatever the tracking level: the same figure as in the campaign list. Buckets are hours for less
/// than seven days and days otherwise, in UTC; empty ones are absent; both ends are inclusive, to the hour.
/// </remarks>
public sealed class AnalyticsQueries(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    private const int MaxLinks = 50;
    private static readonly TimeSpan HourlyBelow = TimeSpan.FromDays(7);

    public async Task<Outcome<IReadOnlyList<AnalyticsBucket>>> CountsAsync(
        AnalyticsKind kind, AnalyticsRange range, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await RefusalAsync(db, range.CampaignIds, actor, cancellationToken) is { } refusal)
        {
            return Outcome<IReadOnlyList<AnalyticsBucket>>.From(refusal);
        }

        var rows = kind == AnalyticsKind.Bounces ? await BouncesAsync(db, range, cancellationToken) : await HoursAsync(db, kind, range, cancellationToken);
        var isDaily = range.To - range.From >= HourlyBelow;
        return rows
            .Where(row => row.Count > 0)
            .GroupBy(row => (row.CampaignId, Bucket: isDaily ? new DateTimeOffset(row.Timestamp.UtcDateTime.Date, TimeSpan.Zero) : Hour(row.Timestamp)))
            .Select(group => new AnalyticsBucket(group.Key.CampaignId, group.Sum(row => row.Count), group.Key.Bucket))
            .OrderBy(bucket => bucket.Timestamp).ThenBy(bucket => bucket.CampaignId)
            .ToList();
    }

    /// <summary>The most clicked destinations over all the campaigns.</summary>
    public async Task<Outcome<IReadOnlyList<AnalyticsLink>>> LinksAsync(AnalyticsRange range, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await RefusalAsync(db, range.CampaignIds, actor, cancellationToken) is { } refusal)
        {
            return Outcome<IReadOnlyList<AnalyticsLink>>.From(refusal);
        }

        // The roll-up knows no time; it serves the usual question for everything, and the raw hits any other.
        var isEverything = range.To >= clock.GetUtcNow()
            && !await db.CampaignHours.AsNoTracking().AnyAsync(hour => range.CampaignIds.Contains(hour.CampaignId) && hour.Hour < range.From, cancellationToken);
        var counts = isEverything
            ? db.LinkStats.AsNoTracking().Where(stat => range.CampaignIds.Contains(stat.CampaignId))
                .GroupBy(stat => stat.LinkId).Select(group => new { LinkId = group.Key, Count = group.Sum(stat => stat.Clicks) })
            : db.TrackingHits.AsNoTracking()
                .Where(hit => range.CampaignIds.Contains(hit.CampaignId) && hit.Kind == HitKind.Click && hit.LinkId != null && hit.At >= range.From && hit.At <= range.To)
                .GroupBy(hit => hit.LinkId!.Value).Select(group => new { LinkId = group.Key, Count = group.Count() });
        var top = await counts.OrderByDescending(row => row.Count).ThenBy(row => row.LinkId).Take(MaxLinks).ToListAsync(cancellationToken);
        var ids = top.Select(row => row.LinkId).ToList();
        var urls = await db.Links.AsNoTracking().Where(link => ids.Contains(link.Id)).ToDictionaryAsync(link => link.Id, link => link.Url, cancellationToken);
        return top.Where(row => urls.ContainsKey(row.LinkId)).Select(row => new AnalyticsLink(urls[row.LinkId], row.Count)).ToList();
    }

    private static async Task<List<AnalyticsBucket>> HoursAsync(ListmonkDbContext db, AnalyticsKind kind, AnalyticsRange range, CancellationToken cancellationToken)
    {
        var from = Hour(range.From);
        var hours = db.CampaignHours.AsNoTracking().Where(hour => range.CampaignIds.Contains(hour.CampaignId) && hour.Hour >= from && hour.Hour <= range.To);
        return await (kind == AnalyticsKind.Clicks
            ? hours.Select(hour => new AnalyticsBucket(hour.CampaignId, hour.Clicks, hour.Hour))
            : hours.Select(hour => new AnalyticsBucket(hour.CampaignId, hour.Opens, hour.Hour))).ToListAsync(cancellationToken);
    }

    private static async Task<List<AnalyticsBucket>> BouncesAsync(ListmonkDbContext db, AnalyticsRange range, CancellationToken cancellationToken) =>
        await db.Bounces.AsNoTracking()
            .Where(bounce => bounce.CampaignId != null && range.CampaignIds.Contains(bounce.CampaignId.Value) && bounce.CreatedAt >= range.From && bounce.CreatedAt <= range.To)
            .Select(bounce => new AnalyticsBucket(bounce.CampaignId!.Value, 1, bounce.CreatedAt))
            .ToListAsync(cancellationToken);

    private static async Task<Outcome?> RefusalAsync(ListmonkDbContext db, IReadOnlyList<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        if (CampaignAccess.ReadableThrough(actor) is null)
        {
            return null;
        }

        var wanted = ids.Distinct().ToList();
        var reachable = await CampaignQueries.Reachable(db.Campaigns.AsNoTracking(), actor).CountAsync(campaign => wanted.Contains(campaign.Id), cancellationToken);
        return reachable == wanted.Count ? null : CampaignAccess.ReadRefusal;
    }

    private static DateTimeOffset Hour(DateTimeOffset time) => new(time.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
}

/// <summary>What an analytics question counts.</summary>
public enum AnalyticsKind
{
    Views,
    Clicks,
    Bounces,
    Links,
}

/// <summary>Which campaigns, and from when to when; both ends inclusive.</summary>
public sealed record AnalyticsRange(IReadOnlyList<int> CampaignIds, DateTimeOffset From, DateTimeOffset To);

/// <summary>A count of one campaign in one hour or day.</summary>
public sealed record AnalyticsBucket(int CampaignId, int Count, DateTimeOffset Timestamp);

/// <summary>A destination with its clicks.</summary>
public sealed record AnalyticsLink(string Url, int Count);
