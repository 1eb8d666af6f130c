using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Sending;

/// <summary>Keeps all workers together below the installation's rate and window limit.</summary>
/// <remarks>
/// The rate is even spacing (<see cref="RateLimit"/>), the window a <see cref="Quota"/>: truly sliding, shared with other processes and kept
/// across restarts. Settings are read at each turn and nobody sleeps longer than a quarter of a second at a time, so a new rate takes
/// effect while workers wait. Transactional mail does not pass here: it neither waits nor counts.
/// </remarks>
public sealed class SendThrottle(SettingsStore settings, IQuotaStore quotas, TimeProvider clock) : IDisposable
{
    private const string Scope = "campaigns";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private Limits? _limits;

    /// <summary>How long until the window lets the next message through, as far as is known; zero when it is open.</summary>
    public TimeSpan ClosedFor => Volatile.Read(ref _limits)?.Window?.ClosedFor ?? TimeSpan.Zero;

    /// <summary>Waits for the turn to hand over one message.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = await TryTakeAsync(cancellationToken);
            if (wait == TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(wait < LongestWait ? wait : LongestWait, clock, cancellationToken);
        }
    }

    public void Dispose() => _limits?.Window?.Dispose();

    /// <summary>Takes a turn and returns zero, or returns how long to wait before asking again.</summary>
    internal ValueTask<TimeSpan> TryTakeAsync(CancellationToken cancellationToken)
    {
        var sending = settings.Current.Sending;
        var limits = Volatile.Read(ref _limits);
        if (!ReferenceEquals(limits?.Settings, sending))
        {
            limits = Adopt(sending);
        }

        var wait = limits.Rate.Take(TimeSpan.Zero);
        return wait > TimeSpan.Zero ? ValueTask.FromResult(wait) : limits.Window?.TakeAsync(cancellationToken) ?? default;
    }

    private Limits Adopt(SendingSettings sending)
    {
        lock (_lock)
        {
            var old = _limits;
            if (ReferenceEquals(old?.Settings, sending))
            {
                return old;
            }

            var perSecond = (int)Math.Min(int.MaxValue, (long)sending.Concurrency * sending.MessageRate);
            var limits = new Limits(
                sending,
                old?.PerSecond == perSecond ? old.Rate : new RateLimit(perSecond, TimeSpan.FromSeconds(1), clock),
                perSecond,
                WindowOf(sending, old?.Window));
            Volatile.Write(ref _limits, limits);
            return limits;
        }
    }

    /// <summary>What was used is known to the store, so a changed window goes on counting where the old one was.</summary>
    private Quota? WindowOf(SendingSettings sending, Quota? old)
    {
        if (!sending.SlidingWindow)
        {
            return null;
        }

        var period = DurationText.ParseOr(sending.SlidingWindowDuration, TimeSpan.FromHours(1));
        return old?.Limit == sending.SlidingWindowRate && old.Period == period ? old : new Quota(quotas, Scope, sending.SlidingWindowRate, period, clock);
    }

    private sealed record Limits(SendingSettings Settings, RateLimit Rate, int PerSecond, Quota? Window);
}
