using System.Threading.Channels;

namespace Listmonk.Core.Tracking;

/// <summary>
/// Gathers hits into the batch that the writer commits next. A request joins the open batch and waits for its answer; the queue holds
/// at most <see cref="MaxBatches"/> batches, after which hits go straight to the spool.
/// </summary>
public sealed class TrackingQueue(TimeProvider clock, TrackingSpool spool)
{
    /// <summary>So many rows take the database about 10 ms.</summary>
    internal const int BatchSize = 500;
    internal const int MaxBatches = 32;

    private readonly Channel<HitBatch> _batches = Channel.CreateBounded<HitBatch>(new BoundedChannelOptions(MaxBatches));
    private readonly Lock _lock = new();
    private HitBatch? _open;
    private bool _isClosed;

    internal ChannelReader<HitBatch> Reader => _batches.Reader;

    /// <summary>Takes the hit in; the task completes when it is committed or on disk in the spool.</summary>
    public Task RecordAsync(in ReceivedHit hit)
    {
        lock (_lock)
        {
            var batch = _open;
            if (batch is null && !_isClosed)
            {
                batch = new HitBatch(clock.GetTimestamp());
                if (_batches.Writer.TryWrite(batch))
                {
                    _open = batch;
                }
                else
                {
                    batch = null;
                }
            }

            if (batch is not null)
            {
                batch.Hits.Add(hit);
                if (batch.Hits.Count == BatchSize)
                {
                    _open = null;
                }

                return batch.Answered;
            }
        }

        spool.Append([hit]);
        return Task.CompletedTask;
    }

    /// <summary>From here on no hit joins the batch.</summary>
    internal void Seal(HitBatch batch)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_open, batch))
            {
                _open = null;
            }
        }
    }

    /// <summary>Wakes the writer although there is nothing to write, so that it looks into the spool.</summary>
    internal void Nudge() => _batches.Writer.TryWrite(new HitBatch(clock.GetTimestamp()));

    /// <summary>Lets the writer finish what is here; later hits go to the spool.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _open = null;
        }

        _batches.Writer.TryComplete();
    }
}
