using System.Threading.Channels;

namespace Listmonk.Core.Common;

/// <summary>
/// Wakes a worker that looks for something to do, so that the first task does not wait for its next round. Raising it while nobody
/// waits is remembered once. One reader.
/// </summary>
public class WakeSignal(TimeProvider clock)
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Waits until the signal is raised, but no longer than <paramref name="atMost"/>.</summary>
    /// <returns>True when it was raised, false when the time is over.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await _raised.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
