using Listmonk.Core.Settings;

namespace Listmonk.Core.Sending;

/// <summary>Keeps all workers together below the installation's rate and window limit.</summary>
/// <remarks>
/// Rate: a bucket that holds a twentieth of a second's allowance and fills evenly, so that the ceiling of concurrency × rate holds for
/// any second and not only on average.
///
/// Window: a truly sliding one, kept in slices; a slice stops counting only when all of it lies outside, so the limit holds wherever the
/// window is laid. The cost is at most one slice, a five-hundredth of the window, of waiting too long.
///
/// Settings are read at each turn and nobody sleeps longer than a quarter of a second at a time, so a new rate takes effect while
/// workers wait. Transactional mail does not pass here: it neither waits nor counts.
/// </remarks>
public sealed class SendThrottle(SettingsStore settings, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private double _tokens = 1;
    private long _filledAt = clock.GetTimestamp();
    private SendingSettings? _known;
    private SlidingWindow? _window;

    /// <summary>Waits for the turn to hand over one message.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = TryTake();
            if (wait == TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(wait < LongestWait ? wait : LongestWait, clock, cancellationToken);
        }
    }

    /// <summary>Takes a turn and returns zero, or returns how long to wait before asking again.</summary>
    internal TimeSpan TryTake()
    {
        var sending = settings.Current.Sending;
        lock (_lock)
        {
            if (!ReferenceEquals(sending, _known))
            {
                Adopt(sending);
            }

            var now = clock.GetTimestamp();
            var rate = Math.Max(1.0, (double)sending.Concurrency * sending.MessageRate);
            _tokens = Math.Min(Math.Max(1, rate / 20), _tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * rate));
            _filledAt = now;
            if (_tokens < 1)
            {
                // Rounded up, or the wait could end a moment too early.
                return TimeSpan.FromSeconds((1 - _tokens) / rate) + TimeSpan.FromTicks(1);
            }

            if (_window?.TryCount(now, sending.SlidingWindowRate) is > 0 and var ticks)
            {
                return clock.GetElapsedTime(0, ticks) + TimeSpan.FromTicks(1);
            }

            _tokens--;
            return TimeSpan.Zero;
        }
    }

    private void Adopt(SendingSettings sending)
    {
        _known = sending;
        var length = (long)(DurationText.ParseOr(sending.SlidingWindowDuration, TimeSpan.FromHours(1)).TotalSeconds * clock.TimestampFrequency);
        if (!sending.SlidingWindow)
        {
            _window = null;
        }
        else if (_window?.Length != length)
        {
            // Slices of another length cannot be compared; the count starts anew.
            _window = new SlidingWindow(length);
        }
    }
}
