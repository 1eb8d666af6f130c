namespace Listmonk.Core.Messengers.Limits;

/// <summary>
/// Spaces messages evenly, so that no second holds more than its number. Lock-free: a turn is one compare-and-swap on the time at which
/// the next message is due.
/// </summary>
/// <remarks>
/// Timers wake late, so a turn may be taken up to a fiftieth of a second after it was due; the pace is that much slower (2 %) than the
/// limit, which keeps even the second after a pause within it. Below fifty messages a second nothing is made up for.
/// </remarks>
internal sealed class RateLimit
{
    private const double Slack = 0.02;

    private readonly TimeProvider _clock;
    private readonly long _interval;
    private readonly long _slack;
    private long _next;

    /// <param name="count">Messages in each <paramref name="period"/>.</param>
    public RateLimit(int count, TimeSpan period, TimeProvider clock)
    {
        _clock = clock;
        var perSecond = count / period.TotalSeconds;
        var hasSlack = perSecond * Slack >= 1;
        _slack = hasSlack ? (long)(Slack * clock.TimestampFrequency) : 0;
        _interval = Math.Max(1, (long)Math.Ceiling(clock.TimestampFrequency / (hasSlack ? perSecond * (1 - Slack) : perSecond)));
        _next = clock.GetTimestamp();
    }

    /// <summary>How long until a message may go; zero when one may go now.</summary>
    public TimeSpan Wait
    {
        get
        {
            var now = _clock.GetTimestamp();
            var next = Volatile.Read(ref _next);
            return next <= now ? TimeSpan.Zero : _clock.GetElapsedTime(now, next);
        }
    }

    /// <summary>Takes the next turn and returns how long until it comes. A longer wait than <paramref name="longest"/> takes none.</summary>
    public TimeSpan Take(TimeSpan longest)
    {
        while (true)
        {
            var now = _clock.GetTimestamp();
            var next = Volatile.Read(ref _next);
            var due = Math.Max(next, now - _slack);
            var wait = due <= now ? TimeSpan.Zero : _clock.GetElapsedTime(now, due);
            if (wait > longest || Interlocked.CompareExchange(ref _next, due + _interval, next) == next)
            {
                return wait;
            }
        }
    }
}
