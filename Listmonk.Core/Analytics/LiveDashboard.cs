using System.Collections.Concurrent;
using Listmonk.Core.Common;

namespace Listmonk.Core.Analytics;

/// <summary>The dashboard while it is on screen: everybody who sees all of it shares one reading, however many look on while hits pour in.</summary>
public sealed class LiveDashboard(DashboardQueries queries, TimeProvider clock)
{
    /// <summary>As often as a page is told of changes.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, SharedReading<DashboardFigures>> _byZone = new(StringComparer.Ordinal);

    /// <summary>The figures as they are now, or up to a rest later; those of an account limited to some lists are its own.</summary>
    public Task<DashboardFigures> ReadAsync(Actor actor, TimeZoneInfo zone, CancellationToken cancellationToken) =>
        DashboardQueries.SeesAll(actor)
            ? _byZone.GetOrAdd(zone.Id, _ => new SharedReading<DashboardFigures>(token => queries.ReadAsync(actor, zone, token), Rest, clock)).ReadAsync(cancellationToken)
            : queries.ReadAsync(actor, zone, cancellationToken);
}
