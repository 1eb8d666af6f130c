namespace Listmonk.Core.Common;

/// <summary>
/// One reading for all who ask at the same time. Who asks gets what was read after the question, never before it, so a viewer who was told of
/// a change sees it; readings rest between them, so their cost grows neither with the viewers nor with the changes.
/// </summary>
public sealed class SharedReading<T>
{
    /// <summary>Readings take at most this part of one processor.</summary>
    private const int Share = 10;

    private readonly Func<CancellationToken, Task<T>> _read;
    private readonly TimeSpan _rest;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private Task<T>? _next;
    private Task _rested = Task.CompletedTask;

    /// <param name="read">Reads; must not need anything of the one who asks.</param>
    /// <param name="rest">The least time from the end of a reading to the begin of the next.</param>
    /// <param name="clock">Measures both.</param>
    public SharedReading(Func<CancellationToken, Task<T>> read, TimeSpan rest, TimeProvider clock)
    {
        _read = read;
        _rest = rest;
        _clock = clock;
    }

    /// <summary>What a reading finds that begins after this call; throws what it threw.</summary>
    /// <exception cref="OperationCanceledException">The caller left; the reading goes on for the others.</exception>
    public Task<T> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return (_next ??= Task.Run(NextAsync, CancellationToken.None)).WaitAsync(cancellationToken);
        }
    }

    private async Task<T> NextAsync()
    {
        await _rested;
        var rested = new TaskCompletionSource();
        lock (_lock)
        {
            // Who asks from here on may know of something that this reading no longer sees.
            _rested = rested.Task;
            _next = null;
        }

        var began = _clock.GetTimestamp();
        try
        {
            return await _read(CancellationToken.None);
        }
        finally
        {
            var rest = _clock.GetElapsedTime(began) * (Share - 1);
            _ = Task.Delay(rest > _rest ? rest : _rest, _clock, CancellationToken.None)
                .ContinueWith(_ => rested.SetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
