using System.Data.Common;
using System.Runtime.InteropServices;
using Listmonk.Core.Data;

namespace Listmonk.Core.Sending;

/// <summary>
/// Deals out a campaign's audience in batches, to one share each: what others left behind first, then ever new people, who are claimed in
/// the ledger in the same transaction (decision 0033).
/// </summary>
/// <remarks>
/// Who comes next is read without a lock, since that takes longest. The short transaction that follows locks the campaign's row, and is
/// refused to a share that is void (fencing) or when another process moved the cursor meanwhile. A row that exists in the ledger is left
/// alone, so the cursor may be set back without mailing anybody twice. A single process has one batch, which grows with its cursor.
/// </remarks>
internal sealed class CampaignBatches(IHotConnectionFactory connections, WriteGate gate, TimeProvider clock)
{
    /// <summary>Only for this share's run: the condition of each change.</summary>
    private const string Fence =
        "id = @campaign AND lease_epoch = @epoch AND status = 'running' AND EXISTS (SELECT 1 FROM campaign_shares s WHERE s.id = @share)";

    private static readonly string HasClaimedInBatch = HasClaimed("after_id", "last_id");

    /// <summary>Takes the next people for the share; null when the share is void.</summary>
    public async Task<TakenBatch?> TakeAsync(SendingShare share, int count, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        while (await ReadCursorAsync(connection, share, cancellationToken) is { } cursor)
        {
            var taken = await FindFreeAsync(connection, share.CampaignId, cancellationToken) is { } free
                ? await TakeFreeAsync(connection, share, free, count, cancellationToken)
                : await ClaimAsync(connection, share, cursor, count, cancellationToken);
            if (taken is not null)
            {
                return taken;
            }
        }

        return null;
    }

    /// <summary>The ranges that the share holds, in the order of ids.</summary>
    public async Task<IReadOnlyList<AudienceRange>> ReadAsync(SendingShare share, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        await using var command = connection.Command("SELECT after_id, last_id FROM campaign_batches WHERE share_id = @share ORDER BY after_id").Add("share", share.Id);
        return await ReadRangesAsync(command, cancellationToken);
    }

    /// <summary>Forgets the share's batches, and free ones, in which nobody is left to be delivered.</summary>
    public async Task<OpenBatches> CloseAsync(SendingShare share, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var held = connection.Command("SELECT id FROM campaigns WHERE id = @campaign" + connections.Dialect.LockRows, transaction).Add("campaign", share.CampaignId))
        {
            await held.ExecuteScalarAsync(cancellationToken);
        }

        await using (var delete = connection.Command(
            $"DELETE FROM campaign_batches WHERE campaign_id = @campaign AND (share_id = @share OR share_id IS NULL) AND NOT {HasClaimedInBatch}", transaction))
        {
            await delete.Add("campaign", share.CampaignId).Add("share", share.Id).ExecuteNonQueryAsync(cancellationToken);
        }

