namespace Listmonk.Core.Messengers.Smtp;

/// <summary>Which servers may carry which mail: by the From address, by its domain, by the server's own name, else all; and which of them gets the next one.</summary>
internal sealed class SmtpRoutes
{
    public static readonly SmtpRoutes None = new([]);

    private const double GoldenRatio = 0.618033988749894848;

    private readonly Dictionary<string, SmtpConnectionPool[]> _byFrom;
    private uint _turn;

    public SmtpRoutes(IReadOnlyList<SmtpConnectionPool> pools)
    {
        All = [.. pools];
        _byFrom = pools
            .SelectMany(pool => pool.Server.Options.FromAddresses.Select(from => (From: from.Trim().TrimStart('@'), Pool: pool)))
            .Where(route => route.From.Length > 0)
            .GroupBy(route => route.From, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(routes => routes.Key, routes => routes.Select(route => route.Pool).Distinct().ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    public SmtpConnectionPool[] All { get; }

    public SmtpConnectionPool[] Choose(string fromAddress, string? serverName)
    {
        if (serverName is not null)
        {
            return Array.FindAll(All, pool => string.Equals(pool.Server.Options.Name, serverName, StringComparison.OrdinalIgnoreCase));
        }

        if (_byFrom.Count > 0)
        {
            if (_byFrom.TryGetValue(fromAddress, out SmtpConnectionPool[]? exact))
            {
                return exact;
            }

            int at = fromAddress.LastIndexOf('@');
            if (at >= 0 && _byFrom.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(fromAddress.AsSpan(at + 1), out SmtpConnectionPool[]? domain))
            {
                return domain;
            }
        }

        return All;
    }

    /// <summary>The server for the next message among those that may carry it and are open; null when there is none.</summary>
    public SmtpConnectionPool? Pick(SmtpConnectionPool[] choice, HashSet<SmtpConnectionPool>? exhausted)
    {
        if (choice.Length == 1)
        {
            return IsCandidate(choice[0], exhausted) ? choice[0] : null;
        }

        int total = 0;
        foreach (SmtpConnectionPool pool in choice)
        {
            total += IsCandidate(pool, exhausted) ? pool.Server.Options.Weight : 0;
        }

        // Multiples of the golden ratio fall evenly: every stretch of messages has each server's share, without a lock or a list.
        double place = Interlocked.Increment(ref _turn) * GoldenRatio % 1 * total;
        SmtpConnectionPool? picked = null;
        foreach (SmtpConnectionPool pool in choice)
        {
            if (!IsCandidate(pool, exhausted))
            {
                continue;
            }

            // Weight 0 stands by: it serves when nobody else can.
            int weight = pool.Server.Options.Weight;
            if (weight == 0)
            {
                picked ??= total == 0 ? pool : null;
                continue;
            }

            picked = pool;
            place -= weight;
            if (place < 0)
            {
                break;
            }
        }

        return picked is null || (picked.Load < 1 && WaitOf(picked) == TimeSpan.Zero) ? picked : Freest(choice, exhausted, picked);
    }

    /// <summary>Shares give way to speed: nobody waits for a busy server while another one is free.</summary>
    private static SmtpConnectionPool Freest(SmtpConnectionPool[] choice, HashSet<SmtpConnectionPool>? exhausted, SmtpConnectionPool best)
    {
        foreach (SmtpConnectionPool pool in choice)
        {
            if (pool.Server.Options.Weight == 0 || !IsCandidate(pool, exhausted))
            {
                continue;
            }

            int order = WaitOf(pool).CompareTo(WaitOf(best));
            if (order < 0 || (order == 0 && pool.Load < best.Load))
            {
                best = pool;
            }
        }

        return best;
    }

    private static TimeSpan WaitOf(SmtpConnectionPool pool) => pool.Rate?.Wait ?? TimeSpan.Zero;

    /// <summary>Why a message must wait that only limits keep from all its servers; null when something else does.</summary>
    public static DeliveryResult? HoldOf(SmtpConnectionPool[] choice)
    {
        SmtpConnectionPool? first = null;
        foreach (SmtpConnectionPool pool in choice)
        {
            if (pool.DailyQuota is not { } quota || quota.ClosedFor == TimeSpan.Zero)
            {
                return null;
            }

            first = first is null || quota.ClosedFor < first.DailyQuota!.ClosedFor ? pool : first;
        }

        return first is null ? null : DeliveryResult.Held(
            $"{first.Server.Name} has carried its {first.DailyQuota!.Limit} messages of the last 24 hours.", first.Server.Name, Longer(first.DailyQuota.ClosedFor));

        // It may have opened this very moment.
        static TimeSpan Longer(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.FromTicks(1);
    }

    private static bool IsCandidate(SmtpConnectionPool pool, HashSet<SmtpConnectionPool>? exhausted) =>
        pool.IsOpen && exhausted?.Contains(pool) != true;
}
