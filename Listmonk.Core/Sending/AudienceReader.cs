using Listmonk.Core.Data;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Sending;

/// <summary>Brings up the people of a campaign, in chunks: first those that an earlier run claimed and did not finish, then ever new batches.</summary>
internal sealed class AudienceReader(
    IHotConnectionFactory connections, WriteGate gate, IDeliveryLedger ledger, SettingsStore settings, TimeProvider clock)
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
    public async Task<AudienceWindow?> OpenAsync(CampaignLease lease, CancellationToken cancellationToken)
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
        await using var update = connection.CreateCommand();
        update.CommandText =
            "UPDATE campaigns SET max_subscriber_id = @max, last_subscriber_id = @after, to_send = @to_send, started_at = COALESCE(started_at, @now), "
            + "status_reason = NULL WHERE id = @campaign AND lease_epoch = @epoch AND status = 'running'";
        update.Add("max", max).Add("after", after).Add("to_send", known + ahead).Add("now", connections.Dialect.TimeValue(clock.GetUtcNow()))
            .Add("campaign", lease.CampaignId).Add("epoch", lease.Epoch);
        return await update.ExecuteNonQueryAsync(cancellationToken) == 1 ? new AudienceWindow(known + ahead) : null;
    }

    /// <summary>The next people above <paramref name="after"/>; empty when there are none, null when the campaign is no longer ours.</summary>
    public async Task<IReadOnlyList<Recipient>?> NextAsync(CampaignLease lease, int after, CancellationToken cancellationToken)
    {
        while (true)
        {
            var chunk = await ledger.ReadClaimedAsync(lease.CampaignId, after, ChunkSize, cancellationToken);
            if (chunk.Count > 0)
            {
                return chunk;
            }

            var size = Math.Clamp(settings.Current.Sending.BatchSize, 1, LargestBatch);
            if (await ledger.ClaimAsync(lease, size, cancellationToken) is not { } batch)
            {
                return null;
            }

            if (batch.IsEnd)
            {
                return await ledger.ReadClaimedAsync(lease.CampaignId, after, ChunkSize, cancellationToken);
            }
        }
    }
}

/// <summary>The audience of a run as counted at its start.</summary>
/// <param name="ToSend">People already in the ledger included.</param>
internal readonly record struct AudienceWindow(int ToSend);
