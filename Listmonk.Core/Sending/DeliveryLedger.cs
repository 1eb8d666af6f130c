using System.Data;
using System.Data.Common;
using System.Runtime.InteropServices;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Sending;

/// <summary>The ledger on the database, by prepared commands that both databases understand.</summary>
/// <remarks>
/// An outcome only changes a row that is still claimed, and the campaign's counters grow by exactly the rows that changed, in the same
/// transaction: counters and ledger cannot drift, whatever is repeated.
/// </remarks>
internal sealed class DeliveryLedger(IHotConnectionFactory connections, WriteGate gate, TimeProvider clock) : IDeliveryLedger
{
    /// <summary>Longer replies are cut; servers put links and help texts there.</summary>
    private const int MaxReplyLength = 300;

    public async Task<IReadOnlyList<Recipient>> ReadClaimedAsync(int campaignId, AudienceRange range, int count, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var segment = await AudienceSegment.ReadAsync(connection, connections.Dialect, campaignId, clock.GetUtcNow(), cancellationToken);
        await using var command = connection.Command(
            $"{SelectRecipient(segment)} WHERE d.campaign_id = @campaign AND d.status = 'claimed' AND d.subscriber_id > @after AND d.subscriber_id <= @last ORDER BY d.subscriber_id LIMIT @count");
        command.Add("campaign", campaignId);
        command.Add("after", range.After);
        command.Add("last", range.Last);
        command.Add("count", count);
        AddSegment(command, segment);
        return await ReadRecipientsAsync(command, cancellationToken);
    }

    public async Task<Recipient?> ReadClaimedAsync(int campaignId, int subscriberId, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var segment = await AudienceSegment.ReadAsync(connection, connections.Dialect, campaignId, clock.GetUtcNow(), cancellationToken);
        await using var command = connection.Command(
            $"{SelectRecipient(segment)} WHERE d.campaign_id = @campaign AND d.subscriber_id = @subscriber AND d.status = 'claimed'");
        command.Add("campaign", campaignId);
        command.Add("subscriber", subscriberId);
        AddSegment(command, segment);
        return (await ReadRecipientsAsync(command, cancellationToken)).FirstOrDefault();
    }

    public async Task<IReadOnlyList<CampaignCounts>> CompleteAsync(IReadOnlyList<DeliveryRecord> records, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var tallies = new Dictionary<int, Tally>();
        var changed = connection.CanCreateBatch
            ? await UpdateInBatchAsync(connection, transaction, records, cancellationToken)
            : await UpdateOneByOneAsync(connection, transaction, records, cancellationToken);
        for (var i = 0; i < records.Count; i++)
        {
            if (changed[i])
            {
                var record = records[i];
                tallies[record.CampaignId] = tallies.GetValueOrDefault(record.CampaignId).Plus(record);
                if (record.Refusal is not null)
                {
                    await InsertBounceAsync(connection, transaction, record, cancellationToken);
                }
            }
        }

        foreach (var (campaignId, tally) in tallies)
        {
            await AddCountsAsync(connection, transaction, campaignId, tally, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [.. tallies.Select(pair => new CampaignCounts(pair.Key, pair.Value.Sent, pair.Value.Failed, pair.Value.Skipped))];
    }

    /// <summary>
    /// A claim this young was made by a look at the segment, which may cost a scan of many hits; an older one is looked at again. A
    /// campaign's own lists are asked at each message.
    /// </summary>
    private static readonly TimeSpan SegmentHolds = TimeSpan.FromMinutes(1);

    // The two conditions are both types' rules on one row: which holds depends on the campaign, so the row decides.
    private static string SelectRecipient(AudienceSegment segment) =>
        "SELECT d.subscriber_id, d.attempts, subscribers.uuid, subscribers.email, subscribers.name, subscribers.attribs, subscribers.status, "
        + "subscribers.tracking_level, subscribers.created_at, subscribers.updated_at, "
        + $"CASE WHEN (CASE WHEN c.type = 'optin' THEN {AudienceSql.StillQualifies(CampaignType.Optin, "d.subscriber_id")} "
        + $"ELSE {AudienceSql.StillQualifies(CampaignType.Regular, "d.subscriber_id")} END) THEN 1 ELSE 0 END, "
        + (segment.IsEverybody ? "1 " : $"CASE WHEN d.claimed_at >= @fresh OR ({segment.Matches}) THEN 1 ELSE 0 END ")
        + "FROM deliveries d JOIN campaigns c ON c.id = d.campaign_id LEFT JOIN subscribers ON subscribers.id = d.subscriber_id";

    private void AddSegment(DbCommand command, AudienceSegment segment)
    {
        if (!segment.IsEverybody)
        {
            command.Add("fresh", connections.Dialect.TimeValue(clock.GetUtcNow() - SegmentHolds));
            segment.AddTo(command);
        }
    }

    private async Task<List<Recipient>> ReadRecipientsAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var recipients = new List<Recipient>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            recipients.Add(ReadRecipient(reader));
        }

        return recipients;
    }

