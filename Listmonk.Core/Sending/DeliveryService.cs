using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Sending;

/// <summary>Sends a campaign once more: to those it failed for, or to those who joined its lists since.</summary>
public sealed partial class DeliveryService(
    IDbContextFactory<ListmonkDbContext> databases,
    IHotConnectionFactory connections,
    SendingSignal signal,
    LiveFeed<CampaignStatusChanged> statusChanges,
    TimeProvider clock,
    ILogger<DeliveryService> logger)
{
    /// <summary>Rows put back in one transaction.</summary>
    private const int Slice = 2000;

    /// <summary>SMTP replies from here on are final (RFC 5321 4.2.1).</summary>
    private const int FirstFinalCode = 500;

    /// <summary>
    /// Puts failed deliveries back and lets the campaign run. Who was refused for good stays failed. A paused campaign stays paused and
    /// takes them along when it is resumed.
    /// </summary>
    /// <returns>How many are tried again.</returns>
    public async Task<Outcome<int>> RetryFailedAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        var putBack = 0;
        while (true)
        {
            var slice = await databases.WriteAsync(
                async db =>
                {
                    var found = await FindAsync(db, campaignId, actor, cancellationToken);
                    return !found.IsOk ? Outcome<int>.From(found)
                        : found.Value.Status is CampaignStatus.Finished or CampaignStatus.Paused ? await PutBackAsync(db, campaignId, cancellationToken)
                        : Outcome<int>.Invalid("status", $"Only a sent or a paused campaign can try again; this one is {EnumText.Of(found.Value.Status)}.");
                },
                cancellationToken);
            if (!slice.IsOk)
            {
                return slice;
            }

            putBack += slice.Value;
            if (slice.Value < Slice)
            {
                break;
            }
        }

        // A run that was cut off before this point left rows put back: they go along.
        var reopened = await ReopenAsync(campaignId, includesNewcomers: false, actor, cancellationToken);
        if (reopened.IsOk || putBack > 0)
        {
            LogRetried(campaignId, putBack, actor.UserId);
        }

        return putBack > 0 || reopened.IsOk ? putBack : Outcome<int>.Invalid("status", "No failed delivery of this campaign can be tried again: the servers refused for good.");
    }

    /// <summary>How many people qualify for a sent campaign now who did not when it went out.</summary>
    public async Task<int> CountNewcomersAsync(int campaignId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Campaigns.Where(row => row.Id == campaignId).Select(row => new { row.Type, row.ResendOfId }).FirstOrDefaultAsync(cancellationToken) is not { } campaign)
        {
            return 0;
        }

        await using var connection = await connections.OpenAsync(cancellationToken);
        var lists = await DeliveryLedger.ReadListsAsync(connection, campaignId, cancellationToken);
        var segment = await AudienceSegment.ReadAsync(connection, connections.Dialect, campaignId, clock.GetUtcNow(), cancellationToken);
        return AudienceSql.SelectIds(campaign.Type, campaign.ResendOfId, lists, segment, limited: false) is { } select
            ? await connection.ScalarAsync(
                $"SELECT COUNT(*) FROM ({select}) AS audience WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.campaign_id = @campaign AND d.subscriber_id = audience.id)",
                cancellationToken,
                [("campaign", campaignId), ("after", 0), ("last", int.MaxValue), .. segment.Parameters])
            : 0;
    }

    /// <summary>Lets a sent campaign run for those who joined its lists since; nobody gets it twice.</summary>
    public async Task<Outcome> SendToNewcomersAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        var reopened = await ReopenAsync(campaignId, includesNewcomers: true, actor, cancellationToken);
        if (reopened.IsOk)
        {
            LogNewcomers(campaignId, actor.UserId);
        }

        return reopened;
    }

    internal static IQueryable<Delivery> Retryable(ListmonkDbContext db, int campaignId) => db.Deliveries.Where(row =>
        row.CampaignId == campaignId && row.Status == DeliveryStatus.Failed && (row.SmtpCode == null || row.SmtpCode < FirstFinalCode));

    private static async Task<Outcome<int>> PutBackAsync(ListmonkDbContext db, int campaignId, CancellationToken cancellationToken)
    {
        var people = await Retryable(db, campaignId).OrderBy(row => row.SubscriberId).Select(row => row.SubscriberId).Take(Slice).ToListAsync(cancellationToken);
        if (people.Count == 0)
        {
            return 0;
        }

        var (first, last) = (people[0], people[^1]);
        var changed = await Retryable(db, campaignId).Where(row => row.SubscriberId >= first && row.SubscriberId <= last).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, DeliveryStatus.Claimed).SetProperty(row => row.Attempts, 0).SetProperty(row => row.DoneAt, (DateTimeOffset?)null),
            cancellationToken);
        await db.Campaigns.Where(row => row.Id == campaignId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Failed, row => row.Failed - changed), cancellationToken);
        return changed;
    }

    private async Task<Outcome> ReopenAsync(int campaignId, bool includesNewcomers, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                var found = await FindAsync(db, campaignId, actor, cancellationToken);
                if (!found.IsOk)
                {
                    return found;
                }

                var hasWork = includesNewcomers
                    || await db.Deliveries.AnyAsync(row => row.CampaignId == campaignId && row.Status == DeliveryStatus.Claimed, cancellationToken);
                return hasWork ? found.Value.Reopen(clock.GetUtcNow(), includesNewcomers) : Outcome.Invalid("status", "Nothing is left to send.");
            },
            cancellationToken);
        if (outcome.IsOk)
        {
            statusChanges.Publish(new CampaignStatusChanged(campaignId, CampaignStatus.Running));
            signal.Raise();
        }

        return outcome;
    }

    private static async Task<Outcome<Campaign>> FindAsync(ListmonkDbContext db, int campaignId, Actor actor, CancellationToken cancellationToken) =>
        await db.Campaigns.Include(row => row.Lists).FirstOrDefaultAsync(row => row.Id == campaignId, cancellationToken) is not { } campaign
            ? Outcome<Campaign>.From(Outcome.NotFound("Campaign not found"))
            : CampaignAccess.CanManage(actor, campaign.Lists.Select(list => list.ListId)) ? campaign
            : Outcome<Campaign>.From(CampaignAccess.ManageRefusal);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId}: {Count} failed deliveries are tried again, by user {UserId}")]
    private partial void LogRetried(int campaignId, int count, int? userId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} goes to those who joined since, by user {UserId}")]
    private partial void LogNewcomers(int campaignId, int? userId);
}
