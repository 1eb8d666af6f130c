using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Listmonk.Core.Tracking.Review;

/// <summary>One message: a campaign to a person.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MessageKey(int CampaignId, int SubscriberId);

/// <summary>
/// Hands committed hits from the writer to the worker that looks at them again. The writer never waits: when the worker is
/// so far behind that the queue is full, hits are left out and <see cref="TakeMissed"/> tells since when, so that they can be read again.
/// </summary>
internal sealed class HitWatch(TimeProvider clock)
{
    internal const int MaxBatches = 1_000;
    private readonly Channel<List<KnownHit>> _batches = Channel.CreateBounded<List<KnownHit>>(new BoundedChannelOptions(MaxBatches) { SingleReader = true });
    private long _missedSince;

    public ChannelReader<List<KnownHit>> Reader => _batches.Reader;

    public void Committed(List<KnownHit> hits)
    {
        if (hits.Count > 0 && !_batches.Writer.TryWrite(hits))
        {
            Interlocked.CompareExchange(ref _missedSince, clock.GetUtcNow().UtcTicks, 0);
        }
    }

    /// <summary>Since when hits were left out; null when none were.</summary>
    public DateTimeOffset? TakeMissed() => Interlocked.Exchange(ref _missedSince, 0) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
