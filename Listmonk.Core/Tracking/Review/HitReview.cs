using System.Data.Common;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Core.Tracking.Review;

/// <summary>
/// Judges all hits of messages by the rules of today and makes verdicts and figures follow, in one short transaction. Used by one caller at a time.
/// </summary>
/// <remarks>
/// The message is read under the same lock as the log writes under, so the difference between what its hits counted and what they count now is
/// exact, and the same message may be reviewed any number of times. Hits without a person belong to no message and keep their verdict.
/// </remarks>
internal sealed class HitReview(IHotConnectionFactory connections, WriteGate gate, HitJudge judge) : IAsyncDisposable
{
    /// <summary>So many messages take the database well under 50 ms.</summary>
    public const int SliceSize = 100;

    private readonly ReviewStatements _statements = new(connections.Dialect);
    private readonly TrackingStatements _log = new(connections.Dialect);
    private HotWriter? _writer;

    /// <param name="messages">At most <see cref="SliceSize"/>.</param>
    /// <param name="onReviewed">Told of each message, and of how many hits it has.</param>
    /// <returns>The campaigns whose figures changed, and how many hits did.</returns>
    public async Task<(IReadOnlySet<int> Campaigns, int Hits)> ReviewAsync(
        IReadOnlyCollection<MessageKey> messages, Action<MessageKey, int>? onReviewed, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        try
        {
            var writer = _writer ??= new HotWriter(await connections.OpenAsync(cancellationToken));
            await writer.BeginAsync(cancellationToken);
            await LockAsync(writer, messages, cancellationToken);
            var (before, after) = (new HitFigures(), new HitFigures());
            var changed = new HashSet<int>();
            var hits = 0;
            foreach (var message in (await HitsOfAsync(writer, messages, cancellationToken)).GroupBy(hit => hit.Message))
            {
                StoredHit[] hitsOfMessage = [.. message];
                onReviewed?.Invoke(message.Key, hitsOfMessage.Length);
                var count = Review(writer, hitsOfMessage, before, after);
                hits += count;
                if (count > 0)
                {
                    changed.Add(message.Key.CampaignId);
                }
            }

            if (hits == 0)
            {
                await writer.RollbackAsync();
                return (changed, 0);
            }

            WriteFigures(writer, before, after);
            foreach (var campaign in changed)
            {
                writer.Run(_statements.ForgetBreakdown, campaign);
            }

            await writer.FlushAsync(cancellationToken);
            await writer.CommitAsync(cancellationToken);
            return (changed, hits);
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => new(CloseAsync());

    internal static async Task<List<StoredHit>> ReadAsync(
        HotWriter writer, HotStatement statement, object?[] values, IDatabaseDialect dialect, CancellationToken cancellationToken)
    {
        var hits = new List<StoredHit>();
        await using var reader = await writer.QueryAsync(statement, values, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            hits.Add(Read(reader, dialect));
        }

        return hits;
    }

    /// <summary>One question, whether the messages are of one campaign or of several.</summary>
    private async Task<List<StoredHit>> HitsOfAsync(HotWriter writer, IReadOnlyCollection<MessageKey> messages, CancellationToken cancellationToken)
    {
        var campaigns = messages.GroupBy(message => message.CampaignId, message => message.SubscriberId).ToList();
        if (campaigns.Count > 1)
        {
            var wanted = messages.ToHashSet();
            var all = await ReadAsync(writer, _statements.HitsOfPeople, [TrackingLog.IdList(messages.Select(message => message.SubscriberId))], connections.Dialect, cancellationToken);
            all.RemoveAll(hit => !wanted.Contains(hit.Message));
            return all;
        }

        return campaigns.Count == 0
            ? []
            : await ReadAsync(writer, _statements.HitsOf, [campaigns[0].Key, TrackingLog.IdList(campaigns[0])], connections.Dialect, cancellationToken);
    }

    /// <summary>Takes part in the log's order: whoever holds the campaigns' rows may change their figures.</summary>
    private async Task LockAsync(HotWriter writer, IReadOnlyCollection<MessageKey> messages, CancellationToken cancellationToken)
    {
        if (connections.Dialect.LockRows.Length == 0)
        {
            return;
        }

        await using var reader = await writer.QueryAsync(_log.Campaigns, [TrackingLog.IdList(messages.Select(message => message.CampaignId))], cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            // Reading to the end takes all locks.
        }
    }

    /// <returns>How many hits of the message changed.</returns>
    private int Review(HotWriter writer, StoredHit[] hits, HitFigures before, HitFigures after)
    {
        var judgements = Judge(hits, judge);
        var changed = 0;
        for (var i = 0; i < hits.Length; i++)
        {
            if (judgements[i] != hits[i].Judgement)
            {
                changed++;
                writer.Run(
                    _statements.SetVerdict,
                    EnumText.Of(judgements[i].Verdict), judgements[i].Reason, judgements[i].AgentClass, judgements[i].Client, HitRules.Version, hits[i].Id);
            }
        }

        for (var i = 0; i < hits.Length && changed > 0; i++)
        {
            before.Add(hits[i].ToKnown(hits[i].Judgement));
            after.Add(hits[i].ToKnown(judgements[i]));
        }

        return changed;
    }

    /// <summary>One message's hits by the rules of today.</summary>
    internal static HitJudgement[] Judge(IReadOnlyList<StoredHit> hits, HitJudge judge) =>
        MessageRules.Judge([.. hits.Select(hit => hit.ToMessageHit(judge))], hits[0].DeliveredAt, MessageRules.HoneypotLink);

    private void WriteFigures(HotWriter writer, HitFigures before, HitFigures after)
    {
        after.Subtract(before);
        _log.AddToTotals(writer, after);
        foreach (var ((campaign, subscriber), sums) in after.Readers)
        {
            writer.Run(
                _statements.SetReader,
                sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople,
                _log.Time(sums.FirstOpenAt), _log.Time(sums.LastOpenAt), _log.Time(sums.FirstClickAt), _log.Time(sums.LastClickAt),
                campaign, subscriber);
        }
    }

    private static StoredHit Read(DbDataReader reader, IDatabaseDialect dialect) => new()
    {
        Id = reader.GetInt64(0),
        Message = new MessageKey(reader.GetInt32(1), reader.GetInt32(2)),
        Kind = EnumText.Parse<HitKind>(reader.GetString(3)),
        LinkId = reader.IsDBNull(4) ? 0 : reader.GetInt32(4),
        Position = reader.IsDBNull(5) ? 0 : reader.GetInt32(5),
        At = dialect.ReadTime(reader, 6),
        Judgement = new HitJudgement(EnumText.Parse<HitVerdict>(reader.GetString(7)), reader.GetString(8), reader.GetString(9), reader.GetString(10)),
        Agent = reader.IsDBNull(11) ? null : reader.GetString(11),
        Network = reader.IsDBNull(12) ? null : reader.GetString(12),
        DeliveredAt = reader.IsDBNull(13) ? null : dialect.ReadTime(reader, 13),
    };

    /// <summary>After a failure nothing about the connection can be trusted; closing it also rolls back.</summary>
    private async Task CloseAsync()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            try
            {
                await writer.DisposeAsync();
            }
#pragma warning disable CA1031 // The connection is being given up because it failed; why it also cannot be closed tells nothing new.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }
}