    private Recipient ReadRecipient(DbDataReader reader)
    {
        var id = reader.GetInt32(0);
        var attempts = reader.GetInt32(1);
        if (reader.IsDBNull(2))
        {
            return new Recipient { SubscriberId = id, Attempts = attempts, LeftOutReason = "The subscriber was deleted." };
        }

        var status = EnumText.Parse<SubscriberStatus>(reader.GetString(6));
        return new Recipient
        {
            SubscriberId = id,
            Attempts = attempts,
            Uuid = reader.GetGuid(2),
            Email = reader.GetString(3),
            Name = reader.GetString(4),
            Attributes = reader.GetString(5),
            Status = status,
            TrackingLevel = reader.IsDBNull(7) ? null : EnumText.Parse<TrackingLevel>(reader.GetString(7)),
            CreatedAt = connections.Dialect.ReadTime(reader, 8),
            UpdatedAt = connections.Dialect.ReadTime(reader, 9),
            LeftOutReason = status != CampaignAudienceRules.Reachable ? $"The subscriber is {EnumText.Of(status)}."
                : reader.GetInt32(10) == 0 ? "The subscriber has left the lists of the campaign."
                : reader.GetInt32(11) == 0 ? "The subscriber does not match the campaign's segment any more."
                : null,
        };
    }

