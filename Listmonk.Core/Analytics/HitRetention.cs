using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>Deletes old opens and clicks for good and makes all figures equal what is left.</summary>
/// <remarks>
/// Each campaign is one transaction: its old hits go, and its roll-ups and counters are built again from the others. Hits that arrive
/// during a large one wait in the spool.
/// </remarks>
public sealed class HitRetention(IDbContextFactory<ListmonkDbContext> databases, LiveFeed<CampaignStatsChanged> feed)
{
    /// <summary>Null means both kinds.</summary>
    public async Task DeleteBeforeAsync(HitKind? kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<int> campaigns;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            campaigns = await Old(db, kind, before).Select(hit => hit.CampaignId).Distinct().ToListAsync(cancellationToken);
        }

        foreach (var campaign in campaigns)
        {
            await databases.WriteAsync(db => DeleteAsync(db, campaign, kind, before, cancellationToken), cancellationToken);
        }

        if (campaigns.Count > 0)
        {
            feed.Publish(new CampaignStatsChanged(campaigns.ToHashSet()));
        }
    }

    private static async Task DeleteAsync(ListmonkDbContext db, int campaignId, HitKind? kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await Old(db, kind, before).Where(hit => hit.CampaignId == campaignId).ExecuteDeleteAsync(cancellationToken);
        await db.CampaignHours.Where(hour => hour.CampaignId == campaignId).ExecuteDeleteAsync(cancellationToken);
        await db.LinkStats.Where(stat => stat.CampaignId == campaignId).ExecuteDeleteAsync(cancellationToken);
        await db.CampaignReaders.Where(reader => reader.CampaignId == campaignId).ExecuteDeleteAsync(cancellationToken);
        await db.CampaignBreakdowns.Where(row => row.CampaignId == campaignId).ExecuteUpdateAsync(row => row.SetProperty(stored => stored.Fingerprint, ""), cancellationToken);
        var figures = new HitFigures();
        await foreach (var hit in db.TrackingHits.AsNoTracking().Where(hit => hit.CampaignId == campaignId).OrderBy(hit => hit.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            figures.Add(hit);
        }

        db.CampaignHours.AddRange(figures.HourRows());
        db.LinkStats.AddRange(figures.LinkRows());
        db.CampaignReaders.AddRange(figures.ReaderRows());
        var sums = figures.Campaigns.GetValueOrDefault(campaignId) ?? new HitFigures.Sums();
        await db.Campaigns.Where(campaign => campaign.Id == campaignId).ExecuteUpdateAsync(
            set => set
                .SetProperty(campaign => campaign.Views, sums.Opens)
                .SetProperty(campaign => campaign.ViewsPeople, sums.OpensPeople)
                .SetProperty(campaign => campaign.Clicks, sums.Clicks)
                .SetProperty(campaign => campaign.ClicksPeople, sums.ClicksPeople)
                .SetProperty(campaign => campaign.UniqueOpens, sums.FirstOpens)
                .SetProperty(campaign => campaign.UniqueClicks, sums.FirstClicks)
                .SetProperty(campaign => campaign.UniqueOpensPeople, sums.FirstOpensPeople)
                .SetProperty(campaign => campaign.UniqueClicksPeople, sums.FirstClicksPeople),
            cancellationToken);
    }

    private static IQueryable<TrackingHit> Old(ListmonkDbContext db, HitKind? kind, DateTimeOffset before) =>
        db.TrackingHits.Where(hit => hit.At < before && (kind == null || hit.Kind == kind));
}
