namespace Listmonk.Core.Messengers;

/// <summary>
/// Keeps a server's connections within their limit. Who waits gets the next free one in order of arrival, urgent messages before all others:
/// they need no connections of their own, which the server might refuse.
/// </summary>
internal sealed class ConnectionSlots(int count)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _urgent = [];
    private readonly LinkedList<TaskCompletionSource> _others = [];
    private int _free = count;

    public bool TryTake()
    {
        lock (_lock)
        {
            if (_free == 0)
            {
                return false;
            }

            _free--;
            return true;
        }
    }

    public async ValueTask WaitAsync(bool isUrgent, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            place = (isUrgent ? _urgent : _others).AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var cancelling = cancellationToken.UnsafeRegister((_, token) => GiveUp(place, token), null);
        await place.Value.Task;
    }

    public void Release()
    {
        LinkedListNode<TaskCompletionSource>? next;
        lock (_lock)
        {
            next = _urgent.First ?? _others.First;
            if (next is null)
            {
                _free++;
                return;
            }

            next.List!.Remove(next);
        }

        next.Value.SetResult();
    }

    /// <summary>Whoever was given a slot at the same moment keeps it.</summary>
    private void GiveUp(LinkedListNode<TaskCompletionSource> place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (place.List is not { } queue)
            {
                return;
            }

            queue.Remove(place);
        }

        place.Value.SetCanceled(cancellationToken);
    }
}
