using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Doctor;

/// <summary>One of the last hits that were counted.</summary>
public sealed record RecentHit(long Id, DateTimeOffset At, HitKind Kind, HitVerdict Verdict, string Reason, string Campaign);

/// <summary>What the doctor knows of true hits.</summary>
/// <param name="LastSentAt">When the newest campaign began to be sent; null if none ever was.</param>
public sealed record HitFacts(bool IsTrackingOff, DateTimeOffset? LastSentAt, int LastSent, IReadOnlyList<RecentHit> Last, IReadOnlyList<RefusedHit> Refused);

/// <summary>Reads the last true hits.</summary>
public sealed class DoctorQueries(IDbContextFactory<ListmonkDbContext> databases, RefusedHits refused, Settings.SettingsStore settings)
{
    /// <summary>Enough for the page, and for a click among many opens.</summary>
    private const int MaxHits = 50;

    public async Task<HitFacts> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var newest = db.TrackingHits.AsNoTracking().OrderByDescending(hit => hit.Id).Take(MaxHits);
        var hits = await newest
            .Join(db.Campaigns, hit => hit.CampaignId, campaign => campaign.Id, (hit, campaign) => new RecentHit(hit.Id, hit.At, hit.Kind, hit.Verdict, hit.Reason, campaign.Name))
            .ToListAsync(cancellationToken);
        var sent = await db.Campaigns.AsNoTracking().Where(campaign => campaign.StartedAt != null && campaign.Sent > 0)
            .OrderByDescending(campaign => campaign.StartedAt).Select(campaign => new { campaign.StartedAt, campaign.Sent }).FirstOrDefaultAsync(cancellationToken);
        return new HitFacts(
            settings.Current.Privacy.DisableTracking, sent?.StartedAt, sent?.Sent ?? 0, [.. hits.OrderByDescending(hit => hit.Id)], refused.Last());
    }
}
