using System.Threading.Channels;

namespace Listmonk.Core.Common;

/// <summary>
/// Wakes the worker of a queue that is kept in the database, and carries its progress to whoever watches. One pending wake-up is enough; more
/// are dropped.
/// </summary>
public abstract class WorkSignal<TProgress>
{
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public LiveFeed<TProgress> Changed { get; } = new();

    public void Wake() => _wakeUps.Writer.TryWrite(true);

    /// <summary>Returns at the next wake-up, or when it is time to look for what another process has queued or left behind.</summary>
    internal async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, atMost, Timeout.InfiniteTimeSpan);
        try
        {
            await _wakeUps.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look.
        }
    }
}