    internal static async Task<List<AudienceList>> ReadListsAsync(DbConnection connection, int campaignId, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "SELECT l.id, l.optin FROM campaign_lists cl JOIN lists l ON l.id = cl.list_id WHERE cl.campaign_id = @campaign ORDER BY l.id");
        command.Add("campaign", campaignId);
        var lists = new List<AudienceList>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lists.Add(new AudienceList(reader.GetInt32(0), EnumText.Parse<ListOptin>(reader.GetString(1))));
        }

        return lists;
    }

    private const string UpdateSql =
        "UPDATE deliveries SET status = @status, attempts = attempts + @attempt, done_at = @at, smtp_code = @code, reply = @reply, server = @server "
        + "WHERE campaign_id = @campaign AND subscriber_id = @subscriber AND status = 'claimed'";

    private async Task<bool[]> UpdateOneByOneAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<DeliveryRecord> records, CancellationToken cancellationToken)
    {
        var changed = new bool[records.Count];
        await using var command = connection.Command(
            UpdateSql,
            transaction);
        AddUpdateParameters(command.CreateParameter, command.Parameters);
        await command.PrepareAsync(cancellationToken);
        for (var i = 0; i < changed.Length; i++)
        {
            SetUpdateParameters(command.Parameters, records[i]);
            changed[i] = await command.ExecuteNonQueryAsync(cancellationToken) > 0;
        }

        return changed;
    }

    /// <summary>One round trip for all, where the database is across a network.</summary>
    private async Task<bool[]> UpdateInBatchAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<DeliveryRecord> records, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var record in records)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = UpdateSql;
            AddUpdateParameters(command.CreateParameter, command.Parameters);
            SetUpdateParameters(command.Parameters, record);
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        return [.. batch.BatchCommands.Select(command => command.RecordsAffected > 0)];
    }

    private static void AddUpdateParameters(Func<DbParameter> create, DbParameterCollection parameters)
    {
        foreach (var name in (ReadOnlySpan<string>)["status", "attempt", "at", "code", "reply", "server", "campaign", "subscriber"])
        {
            var parameter = create();
            parameter.ParameterName = name;
            parameters.Add(parameter);
        }

        parameters[3].DbType = DbType.Int32;
        parameters[4].DbType = parameters[5].DbType = DbType.String;
    }

    private void SetUpdateParameters(DbParameterCollection parameters, DeliveryRecord record)
    {
        parameters[0].Value = EnumText.Of(record.Status);
        parameters[1].Value = record.IsAttempt ? 1 : 0;
        parameters[2].Value = connections.Dialect.TimeValue(record.At);
        parameters[3].Value = (object?)record.Code ?? DBNull.Value;
        parameters[4].Value = (object?)Shorten(record.Reply) ?? DBNull.Value;
        parameters[5].Value = (object?)record.Server ?? DBNull.Value;
        parameters[6].Value = record.CampaignId;
        parameters[7].Value = record.SubscriberId;
    }

    private static string? Shorten(string? reply) => reply is null ? null : ShortText.Cut(reply, MaxReplyLength);

    private async Task InsertBounceAsync(DbConnection connection, DbTransaction transaction, DeliveryRecord record, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "INSERT INTO bounces (subscriber_id, campaign_id, type, source, source_key, meta, status, reason, line, decided_by, matched_by, domain, action, is_judged, created_at) "
            + $"SELECT id, @campaign, @type, 'smtp', @key, {connections.Dialect.JsonParameter("@meta")}, @code, @reason, @line, @decided, 'caller', @domain, 'none', @judged, @at FROM subscribers WHERE id = @subscriber "
            + "ON CONFLICT DO NOTHING",
            transaction);
        command.Add("campaign", record.CampaignId);
        command.Add("subscriber", record.SubscriberId);
        command.Add("type", EnumText.Of(BounceReport.TypeOf(record.Refusal!.Class)));
        command.Add("key", $"smtp:{record.CampaignId}:{record.SubscriberId}:{record.At.UtcTicks}");
        command.Add("meta", System.Text.Json.JsonSerializer.Serialize(new { code = record.Code, server = record.Server }));
        command.Add("code", record.Refusal.Status ?? record.EnhancedStatus, DbType.String);
        command.Add("reason", record.Refusal.Reason);
        command.Add("line", Shorten(record.Refusal.Line), DbType.String);
        command.Add("decided", Shorten(record.Refusal.DecidedBy), DbType.String);
        command.Add("domain", record.Refusal.Recipient is { } address ? EmailAddress.Domain(address) : null, DbType.String);
        command.Add("judged", false, DbType.Boolean);
        command.Add("at", connections.Dialect.TimeValue(record.At));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task AddCountsAsync(DbConnection connection, DbTransaction transaction, int campaignId, Tally tally, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "UPDATE campaigns SET sent = sent + @sent, failed = failed + @failed, skipped = skipped + @skipped, bounces = bounces + @bounces WHERE id = @campaign",
            transaction);
        command.Add("sent", tally.Sent);
        command.Add("failed", tally.Failed);
        command.Add("skipped", tally.Skipped);
        command.Add("bounces", tally.Bounces);
        command.Add("campaign", campaignId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Tally(int Sent, int Failed, int Skipped, int Bounces)
    {
        public Tally Plus(DeliveryRecord record) => new(
            Sent + (record.Status == DeliveryStatus.Sent ? 1 : 0),
            Failed + (record.Status == DeliveryStatus.Failed ? 1 : 0),
            Skipped + (record.Status == DeliveryStatus.Skipped ? 1 : 0),
            Bounces + (record.Refusal is null ? 0 : 1));
    }
}
