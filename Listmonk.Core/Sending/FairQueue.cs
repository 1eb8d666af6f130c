namespace Listmonk.Core.Sending;

/// <summary>
/// A bounded queue with a lane for each producer. Takers are served from the lanes in turn, so that producers share evenly however fast
/// each of them fills its lane, also after a pause in which nothing was taken.
/// </summary>
internal sealed class FairQueue<TProducer, TItem>(int laneLength) : IDisposable
    where TProducer : class
{
    /// <summary>More takers than ever wait, to wake them all at the end.</summary>
    private const int AllTakers = 100_000;

    private readonly SemaphoreSlim _items = new(0);
    private readonly Lock _lock = new();
    private readonly List<Lane> _lanes = [];
    private int _turn = -1;
    private bool _isComplete;

    /// <summary>Waits while the producer's lane is full.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the queue takes no more.</exception>
    public async ValueTask AddAsync(TProducer producer, TItem item, CancellationToken cancellationToken)
    {
        var lane = LaneOf(producer);
        await lane.Room.WaitAsync(cancellationToken);
        lock (_lock)
        {
            if (_isComplete)
            {
                throw new OperationCanceledException("The queue takes no more.");
            }

            lane.Items.Enqueue(item);
        }

        _items.Release();
    }

    /// <summary>Waits for an item; false when the queue is complete and empty.</summary>
    public async ValueTask<(bool IsTaken, TItem? Item)> TakeAsync()
    {
        await _items.WaitAsync();
        lock (_lock)
        {
            for (var i = 0; i < _lanes.Count; i++)
            {
                _turn = (_turn + 1) % _lanes.Count;
                var lane = _lanes[_turn];
                if (lane.Items.TryDequeue(out var item))
                {
                    lane.Room.Release();
                    return (true, item);
                }
            }
        }

        return (false, default);
    }

    /// <summary>Gives up the lane of a producer that adds no more; what it holds is dropped, so let it run empty before.</summary>
    public void Remove(TProducer producer)
    {
        lock (_lock)
        {
            _lanes.RemoveAll(lane => ReferenceEquals(lane.Producer, producer));
        }
    }

    /// <summary>Takes no more; takers empty the lanes and are then turned away.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (_isComplete)
            {
                return;
            }

            _isComplete = true;
        }

        _items.Release(AllTakers);
    }

    public void Dispose() => _items.Dispose();

    private Lane LaneOf(TProducer producer)
    {
        lock (_lock)
        {
            if (_lanes.Find(lane => ReferenceEquals(lane.Producer, producer)) is { } known)
            {
                return known;
            }

            var lane = new Lane(producer, new SemaphoreSlim(laneLength));
            _lanes.Add(lane);
            return lane;
        }
    }

    private sealed record Lane(TProducer Producer, SemaphoreSlim Room)
    {
        public Queue<TItem> Items { get; } = new();
    }
}
