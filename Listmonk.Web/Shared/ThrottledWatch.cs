using Listmonk.Core.Common;

namespace Listmonk.Web.Shared;

/// <summary>
/// Passes on at most four changes a second, always including the latest; a page needs no more. Where very many watch, each is told less often, so
/// that drawing pages never takes the processor from those who open mails and follow links.
/// </summary>
internal sealed class ThrottledWatch<T> : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>All watchers of a feed together are told at most a hundred times a second, since drawing a page takes up to a millisecond.</summary>
    private static readonly TimeSpan PauseForEach = TimeSpan.FromMilliseconds(10);

    private readonly LiveFeed<T> _feed;
    private readonly IDisposable _subscription;
    private readonly Func<T, Task> _handler;
    private readonly CancellationToken _leaving;
    private readonly Lock _lock = new();
    private T? _latest;
    private bool _hasLatest;
    private bool _isRunning;

    public ThrottledWatch(LiveFeed<T> feed, Func<T, Task> handler, CancellationToken leaving)
    {
        _feed = feed;
        _handler = handler;
        _leaving = leaving;
        _subscription = feed.Subscribe(OnChange);
    }

    public void Dispose() => _subscription.Dispose();

    private void OnChange(T change)
    {
        lock (_lock)
        {
            _latest = change;
            _hasLatest = true;
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = Task.Run(DrainAsync, CancellationToken.None);
    }

    private async Task DrainAsync()
    {
        try
        {
            while (TryTake(out var change))
            {
                await _handler(change);
                var share = PauseForEach * _feed.WatcherCount;
                await Task.Delay(share > Pause ? share : Pause, TimeProvider.System, _leaving);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    private bool TryTake(out T change)
    {
        lock (_lock)
        {
            change = _latest!;
            var taken = _hasLatest;
            _hasLatest = false;
            _isRunning = taken;
            return taken;
        }
    }
}
