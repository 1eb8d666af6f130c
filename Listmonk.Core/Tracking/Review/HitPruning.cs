using System.Data;
using Listmonk.Core.Common;
using Listmonk.Core.Data;

namespace Listmonk.Core.Tracking.Review;

/// <summary>Deletes old hits of a campaign, some at a time, and takes from the figures what they had counted.</summary>
/// <remarks>
/// Each slice is a short transaction under the log's lock: a person's hits are read together, the old ones go, and the difference between what
/// all counted and what the others count is written. So figures equal the hits at each moment, and new hits never wait long.
/// </remarks>
public sealed class HitPruning : IAsyncDisposable
{
    /// <summary>So many people take the database well under 50 ms.</summary>
    private const int PeopleSlice = HitReview.SliceSize;
    private const int AnonymousSlice = 1_000;

    private readonly IHotConnectionFactory _connections;
    private readonly WriteGate _gate;
    private readonly ReviewStatements _statements;
    private readonly TrackingStatements _log;
    private HotWriter? _writer;

    public HitPruning(IHotConnectionFactory connections, WriteGate gate)
    {
        ArgumentNullException.ThrowIfNull(connections);
        (_connections, _gate) = (connections, gate);
        (_statements, _log) = (new ReviewStatements(connections.Dialect), new TrackingStatements(connections.Dialect));
    }

    /// <summary>Used by one caller at a time.</summary>
    /// <param name="campaignId">The campaign.</param>
    /// <param name="kind">Null means both.</param>
    /// <param name="before">Older ones go.</param>
    /// <param name="cancellationToken">Ends the work between two slices.</param>
    public async Task PruneAsync(int campaignId, HitKind? kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var isLeft = true;
        while (isLeft)
        {
            isLeft = await SliceAsync(writer => PeopleAsync(writer, campaignId, kind, before, cancellationToken), campaignId, cancellationToken);
        }

        isLeft = true;
        while (isLeft)
        {
            isLeft = await SliceAsync(writer => AnonymousAsync(writer, campaignId, kind, before, cancellationToken), campaignId, cancellationToken);
        }

        await SliceAsync(
            writer =>
            {
                writer.Run(DropEmptyHours, campaignId);
                writer.Run(DropEmptyLinks, campaignId);
                return Task.FromResult(false);
            },
            campaignId,
            cancellationToken);
    }

    public ValueTask DisposeAsync() => new(CloseAsync());

