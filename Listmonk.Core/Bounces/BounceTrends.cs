using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>By what a chart of bounces is parted.</summary>
public enum BounceTrendKey
{
    Type,
    Reason,
    Domain,
}

/// <summary>Bounces over days, the most frequent keys first; days without any are there as zeros.</summary>
/// <param name="Days">In the viewer's zone, oldest first.</param>
public sealed record BounceTrend(IReadOnlyList<DateOnly> Days, IReadOnlyList<BounceTrendLine> Lines);

/// <param name="Key">A class, a reason or a domain; null for bounces without one.</param>
/// <param name="Counts">One for each day.</param>
public sealed record BounceTrendLine(string? Key, IReadOnlyList<int> Counts)
{
    public int Total => Counts.Sum();
}

/// <summary>Counts bounces by day.</summary>
public sealed class BounceTrends(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    /// <param name="days">Up to today, which is the last.</param>
    /// <param name="most">How many keys; the rest is left out.</param>
    public async Task<BounceTrend> ReadAsync(BounceTrendKey key, int days, int most, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).Date);
        var first = today.AddDays(1 - days);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var top = (await CountAsync(db, key, Start(first, zone), Start(today.AddDays(1), zone), cancellationToken)).OrderByDescending(pair => pair.Count)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most).Select(pair => pair.Key).ToList();
        var lines = top.ConvertAll(_ => new int[days]);
        // Day by day, over the index: a day is what it is in the viewer's zone, also when the clocks change.
        for (var i = 0; i < days && top.Count > 0; i++)
        {
            foreach (var (name, count) in await CountAsync(db, key, Start(first.AddDays(i), zone), Start(first.AddDays(i + 1), zone), cancellationToken))
            {
                if (top.IndexOf(name) is >= 0 and var line)
                {
                    lines[line][i] = count;
                }
            }
        }

        return new BounceTrend([.. Enumerable.Range(0, days).Select(first.AddDays)], [.. top.Zip(lines, (name, counts) => new BounceTrendLine(name, counts))]);
    }

    private static async Task<List<(string? Key, int Count)>> CountAsync(ListmonkDbContext db, BounceTrendKey key, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var rows = db.Bounces.AsNoTracking().Where(row => row.CreatedAt >= from && row.CreatedAt < until);
        if (key == BounceTrendKey.Type)
        {
            var types = await rows.GroupBy(row => row.Type).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken);
            return types.ConvertAll(row => ((string?)EnumText.Of(row.Key), row.Count));
        }

        var names = key == BounceTrendKey.Reason ? rows.Select(row => row.Reason) : rows.Select(row => row.Domain);
        var counts = await names.GroupBy(name => name).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken);
        return counts.ConvertAll(row => (row.Key, row.Count));
    }

    private static DateTimeOffset Start(DateOnly day, TimeZoneInfo zone)
    {
        var wall = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(15);
        }

        return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
    }
}
