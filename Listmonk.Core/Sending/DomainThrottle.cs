using System.Collections.Concurrent;
using Listmonk.Core.Messengers;
using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Sending;

/// <summary>Finds the limit that holds for a recipient's domain. Costs nothing while the settings have none.</summary>
internal sealed class DomainThrottle(SettingsStore settings, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private Rules? _rules;

    /// <summary>The limit for the address; null when none holds.</summary>
    public DomainTurns? Find(string email)
    {
        var limits = settings.Current.Sending.DomainLimits;
        if (limits.Count == 0)
        {
            return null;
        }

        var rules = Volatile.Read(ref _rules);
        if (!ReferenceEquals(rules?.Source, limits))
        {
            rules = Adopt(limits);
        }

        return rules.Find(email.AsSpan(email.LastIndexOf('@') + 1));
    }

    private Rules Adopt(IReadOnlyList<DomainLimit> limits)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_rules?.Source, limits))
            {
                Volatile.Write(ref _rules, new Rules(limits, clock));
            }

            return _rules!;
        }
    }

    private sealed class Rules
    {
        /// <summary>Domains that the rule for all others remembers; idle ones are forgotten beyond that.</summary>
        private const int MostOthers = 10_000;

        private readonly TimeProvider _clock;
        private readonly DomainLimit? _any;
        private readonly Dictionary<string, DomainTurns> _named = new(StringComparer.OrdinalIgnoreCase);
        private readonly ConcurrentDictionary<string, DomainTurns> _others = new(StringComparer.OrdinalIgnoreCase);

        public Rules(IReadOnlyList<DomainLimit> source, TimeProvider clock)
        {
            Source = source;
            _clock = clock;
            foreach (var limit in source)
            {
                var turns = new DomainTurns(limit, clock);
                foreach (var domain in limit.Domains)
                {
                    _any = domain == DomainLimit.Any ? _any ?? limit : _any;
                    _named.TryAdd(domain, turns);
                }
            }
        }

        public IReadOnlyList<DomainLimit> Source { get; }

        public DomainTurns? Find(ReadOnlySpan<char> domain)
        {
            if (_named.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(domain, out var named))
            {
                return named;
            }

            if (_any is null)
            {
                return null;
            }

            if (_others.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(domain, out var other))
            {
                return other;
            }

            if (_others.Count >= MostOthers)
            {
                foreach (var (name, turns) in _others)
                {
                    if (turns.IsIdle)
                    {
                        _others.TryRemove(name, out _);
                    }
                }
            }

            return _others.GetOrAdd(domain.ToString(), _ => new DomainTurns(_any, _clock));
        }
    }
}

/// <summary>The turns of the domains that share a limit: so many a minute, so many at once. Each turn that was booked must be left.</summary>
internal sealed class DomainTurns(DomainLimit limit, TimeProvider clock)
{
    /// <summary>More would only wait in memory.</summary>
    private const int MostBooked = 200;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly RateLimit? _rate = limit.PerMinute > 0 ? new RateLimit(limit.PerMinute, TimeSpan.FromMinutes(1), clock) : null;
    private readonly ConnectionSlots? _slots = limit.AtOnce > 0 ? new ConnectionSlots(limit.AtOnce) : null;
    private int _booked;

    public bool IsIdle => Volatile.Read(ref _booked) == 0 && (_rate is null || _rate.Wait == TimeSpan.Zero);

    /// <summary>Books a turn. Refused when so many are booked already that it would be far off.</summary>
    public bool TryBook(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (Interlocked.Increment(ref _booked) <= MostBooked && (wait = _rate?.Take(LongestWait) ?? TimeSpan.Zero) <= LongestWait)
        {
            return true;
        }

        Interlocked.Decrement(ref _booked);
        return false;
    }

    /// <summary>Begins a booked turn if its time has come and a place is free.</summary>
    public bool TryBegin(TimeSpan wait) => wait == TimeSpan.Zero && (_slots is null || _slots.TryTake());

    /// <summary>Waits for the time and the place of a booked turn. When cancelled the turn is given up.</summary>
    public async Task BeginAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(wait, clock, cancellationToken);
            if (_slots is not null)
            {
                await _slots.WaitAsync(isUrgent: false, cancellationToken);
            }
        }
        catch
        {
            Interlocked.Decrement(ref _booked);
            throw;
        }
    }

    public void Leave()
    {
        _slots?.Release();
        Interlocked.Decrement(ref _booked);
    }
}
