using Listmonk.Core.Data;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Sending;

/// <summary>Brings up the people whom a share delivers, in chunks: first those of the batches that it holds, then ever new batches.</summary>
internal sealed class AudienceReader(
    IHotConnectionFactory connections, WriteGate gate, IDeliveryLedger ledger, CampaignBatches batches, SendThrottle throttle, SettingsStore settings, TimeProvider clock)
{
    /// <summary>Small, so that what was read is still true when the message goes out.</summary>
    private const int ChunkSize = 100;

    /// <summary>More in one transaction would keep a tracking hit waiting for longer than 50 ms.</summary>
    private const int LargestBatch = 2_000;

    /// <summary>
    /// Counts the audience as it is now and sets the campaign's window. A cursor that has passed people who qualify by now (lists were
    /// added while the campaign was paused) goes back to the start; the ledger keeps anybody from being mailed twice. A campaign that had
    /// finished only goes on with those whom the ledger holds.
    /// </summary>
    /// <returns>False when the campaign is no longer ours to open.</returns>
    public async Task<bool> OpenAsync(CampaignLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var lists = await DeliveryLedger.ReadListsAsync(connection, lease.CampaignId, cancellationToken);
        var segment = await AudienceSegment.ReadAsync(connection, connections.Dialect, lease.CampaignId, clock.GetUtcNow(), cancellationToken);
        var max = await connection.ScalarAsync("SELECT COALESCE(MAX(id), 0) FROM subscribers", cancellationToken);
        var after = await connection.ScalarAsync("SELECT last_subscriber_id FROM campaigns WHERE id = @campaign", cancellationToken, ("campaign", lease.CampaignId));
        var known = await connection.ScalarAsync("SELECT COUNT(*) FROM deliveries WHERE campaign_id = @campaign", cancellationToken, ("campaign", lease.CampaignId));
        var hadFinished = await connection.ScalarAsync("SELECT COUNT(*) FROM campaigns WHERE id = @campaign AND finished_at IS NOT NULL", cancellationToken, ("campaign", lease.CampaignId)) > 0;
        var ahead = 0;
        if (hadFinished)
        {
            max = after;
        }
        else if (AudienceSql.SelectIds(lease.Type, lease.ResendOfId, lists, segment, limited: false) is { } select)
        {
            const string NotClaimed = "WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.campaign_id = @campaign AND d.subscriber_id = audience.id)";
            if (after > 0 && await connection.ScalarAsync(
                $"SELECT COUNT(*) FROM (SELECT 1 FROM ({select}) AS audience {NotClaimed} LIMIT 1) AS missed",
                cancellationToken,
                [("campaign", lease.CampaignId), ("after", 0), ("last", after), .. segment.Parameters]) > 0)
            {
                after = 0;
            }

            ahead = await connection.ScalarAsync(
                $"SELECT COUNT(*) FROM ({select}) AS audience {(known > 0 ? NotClaimed : "")}",
                cancellationToken,
                [("campaign", lease.CampaignId), ("after", after), ("last", max), .. segment.Parameters]);
        }

        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var update = connection.Command(
            "UPDATE campaigns SET max_subscriber_id = @max, last_subscriber_id = @after, to_send = @to_send, started_at = COALESCE(started_at, @now), "
            + "status_reason = NULL WHERE id = @campaign AND lease_epoch = @epoch AND status = 'running'",
            transaction);
        update.Add("max", max).Add("after", after).Add("to_send", known + ahead).Add("now", connections.Dialect.TimeValue(clock.GetUtcNow()))
            .Add("campaign", lease.CampaignId).Add("epoch", lease.Epoch);
        if (await update.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        await CampaignBatches.CoverAsync(connection, transaction, lease.CampaignId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Begins to bring up everybody whom the share has still to deliver.</summary>
    public async Task<AudiencePass> BeginAsync(SendingShare share, CancellationToken cancellationToken) =>
        new(share, await batches.ReadAsync(share, cancellationToken));

    /// <summary>The next people; empty when there are none, null when the share is void.</summary>
    public async Task<IReadOnlyList<Recipient>?> NextAsync(AudiencePass pass, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!pass.Unread.IsEmpty)
            {
                var chunk = await ledger.ReadClaimedAsync(pass.Share.CampaignId, pass.Unread, ChunkSize, cancellationToken);
                pass.Unread = chunk.Count < ChunkSize ? default : pass.Unread with { After = chunk[^1].SubscriberId };
                if (chunk.Count > 0)
                {
                    return chunk;
                }
            }
            else if (!pass.TryNextHeld())
            {
                var size = Math.Clamp(Math.Min(settings.Current.Sending.BatchSize, throttle.LargestBatch), 1, LargestBatch);
                if (await batches.TakeAsync(pass.Share, size, cancellationToken) is not { } taken)
                {
                    return null;
                }

                if (taken.IsEnd)
                {
                    pass.End = taken.Range.Last;
                    return [];
                }

                pass.Unread = taken.Range;
            }
        }
    }
}

/// <summary>How far a share has come in bringing up its people.</summary>
internal sealed class AudiencePass(SendingShare share, IEnumerable<AudienceRange> held)
{
    private readonly Queue<AudienceRange> _held = new(held);

    public SendingShare Share { get; } = share;

    /// <summary>What of the present batch was not read yet.</summary>
    public AudienceRange Unread { get; set; }

    /// <summary>The campaign's cursor when nobody was left to be taken; null before that.</summary>
    public int? End { get; set; }

    /// <summary>Goes on to the next batch that was held already when the pass began.</summary>
    public bool TryNextHeld()
    {
        var has = _held.TryDequeue(out var range);
        Unread = range;
        return has;
    }
}
