using System.Collections.Immutable;

namespace Listmonk.Core.Common;

/// <summary>
/// In-process publication of changes to whoever watches (pages, event streams). Publishing never blocks and never throws into
/// the producer; a watcher that needs rest coalesces on its side.
/// </summary>
public sealed class LiveFeed<T>
{
    private ImmutableArray<Action<T>> _watchers = [];

    /// <summary>Whether anybody would hear a change; gathering one may cost something.</summary>
    public bool HasWatchers => !_watchers.IsEmpty;

    public int WatcherCount => _watchers.Length;

    /// <summary>
    /// Calls <paramref name="watch"/> for each later change, on the producer's thread, until the result is disposed. What belongs to the
    /// watcher's flow of work, such as the language of a page, holds in the call.
    /// </summary>
    public IDisposable Subscribe(Action<T> watch)
    {
        var context = ExecutionContext.Capture();
        Action<T> watcher = context is null ? watch : change => ExecutionContext.Run(context, _ => watch(change), null);
        ImmutableInterlocked.Update(ref _watchers, static (all, one) => all.Add(one), watcher);
        return new Subscription(this, watcher);
    }

    public void Publish(T change)
    {
        foreach (var watcher in _watchers)
        {
            try
            {
                watcher(change);
            }
#pragma warning disable CA1031 // A page that fails to draw must not stop a send or a commit.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    private sealed class Subscription(LiveFeed<T> feed, Action<T> watcher) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref feed._watchers, static (all, one) => all.Remove(one), watcher);
    }
}
