using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Review;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>Deletes old opens and clicks for good and makes all figures equal what is left; slice by slice, so that new hits never wait long.</summary>
public sealed class HitRetention(IDbContextFactory<ListmonkDbContext> databases, HitPruning pruning, LiveFeed<CampaignStatsChanged> feed) : IDisposable
{
    /// <summary>The operator's clean-up and the hourly one may meet.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Null means both kinds.</summary>
    public async Task DeleteBeforeAsync(HitKind? kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<int> campaigns;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            campaigns = await db.TrackingHits.Where(hit => hit.At < before && (kind == null || hit.Kind == kind)).Select(hit => hit.CampaignId).Distinct().ToListAsync(cancellationToken);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var campaign in campaigns)
            {
                await pruning.PruneAsync(campaign, kind, before, cancellationToken);
                await databases.WriteAsync(
                    db => db.CampaignBreakdowns.Where(row => row.CampaignId == campaign).ExecuteUpdateAsync(row => row.SetProperty(stored => stored.Fingerprint, ""), cancellationToken),
                    cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }

        if (campaigns.Count > 0)
        {
            feed.Publish(new CampaignStatsChanged(campaigns.ToHashSet()));
        }
    }

    public void Dispose() => _turn.Dispose();
}
