using System.Data.Common;
using System.Runtime.InteropServices;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking.Judging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Tracking.Review;

/// <summary>
/// Looks again, after the answer, at hits that their request alone could not settle: too soon after the delivery, or one of a burst. It
/// runs in every web process, for the hits that this process committed.
/// </summary>
/// <remarks>
/// Most hits need no look at the database: a campaign whose sending ended more than a minute before cannot be opened too soon, and a burst is
/// suspected from memory. A message that is hit without end is read again ever more rarely (<see cref="ReviewPace"/>). What a stop or a crash left unlooked at is read again at the start, from the time just before the newest hit.
/// </remarks>
internal sealed partial class HitReviewWorker(
    HitWatch watch, HitReview review, IHotConnectionFactory connections, LiveFeed<CampaignStatsChanged> feed, TimeProvider clock, ILogger<HitReviewWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan KnownEndAge = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UnknownDeliveryPause = TimeSpan.FromSeconds(3);
    private const int MaxTries = 4;

    private readonly ReviewStatements _statements = new(connections.Dialect);
    private readonly BurstMemory _bursts = new(clock);
    private readonly BoundedCache<MessageKey, DateTimeOffset> _deliveries = new(50_000);
    private readonly Dictionary<int, (DateTimeOffset? End, long ReadAt)> _campaignEnds = [];
    private readonly ReviewPace _pace = new(clock);

    /// <summary>Hits whose delivery is not written yet; looked for again a few times.</summary>
    private readonly List<(TimedHit Hit, long Due, int Tries)> _waiting = [];
    private HotWriter? _reading;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(() => CatchUpAsync(null, stoppingToken));
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var reading = watch.Reader.WaitToReadAsync(stoppingToken).AsTask();
        var ticking = ticks.WaitForNextTickAsync(stoppingToken).AsTask();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await await Task.WhenAny(reading, ticking);
                await TryAsync(() => WorkAsync(stoppingToken));
                if (reading.IsCompleted)
                {
                    reading = watch.Reader.WaitToReadAsync(stoppingToken).AsTask();
                }

                if (ticking.IsCompleted)
                {
                    ticking = ticks.WaitForNextTickAsync(stoppingToken).AsTask();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            await CloseAsync();
            await review.DisposeAsync();
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is DbException or IOException or InvalidOperationException or TimeoutException)
        {
            await CloseAsync();
            LogFailed(exception);
        }
    }

    /// <summary>Everything that has been handed over by now; also what tests call.</summary>
    internal async Task WorkAsync(CancellationToken cancellationToken)
    {
        if (watch.TakeMissed() is { } since)
        {
            await CatchUpAsync(since, cancellationToken);
        }

        var suspects = new HashSet<MessageKey>();
        var timed = new List<TimedHit>();
        var due = clock.GetTimestamp();
        var tries = new Dictionary<TimedHit, int>();
        foreach (var (hit, _, count) in _waiting.Where(waiting => waiting.Due <= due))
        {
            timed.Add(hit);
            tries[hit] = count;
        }

        _waiting.RemoveAll(waiting => waiting.Due <= due);
        for (var batches = 0; batches < HitWatch.MaxBatches && watch.Reader.TryRead(out var batch); batches++)
        {
            Sort(batch, suspects, timed);
        }

        await JudgeTimesAsync(timed, tries, suspects, cancellationToken);
        await ReviewAsync(_pace.Due(suspects), cancellationToken);
    }

    private void Sort(List<KnownHit> batch, HashSet<MessageKey> suspects, List<TimedHit> timed)
    {
        foreach (var known in batch)
        {
            if (known.SubscriberId is not { } subscriber)
            {
                continue;
            }

            var message = new MessageKey(known.CampaignId, subscriber);
            if (_bursts.IsSuspicious(message, known.Hit))
            {
                suspects.Add(message);
            }
            else if (known.Hit.Judgement.Verdict == HitVerdict.Human)
            {
                timed.Add(new TimedHit(message, known.Hit.Kind, known.Hit.Judgement.AgentClass, known.Hit.At));
            }
        }
    }

    /// <summary>Adds the messages that were hit too soon after their delivery, or before it.</summary>
    private async Task JudgeTimesAsync(List<TimedHit> hits, Dictionary<TimedHit, int> tries, HashSet<MessageKey> suspects, CancellationToken cancellationToken)
    {
        if (hits.Count == 0)
        {
            return;
        }

        await ReadEndsAsync(hits.Select(hit => hit.Message.CampaignId).Distinct(), cancellationToken);
        var early = hits.Where(hit => !(_campaignEnds[hit.Message.CampaignId].End is { } end && hit.At - end > MessageRules.ProxyTooFast)).ToList();
        await ReadDeliveriesAsync(early.Select(hit => hit.Message).Where(message => !_deliveries.TryGet(message, out _)).ToHashSet(), cancellationToken);
        foreach (var hit in early)
        {
            if (_deliveries.TryGet(hit.Message, out var deliveredAt))
            {
                if (MessageRules.ByDelivery(hit.Kind, hit.AgentClass, hit.At - deliveredAt).Length > 0)
                {
                    suspects.Add(hit.Message);
                }
            }
            else if (tries.GetValueOrDefault(hit) is var count and < MaxTries && _waiting.Count < 10_000)
            {
                _waiting.Add((hit, clock.GetTimestamp() + (long)(UnknownDeliveryPause.TotalSeconds * clock.TimestampFrequency), count + 1));
            }
        }
    }

    private async Task ReadEndsAsync(IEnumerable<int> campaigns, CancellationToken cancellationToken)
    {
        var stale = campaigns.Where(id => !_campaignEnds.TryGetValue(id, out var known) || clock.GetElapsedTime(known.ReadAt) > KnownEndAge).ToList();
        if (stale.Count == 0)
        {
            return;
        }

        if (_campaignEnds.Count > 10_000)
        {
            _campaignEnds.Clear();
        }

        var now = clock.GetTimestamp();
        foreach (var id in stale)
        {
            _campaignEnds[id] = (null, now);
        }

        var writer = await OpenAsync(cancellationToken);
        await using var reader = await writer.QueryAsync(_statements.CampaignEnds, [TrackingLog.IdList(stale)], cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            _campaignEnds[reader.GetInt32(0)] = (reader.IsDBNull(1) ? null : connections.Dialect.ReadTime(reader, 1), now);
        }
    }

    private async Task ReadDeliveriesAsync(HashSet<MessageKey> messages, CancellationToken cancellationToken)
    {
        foreach (var campaign in messages.GroupBy(message => message.CampaignId, message => message.SubscriberId))
        {
            var writer = await OpenAsync(cancellationToken);
            await using var reader = await writer.QueryAsync(_statements.Deliveries, [campaign.Key, TrackingLog.IdList(campaign)], cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (!reader.IsDBNull(1))
                {
                    _deliveries.Set(new MessageKey(campaign.Key, reader.GetInt32(0)), connections.Dialect.ReadTime(reader, 1));
                }
            }
        }
    }

    private async Task ReviewAsync(IReadOnlyCollection<MessageKey> messages, CancellationToken cancellationToken)
    {
        foreach (var slice in messages.Chunk(HitReview.SliceSize))
        {
            var (campaigns, hits) = await review.ReviewAsync(slice, _pace.Reviewed, cancellationToken);
            if (hits > 0)
            {
                feed.Publish(new CampaignStatsChanged(campaigns));
            }
        }
    }

    /// <param name="since">Null at the start: the minutes before the newest hit.</param>
    internal async Task CatchUpAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var writer = await OpenAsync(cancellationToken);
        if (since is null)
        {
            await using var newest = await writer.QueryAsync(_statements.NewestHit, [], cancellationToken);
            if (!await newest.ReadAsync(cancellationToken) || await newest.IsDBNullAsync(1, cancellationToken))
            {
                return;
            }

            since = connections.Dialect.ReadTime(newest, 1);
        }

        var messages = new List<MessageKey>();
        await using (var reader = await writer.QueryAsync(_statements.MessagesSince, [connections.Dialect.TimeValue(since.Value - Overlap)], cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                messages.Add(new MessageKey(reader.GetInt32(0), reader.GetInt32(1)));
            }
        }

        await ReviewAsync(messages, cancellationToken);
    }

    private async Task<HotWriter> OpenAsync(CancellationToken cancellationToken) =>
        _reading ??= new HotWriter(await connections.OpenAsync(cancellationToken));

    private async Task CloseAsync()
    {
        if (_reading is { } writer)
        {
            _reading = null;
            await writer.DisposeAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Opens and clicks cannot be looked at again; they keep their first verdict until the next start or re-judgement")]
    private partial void LogFailed(Exception exception);

    /// <summary>A hit of a person whose time is to be compared with the delivery.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct TimedHit(MessageKey Message, HitKind Kind, string AgentClass, DateTimeOffset At);
}
