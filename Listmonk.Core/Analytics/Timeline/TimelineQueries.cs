using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics.Timeline;

/// <summary>Everything that is known to have happened to one person, newest first.</summary>
/// <remarks>
/// Each source gives as many entries as a page holds, older than the page before, along its index on the person; the newest of all are
/// the page. The cursor names the time of the last entry and how many entries of that very time were shown.
/// </remarks>
public sealed class TimelineQueries(IDbContextFactory<ListmonkDbContext> databases, SubscriberQueries subscribers)
{
    public const int PageSize = 30;

    public async Task<Outcome<TimelinePage>> PageAsync(int subscriberId, TimelineFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        var person = await subscribers.FindAsync(subscriberId, actor, cancellationToken);
        if (!person.IsOk)
        {
            return Outcome<TimelinePage>.From(person);
        }

        var (until, shown) = ReadCursor(filter.After);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sources = new TimelineSources(db, person.Value, until, PageSize + shown + 1, filter.WithMachines, actor, cancellationToken);
        var all = (await sources.ReadAsync(filter.Group))
            .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Kind).ThenByDescending(entry => entry.Order)
            .Skip(shown)
            .ToList();
        var entries = all.Take(PageSize).ToList();
        return new TimelinePage(entries, all.Count > PageSize ? NextCursor(entries, until, shown) : null);
    }

    private static string NextCursor(List<TimelineEntry> entries, DateTimeOffset until, int shown)
    {
        var last = entries[^1].At;
        var same = entries.Count(entry => entry.At == last) + (last == until ? shown : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{last.UtcTicks}-{same}");
    }

    /// <summary>The newest page for whatever is no cursor.</summary>
    private static (DateTimeOffset Until, int Shown) ReadCursor(string? text)
    {
        var parts = text?.Split('-');
        return parts is [var time, var count]
            && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var shown) && shown < 10_000
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), shown)
            : (DateTimeOffset.MaxValue.ToUniversalTime(), 0);
    }
}
