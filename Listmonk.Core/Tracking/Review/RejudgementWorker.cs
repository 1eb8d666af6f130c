using System.Data.Common;
using System.Globalization;
using System.Threading.Channels;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking.Judging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Tracking.Review;

/// <summary>How far the re-judgement of all hits is.</summary>
/// <param name="Judged">Hits of known people that were judged so far.</param>
/// <param name="Changed">Hits whose verdict, reason or class became another.</param>
public sealed record RejudgementState(bool IsRunning, long Judged, long Changed, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Fault = null);

/// <summary>Judges all stored hits by the rules and lists of today, after a change of either; figures follow exactly.</summary>
/// <remarks>
/// The history is read person by person along its index, outside of any transaction. Only messages that would be judged otherwise are reviewed, in
/// slices that let hits and sends in between. It may be stopped at any point and started again: each slice leaves everything exact.
/// Anonymous hits, and those whose details were deleted, keep what was seen in their request.
/// </remarks>
public sealed partial class RejudgementWorker : BackgroundService
{
    private const int PageSize = 20_000;
    private const int VersionSlice = 10_000;
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly IHotConnectionFactory _connections;
    private readonly WriteGate _gate;
    private readonly HitReview _review;
    private readonly HitJudge _judge;
    private readonly LiveFeed<CampaignStatsChanged> _feed;
    private readonly TimeProvider _clock;
    private readonly ILogger<RejudgementWorker> _logger;
    private readonly ReviewStatements _statements;
    private RejudgementState _state = new(IsRunning: false, 0, 0, null, null);

    internal RejudgementWorker(
        IHotConnectionFactory connections, WriteGate gate, HitReview review, HitJudge judge, LiveFeed<CampaignStatsChanged> feed, TimeProvider clock, ILogger<RejudgementWorker> logger)
    {
        (_connections, _gate, _review, _judge, _feed, _clock, _logger) = (connections, gate, review, judge, feed, clock, logger);
        _statements = new ReviewStatements(connections.Dialect);
    }

    public RejudgementState State => Volatile.Read(ref _state);

    /// <summary>Published about once a page of hits.</summary>
    public LiveFeed<RejudgementState> Changed { get; } = new();

    /// <summary>Starts it; nothing happens when it is under way.</summary>
    public RejudgementState Start()
    {
        if (!State.IsRunning && _requests.Writer.TryWrite(true))
        {
            Set(new RejudgementState(IsRunning: true, 0, 0, _clock.GetUtcNow(), null));
        }

        return State;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _requests.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is DbException or IOException or InvalidOperationException or TimeoutException)
                {
                    LogFailed(exception);
                    Set(State with { IsRunning = false, FinishedAt = _clock.GetUtcNow(), Fault = "The database failed. What was done stays; start it again." });
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            await _review.DisposeAsync();
        }
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        Set(new RejudgementState(IsRunning: true, 0, 0, _clock.GetUtcNow(), null));
        await using var reading = new HotWriter(await _connections.OpenAsync(cancellationToken));
        var campaigns = new HashSet<int>();
        for (var after = 0; await PageAsync(reading, after, cancellationToken) is { Count: > 0 } page; after = page[^1].Message.SubscriberId)
        {
            var suspects = page.GroupBy(hit => hit.Message).Where(message => IsJudgedOtherwise([.. message])).Select(message => message.Key);
            var changed = 0;
            foreach (var slice in suspects.Chunk(HitReview.SliceSize))
            {
                var (touched, hits) = await _review.ReviewAsync(slice, null, cancellationToken);
                campaigns.UnionWith(touched);
                changed += hits;
            }

            Set(State with { Judged = State.Judged + page.Count, Changed = State.Changed + changed });
        }

        await StampAsync(cancellationToken);
        Set(State with { IsRunning = false, FinishedAt = _clock.GetUtcNow() });
        LogDone(State.Judged, State.Changed);
        if (campaigns.Count > 0)
        {
            _feed.Publish(new CampaignStatsChanged(campaigns));
        }
    }

    private bool IsJudgedOtherwise(IReadOnlyList<StoredHit> hits)
    {
        var judgements = HitReview.Judge(hits, _judge);
        for (var i = 0; i < hits.Count; i++)
        {
            if (judgements[i] != hits[i].Judgement)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The hits of the next people, all of each.</summary>
    private async Task<List<StoredHit>> PageAsync(HotWriter reading, int after, CancellationToken cancellationToken)
    {
        var page = await HitReview.ReadAsync(reading, _statements.HitsAfter, [after, PageSize], _connections.Dialect, cancellationToken);
        if (page.Count < PageSize)
        {
            return page;
        }

        var last = page[^1].Message.SubscriberId;
        if (page[0].Message.SubscriberId == last)
        {
            return await HitReview.ReadAsync(reading, _statements.HitsOfPerson, [last], _connections.Dialect, cancellationToken);
        }

        page.RemoveAll(hit => hit.Message.SubscriberId == last);
        return page;
    }

    /// <summary>Notes on every hit which version of the rules stands behind its verdict.</summary>
    private async Task StampAsync(CancellationToken cancellationToken)
    {
        await using var writer = new HotWriter(await _connections.OpenAsync(cancellationToken));
        var highest = Convert.ToInt64(await writer.ScalarAsync(_statements.HighestHit, [], cancellationToken), CultureInfo.InvariantCulture);
        for (long after = 0; after < highest; after += VersionSlice)
        {
            using var turn = await _gate.EnterAsync(cancellationToken);
            await writer.BeginAsync(cancellationToken);
            writer.Run(_statements.SetVersion, HitRules.Version, after, Math.Min(highest, after + VersionSlice));
            await writer.FlushAsync(cancellationToken);
            await writer.CommitAsync(cancellationToken);
        }
    }

    private void Set(RejudgementState state)
    {
        Volatile.Write(ref _state, state);
        Changed.Publish(state);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Judged} hits judged again, {Changed} of them otherwise than before")]
    private partial void LogDone(long judged, long changed);

    [LoggerMessage(Level = LogLevel.Error, Message = "The re-judgement of hits failed")]
    private partial void LogFailed(Exception exception);
}
