using Listmonk.Core.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Tracking;

/// <summary>
/// The single writer of hits in this process. It commits whatever waits in one transaction and then lets the requests answer; what
/// the database does not take within <see cref="Patience"/> goes to the spool instead, and from there to the database later.
/// </summary>
/// <remarks>
/// Two loops share the work. The writing loop takes one batch after the other and may be stuck in the database. The watching loop never touches the
/// database: it spools the batch that is stuck there, and those that wait behind it, when their time is over.
/// After a failure the writing loop leaves the database alone for <see cref="Rest"/> and spools at once.
/// It runs in every web process, also where the other workers are off.
/// </remarks>
internal sealed partial class TrackingWriter(
    TrackingQueue queue, TrackingSpool spool, ITrackingLog log, LiveFeed<CampaignStatsChanged> feed, TimeProvider clock, ILogger<TrackingWriter> logger)
    : IHostedService, IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    internal static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PublishPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Disposing it ends the watching loop, as often as the host likes to stop us.</summary>
    private readonly PeriodicTimer _ticks = new(Tick, clock);
    private readonly HashSet<int> _changed = [];
    private Task _writing = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;
    private HitBatch? _current;
    private long _restUntil;
    private long _publishedAt;
    private bool _isFailing;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(WriteAsync, CancellationToken.None);
        _watching = Task.Run(WatchAsync, CancellationToken.None);
        queue.Nudge();
        return Task.CompletedTask;
    }

    /// <summary>Drains the queue; what the database does not take goes to the spool.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        await _writing.WaitAsync(cancellationToken);
        _ticks.Dispose();
        await _watching;
    }

    public void Dispose() => _ticks.Dispose();

    private async Task WriteAsync()
    {
        await foreach (var batch in queue.Reader.ReadAllAsync())
        {
            queue.Seal(batch);
            if (batch.Hits.Count > 0)
            {
                await WriteAsync(batch);
            }

            if (spool.Files > 0 && !IsResting)
            {
                await ReplayOldestAsync();
            }

            Publish();
        }
    }

    private bool IsResting => clock.GetTimestamp() < Volatile.Read(ref _restUntil);

    private async Task WriteAsync(HitBatch batch)
    {
        if (IsResting)
        {
            batch.Spool(spool);
            return;
        }

        Volatile.Write(ref _current, batch);
        try
        {
            // The hits have arrived; nothing that ends meanwhile may undo that.
            _changed.UnionWith(await log.AppendAsync(batch.Hits, batch.TryClaimCommit, CancellationToken.None));
            batch.Committed(spool);
            Succeeded();
        }
#pragma warning disable CA1031 // Whatever the database throws, the hits are kept.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            batch.Spool(spool);
            Failed(exception);
        }
        finally
        {
            Volatile.Write(ref _current, null);
        }
    }

    private async Task ReplayOldestAsync()
    {
        try
        {
            if (spool.TakeOldest() is not { } file)
            {
                return;
            }

            var hits = spool.Read(file);
            if (TrackingSpool.FirstHitIdOf(file) is { } doubtful)
            {
                if (!await log.HasRowAsync(doubtful, hits, CancellationToken.None))
                {
                    await ReplayAsync(file, hits);
                    return;
                }

                spool.Remove(file);
                Succeeded();
                return;
            }

            await ReplayAsync(file, hits);
        }
#pragma warning disable CA1031 // The file stays and is tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(exception);
        }
    }

    private async Task ReplayAsync(string file, List<ReceivedHit> hits)
    {
        var current = file;
        _changed.UnionWith(await log.AppendAsync(
            hits,
            firstHitId =>
            {
                current = firstHitId is { } id ? spool.MarkReplay(file, id) : file;
                return true;
            },
            CancellationToken.None));
        spool.Remove(current);
        LogReplayed(hits.Count);
        Succeeded();
    }

    private async Task WatchAsync()
    {
        while (await _ticks.WaitForNextTickAsync())
        {
            Watch();
        }
    }

    private void Watch()
    {
        if (Volatile.Read(ref _current) is { } stuck && IsOverdue(stuck))
        {
            LogStuck(stuck.Hits.Count);
            stuck.Spool(spool);
        }

        while (queue.Reader.TryPeek(out var oldest) && IsOverdue(oldest) && queue.Reader.TryRead(out var waiting))
        {
            queue.Seal(waiting);
            waiting.Spool(spool);
        }

        if (queue.Reader.Count == 0 && ((spool.Files > 0 && !IsResting) || _changed.Count > 0))
        {
            queue.Nudge();
        }
    }

    private bool IsOverdue(HitBatch batch) => clock.GetElapsedTime(batch.StartedAt) >= Patience;

    private void Succeeded()
    {
        if (_isFailing)
        {
            _isFailing = false;
            LogRecovered();
        }
    }

    private void Failed(Exception exception)
    {
        Volatile.Write(ref _restUntil, clock.GetTimestamp() + (long)(Rest.TotalSeconds * clock.TimestampFrequency));
        if (!_isFailing)
        {
            _isFailing = true;
            LogFailed(exception);
        }
    }

    /// <summary>While hits pour in a page needs no more than four changes a second; the watching loop sees to it that the last one is published too.</summary>
    private void Publish()
    {
        if (_changed.Count == 0 || clock.GetElapsedTime(_publishedAt) < PublishPause)
        {
            return;
        }

        _publishedAt = clock.GetTimestamp();
        feed.Publish(new CampaignStatsChanged(_changed.ToHashSet()));
        _changed.Clear();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database keeps {Count} opens and clicks waiting; they go to the spool")]
    private partial void LogStuck(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Opens and clicks cannot be written to the database; they go to the spool until it answers")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database takes opens and clicks again")]
    private partial void LogRecovered();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} opens and clicks replayed from the spool")]
    private partial void LogReplayed(int count);
}
