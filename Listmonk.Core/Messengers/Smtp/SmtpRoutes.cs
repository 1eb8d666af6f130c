namespace Listmonk.Core.Messengers.Smtp;

/// <summary>Which servers may carry which mail: by the From address, by its domain, by the server's own name, else all. Immutable.</summary>
internal sealed class SmtpRoutes
{
    public static readonly SmtpRoutes None = new([]);

    private readonly Dictionary<string, SmtpConnectionPool[]> _byFrom;

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
}
