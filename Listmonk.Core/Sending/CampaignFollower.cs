using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Sending;

/// <summary>
/// Publishes what other processes do to campaigns (progress, states, edits, opens and clicks), from their rows. Running campaigns are always
/// followed, all others while a page watches.
/// </summary>
internal sealed class CampaignFollower(
    IDbContextFactory<ListmonkDbContext> databases,
    RunningCampaigns running,
    LiveFeed<CampaignProgress> progress,
    LiveFeed<CampaignStatusChanged> statuses,
    LiveFeed<CampaignStatsChanged> stats,
    LiveFeed<CampaignEdited> edits) : IFollower
{
    private Dictionary<int, Row> _seen = [];

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(cancellationToken);
        var reactions = new HashSet<int>();
        foreach (var (id, row) in rows)
        {
            var before = _seen.GetValueOrDefault(id);
            if (before is not null && (before.Views, before.Clicks) != (row.Views, row.Clicks))
            {
                reactions.Add(id);
            }

            if (before is not null && before.Revision != row.Revision)
            {
                edits.Publish(new CampaignEdited(id, row.Revision));
            }

            if (before?.Progress != row.Progress && running.Find(id) is null)
            {
                Publish(before?.Progress.Status, row.Progress);
            }
        }

        if (reactions.Count > 0)
        {
            stats.Publish(new CampaignStatsChanged(reactions));
        }

        _seen = rows;
    }

    private void Publish(CampaignStatus? before, CampaignProgress now)
    {
        if (now.Status == CampaignStatus.Running || before == CampaignStatus.Running)
        {
            progress.Publish(now);
        }

        if (before is not null && before != now.Status)
        {
            statuses.Publish(new CampaignStatusChanged(now.CampaignId, now.Status));
        }
    }

    private async Task<Dictionary<int, Row>> ReadAsync(CancellationToken cancellationToken)
    {
        var isWatched = statuses.HasWatchers || stats.HasWatchers;
        var wereRunning = _seen.Values.Where(row => row.Progress.Status == CampaignStatus.Running).Select(row => row.Progress.CampaignId).ToList();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Campaigns.AsNoTracking()
            .Where(campaign => isWatched || campaign.Status == CampaignStatus.Running || wereRunning.Contains(campaign.Id))
            .Select(campaign => new Row(
                new CampaignProgress
                {
                    CampaignId = campaign.Id,
                    Status = campaign.Status,
                    ToSend = campaign.ToSend,
                    Sent = campaign.Sent,
                    Failed = campaign.Failed,
                    Skipped = campaign.Skipped,
                    StartedAt = campaign.StartedAt,
                    UpdatedAt = campaign.UpdatedAt,
                },
                campaign.Views,
                campaign.Clicks,
                campaign.Revision))
            .ToDictionaryAsync(row => row.Progress.CampaignId, cancellationToken);
    }

    private sealed record Row(CampaignProgress Progress, int Views, int Clicks, int Revision);
}