    private async Task<bool> SliceAsync(Func<HotWriter, Task<bool>> work, int campaignId, CancellationToken cancellationToken)
    {
        using var turn = await _gate.EnterAsync(cancellationToken);
        try
        {
            var writer = _writer ??= new HotWriter(await _connections.OpenAsync(cancellationToken));
            await writer.BeginAsync(cancellationToken);

            // Where several processes write, whoever holds the campaign's row may change its figures.
            await writer.ScalarAsync(_log.Campaigns, [TrackingLog.IdList([campaignId])], cancellationToken);
            var isLeft = await work(writer);
            await writer.FlushAsync(cancellationToken);
            await writer.CommitAsync(cancellationToken);
            return isLeft;
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    private async Task<bool> PeopleAsync(HotWriter writer, int campaignId, HitKind? kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var people = new List<int>();
        await using (var reader = await writer.QueryAsync(PeopleWithOld, [campaignId, _connections.Dialect.TimeValue(before), First(kind), Last(kind), PeopleSlice], cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                people.Add(reader.GetInt32(0));
            }
        }

        if (people.Count == 0)
        {
            return false;
        }

        var (counted, kept) = (new HitFigures(), new HitFigures());
        foreach (var hit in await HitReview.ReadAsync(writer, _statements.HitsOf, [campaignId, TrackingLog.IdList(people)], _connections.Dialect, cancellationToken))
        {
            var known = hit.ToKnown(hit.Judgement);
            counted.Add(known);
            if (hit.At < before && (kind is null || hit.Kind == kind))
            {
                writer.Run(DeleteHit, hit.Id);
            }
            else
            {
                kept.Add(known);
            }
        }

        kept.Subtract(counted);
        _log.AddToTotals(writer, kept);
        foreach (var person in people)
        {
            if (kept.Readers.TryGetValue((campaignId, person), out var sums))
            {
                writer.Run(
                    _statements.SetReader,
                    sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople,
                    _log.Time(sums.FirstOpenAt), _log.Time(sums.LastOpenAt), _log.Time(sums.FirstClickAt), _log.Time(sums.LastClickAt),
                    campaignId, person);
            }
            else
            {
                writer.Run(DeleteReader, campaignId, person);
            }
        }

        return people.Count == PeopleSlice;
    }

    private async Task<bool> AnonymousAsync(HotWriter writer, int campaignId, HitKind? kind, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (counted, ids) = (new HitFigures(), new List<long>());
        await using (var reader = await writer.QueryAsync(AnonymousOld, [campaignId, _connections.Dialect.TimeValue(before), First(kind), Last(kind), AnonymousSlice], cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                ids.Add(reader.GetInt64(0));
                counted.Add(new TrackingHit
                {
                    CampaignId = campaignId,
                    Kind = EnumText.Parse<HitKind>(reader.GetString(1)),
                    LinkId = reader.IsDBNull(2) ? null : reader.GetInt32(2),
                    Position = reader.IsDBNull(3) ? null : reader.GetInt32(3),
                    At = _connections.Dialect.ReadTime(reader, 4),
                    Verdict = EnumText.Parse<HitVerdict>(reader.GetString(5)),
                });
            }
        }

        foreach (var id in ids)
        {
            writer.Run(DeleteHit, id);
        }

        var difference = new HitFigures();
        difference.Subtract(counted);
        _log.AddToTotals(writer, difference);
        return ids.Count == AnonymousSlice;
    }

    private static string First(HitKind? kind) => EnumText.Of(kind ?? HitKind.Open);

    private static string Last(HitKind? kind) => EnumText.Of(kind ?? HitKind.Click);

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

    private static readonly HotStatement PeopleWithOld = new(
        """
        SELECT DISTINCT subscriber_id FROM tracking_hits
        WHERE campaign_id = @campaign_id AND at < @before AND kind IN (@first, @last) AND subscriber_id IS NOT NULL
        LIMIT @count
        """,
        ("@campaign_id", DbType.Int32), ("@before", DbType.DateTime), ("@first", DbType.String), ("@last", DbType.String), ("@count", DbType.Int32));

    private static readonly HotStatement AnonymousOld = new(
        """
        SELECT id, kind, link_id, position, at, verdict FROM tracking_hits
        WHERE campaign_id = @campaign_id AND at < @before AND kind IN (@first, @last) AND subscriber_id IS NULL
        LIMIT @count
        """,
        ("@campaign_id", DbType.Int32), ("@before", DbType.DateTime), ("@first", DbType.String), ("@last", DbType.String), ("@count", DbType.Int32));

    private static readonly HotStatement DeleteHit = new("DELETE FROM tracking_hits WHERE id = @id", ("@id", DbType.Int64));

    private static readonly HotStatement DeleteReader = new(
        "DELETE FROM campaign_readers WHERE campaign_id = @campaign_id AND subscriber_id = @subscriber_id", ("@campaign_id", DbType.Int32), ("@subscriber_id", DbType.Int32));

    private static readonly HotStatement DropEmptyHours = new(
        "DELETE FROM campaign_hourly WHERE campaign_id = @campaign_id AND opens = 0 AND clicks = 0 AND first_opens = 0 AND first_clicks = 0", ("@campaign_id", DbType.Int32));

    private static readonly HotStatement DropEmptyLinks = new(
        "DELETE FROM link_stats WHERE campaign_id = @campaign_id AND clicks = 0", ("@campaign_id", DbType.Int32));
}
