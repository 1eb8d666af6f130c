using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Sending;

/// <summary>Keeps all workers of all processes together below the installation's rate and window limit.</summary>
/// <remarks>
/// The rate is even spacing (<see cref="RateLimit"/>), of which each process that sends has an equal part; the window a <see cref="Quota"/>: truly sliding, shared with other processes and kept
/// across restarts. Settings are read at each turn and nobody sleeps longer than a quarter of a second at a time, so a new rate takes
/// effect while workers wait. Transactional mail does not pass here: it neither waits nor counts.
/// </remarks>
public sealed class SendThrottle(SettingsStore settings, IQuotaStore quotas, TimeProvider clock) : IDisposable
{
    private const string Scope = "campaigns";
    private const int SecondsOfBatch = 5;
    private const int SmallestBatch = 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private Limits? _limits;
    private int _processes = 1;

    /// <summary>Processes that share the rate, this one included.</summary>
    public int Processes => Volatile.Read(ref _processes);

    /// <summary>The most people that one batch should have: as many as this process may mail within some seconds, so that one that joins finds work.</summary>
    public int LargestBatch
    {
        get
        {
            var sending = settings.Current.Sending;
            return (int)Math.Clamp(SecondsOfBatch * (long)sending.Concurrency * sending.MessageRate / Processes, SmallestBatch, int.MaxValue);
        }
    }

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

    /// <summary>So many processes send from now on.</summary>
    internal void ShareAmong(int processes) => Volatile.Write(ref _processes, processes);

    public void Dispose() => _limits?.Window?.Dispose();

    /// <summary>Takes a turn and returns zero, or returns how long to wait before asking again.</summary>
    internal ValueTask<TimeSpan> TryTakeAsync(CancellationToken cancellationToken)
    {
        var sending = settings.Current.Sending;
        var limits = Volatile.Read(ref _limits);
        var processes = Processes;
        if (limits is null || !limits.AreOf(sending, processes))
        {
            limits = Adopt(sending, processes);
        }

        var wait = limits.Rate.Take(TimeSpan.Zero);
        return wait > TimeSpan.Zero ? ValueTask.FromResult(wait) : limits.Window?.TakeAsync(cancellationToken) ?? default;
    }

    private Limits Adopt(SendingSettings sending, int processes)
    {
        lock (_lock)
        {
            var old = _limits;
            if (old is not null && old.AreOf(sending, processes))
            {
                return old;
            }

            var perSecond = (int)Math.Min(int.MaxValue, (long)sending.Concurrency * sending.MessageRate);
            var limits = new Limits(
                sending,
                processes,
                old?.PerSecond == perSecond && old.Processes == processes ? old.Rate : RateOf(perSecond, processes),
                perSecond,
                WindowOf(sending, old?.Window));
            Volatile.Write(ref _limits, limits);
            return limits;
        }
    }

    /// <summary>An equal part in whole messages, so that no second of all processes together holds more than its number.</summary>
    private RateLimit RateOf(int perSecond, int processes) => perSecond >= processes
        ? new RateLimit(perSecond / processes, TimeSpan.FromSeconds(1), clock)
        : new RateLimit(perSecond, TimeSpan.FromSeconds(processes), clock);

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

    private sealed record Limits(SendingSettings Settings, int Processes, RateLimit Rate, int PerSecond, Quota? Window)
    {
        public bool AreOf(SendingSettings settings, int processes) => ReferenceEquals(Settings, settings) && Processes == processes;
    }
}