        var open = await CountAsync(connection, transaction, share, cancellationToken);
        if (open is (0, 0))
        {
            await CoverAsync(connection, transaction, share.CampaignId, cancellationToken);
            open = await CountAsync(connection, transaction, share, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return open;
    }

    /// <summary>Makes free batches of whoever is claimed in no batch: deliveries to try again, and those of a version before batches.</summary>
    internal static async Task CoverAsync(DbConnection connection, DbTransaction transaction, int campaignId, CancellationToken cancellationToken)
    {
        await using var max = connection.Command("SELECT COALESCE(MAX(subscriber_id), 0) FROM deliveries WHERE campaign_id = @campaign", transaction).Add("campaign", campaignId);
        var last = Convert.ToInt32(await max.ExecuteScalarAsync(cancellationToken), null);
        await using var select = connection.Command("SELECT after_id, last_id FROM campaign_batches WHERE campaign_id = @campaign ORDER BY after_id", transaction)
            .Add("campaign", campaignId);
        var covered = 0;
        foreach (var (after, until) in (AudienceRange[])[.. await ReadRangesAsync(select, cancellationToken), new(last, last)])
        {
            if (after > covered)
            {
                await using var insert = connection.Command(
                    "INSERT INTO campaign_batches (campaign_id, after_id, last_id) SELECT @campaign, @after, @last WHERE " + HasClaimed("@after", "@last"),
                    transaction);
                await insert.Add("campaign", campaignId).Add("after", covered).Add("last", after).ExecuteNonQueryAsync(cancellationToken);
            }

            covered = Math.Max(covered, until);
        }
    }

    private static async Task<AudienceRange?> ReadCursorAsync(DbConnection connection, SendingShare share, CancellationToken cancellationToken)
    {
        await using var command = AddFence(connection.Command($"SELECT last_subscriber_id, max_subscriber_id FROM campaigns WHERE {Fence}"), share);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new AudienceRange(reader.GetInt32(0), reader.GetInt32(1)) : null;
    }

    private static async Task<FreeBatch?> FindFreeAsync(DbConnection connection, int campaignId, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "SELECT id, after_id, last_id FROM campaign_batches WHERE campaign_id = @campaign AND share_id IS NULL ORDER BY after_id LIMIT 1").Add("campaign", campaignId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new FreeBatch(reader.GetInt32(0), new AudienceRange(reader.GetInt32(1), reader.GetInt32(2))) : null;
    }

    /// <summary>Takes a free batch, or the first of its people. Null when another process was faster, or nobody is left in it.</summary>
    private async Task<TakenBatch?> TakeFreeAsync(DbConnection connection, SendingShare share, FreeBatch free, int count, CancellationToken cancellationToken)
    {
        await using var select = connection.Command(
            "SELECT COALESCE(MAX(subscriber_id), 0), COUNT(*) FROM (SELECT subscriber_id FROM deliveries WHERE campaign_id = @campaign AND status = 'claimed' "
            + "AND subscriber_id > @after AND subscriber_id <= @last ORDER BY subscriber_id LIMIT @count) AS batch");
        var upper = await ReadUpperAsync(select.Add("campaign", share.CampaignId), free.Range, count, cancellationToken);

        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var held = AddFence(connection.Command($"SELECT id FROM campaigns WHERE {Fence}{connections.Dialect.LockRows}", transaction), share))
        {
            if (await held.ExecuteScalarAsync(cancellationToken) is null)
            {
                return null;
            }
        }

        var isWhole = upper.Count < count;
        const string Unchanged = "WHERE id = @id AND share_id IS NULL AND after_id = @after AND last_id = @last";
        await using var change = connection.Command(
            upper.Count == 0 ? $"DELETE FROM campaign_batches {Unchanged} AND NOT {HasClaimedInBatch}"
            : isWhole ? $"UPDATE campaign_batches SET share_id = @share {Unchanged}"
            : $"UPDATE campaign_batches SET after_id = @upper {Unchanged}",
            transaction);
        change.Add("id", free.Id).Add("after", free.Range.After).Add("last", free.Range.Last);
        _ = upper.Count == 0 ? change.Add("campaign", share.CampaignId) : isWhole ? change.Add("share", share.Id) : change.Add("upper", upper.LastId);
        if (await change.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return null;
        }

        var range = free.Range with { Last = isWhole ? free.Range.Last : upper.LastId };
        if (!isWhole)
        {
            await InsertAsync(connection, transaction, share, range, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return upper.Count == 0 ? null : new TakenBatch(range, IsEnd: false);
    }

    /// <summary>Claims the next people of the audience in the ledger. Null when another process was faster.</summary>
    private async Task<TakenBatch?> ClaimAsync(DbConnection connection, SendingShare share, AudienceRange cursor, int count, CancellationToken cancellationToken)
    {
        var run = share.Run;
        var lists = await DeliveryLedger.ReadListsAsync(connection, run.CampaignId, cancellationToken);
        var segment = await AudienceSegment.ReadAsync(connection, connections.Dialect, run.CampaignId, clock.GetUtcNow(), cancellationToken);
        (int LastId, int Count) upper = default;
        if (AudienceSql.SelectIds(run.Type, run.ResendOfId, lists, segment, limited: true) is { } ids)
        {
            await using var select = connection.Command($"SELECT COALESCE(MAX(id), 0), COUNT(*) FROM ({ids}) AS batch");
            segment.AddTo(select);
            upper = await ReadUpperAsync(select, cursor, count, cancellationToken);
        }

        if (upper.Count == 0)
        {
            return new TakenBatch(new AudienceRange(cursor.After, cursor.After), IsEnd: true);
        }

        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var move = AddFence(connection.Command($"UPDATE campaigns SET last_subscriber_id = @last WHERE {Fence} AND last_subscriber_id = @after", transaction), share))
        {
            if (await move.Add("last", upper.LastId).Add("after", cursor.After).ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return null;
            }
        }

        var (range, isHeld) = await FitAsync(connection, transaction, run.CampaignId, cursor with { Last = upper.LastId }, cancellationToken);
        await using (var insert = connection.Command(
            "INSERT INTO deliveries (campaign_id, subscriber_id, status, attempts, claimed_at) "
            + $"SELECT @campaign, id, 'claimed', 0, @now FROM ({AudienceSql.SelectIds(run.Type, run.ResendOfId, lists, segment, limited: false)}) AS audience WHERE true ON CONFLICT DO NOTHING",
            transaction))
        {
            insert.Add("campaign", run.CampaignId).Add("now", connections.Dialect.TimeValue(clock.GetUtcNow())).Add("after", range.After).Add("last", range.Last);
            segment.AddTo(insert);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        if (!isHeld)
        {
            await using var grow = connection.Command("UPDATE campaign_batches SET last_id = @last WHERE share_id = @share AND last_id = @after", transaction);
            if (await grow.Add("last", range.Last).Add("share", share.Id).Add("after", range.After).ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                await InsertAsync(connection, transaction, share, range, cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return new TakenBatch(isHeld ? range with { After = range.Last } : range, IsEnd: false);
    }

    /// <summary>
    /// Behind a cursor that was set back there may be batches: the claim ends where the next one begins, and whoever is added within one is
    /// delivered by its holder.
    /// </summary>
    private static async Task<(AudienceRange Range, bool IsHeld)> FitAsync(
        DbConnection connection, DbTransaction transaction, int campaignId, AudienceRange wanted, CancellationToken cancellationToken)
    {
        await using var select = connection.Command(
            "SELECT after_id, last_id FROM campaign_batches WHERE campaign_id = @campaign AND last_id > @after AND after_id < @last ORDER BY after_id LIMIT 1", transaction)
            .Add("campaign", campaignId).Add("after", wanted.After).Add("last", wanted.Last);
        if (await ReadRangesAsync(select, cancellationToken) is not [var met])
        {
            return (wanted, false);
        }

        var isHeld = met.After <= wanted.After;
        var range = wanted with { Last = isHeld ? Math.Min(met.Last, wanted.Last) : met.After };
        await using var move = connection.Command("UPDATE campaigns SET last_subscriber_id = @last WHERE id = @campaign", transaction)
            .Add("last", range.Last).Add("campaign", campaignId);
        await move.ExecuteNonQueryAsync(cancellationToken);
        return (range, isHeld);
    }

    private static async Task InsertAsync(DbConnection connection, DbTransaction transaction, SendingShare share, AudienceRange range, CancellationToken cancellationToken)
    {
        await using var insert = connection.Command(
            "INSERT INTO campaign_batches (campaign_id, share_id, after_id, last_id) VALUES (@campaign, @share, @after, @last)", transaction);
        await insert.Add("campaign", share.CampaignId).Add("share", share.Id).Add("after", range.After).Add("last", range.Last).ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<OpenBatches> CountAsync(DbConnection connection, DbTransaction transaction, SendingShare share, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "SELECT COUNT(CASE WHEN share_id = @share THEN 1 END), COUNT(*) FROM campaign_batches WHERE campaign_id = @campaign", transaction)
            .Add("share", share.Id).Add("campaign", share.CampaignId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var own = (int)reader.GetInt64(0);
        return new OpenBatches(own, (int)reader.GetInt64(1) - own);
    }

    private static async Task<(int LastId, int Count)> ReadUpperAsync(DbCommand select, AudienceRange range, int count, CancellationToken cancellationToken)
    {
        select.Add("after", range.After).Add("last", range.Last).Add("count", count);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), (int)reader.GetInt64(1));
    }

    private static async Task<List<AudienceRange>> ReadRangesAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var ranges = new List<AudienceRange>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ranges.Add(new AudienceRange(reader.GetInt32(0), reader.GetInt32(1)));
        }

        return ranges;
    }

    private static string HasClaimed(string after, string last) =>
        $"EXISTS (SELECT 1 FROM deliveries d WHERE d.campaign_id = @campaign AND d.status = 'claimed' AND d.subscriber_id > {after} AND d.subscriber_id <= {last})";

    private static DbCommand AddFence(DbCommand command, SendingShare share) =>
        command.Add("campaign", share.CampaignId).Add("epoch", share.Run.Epoch).Add("share", share.Id);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct FreeBatch(int Id, AudienceRange Range);
}
