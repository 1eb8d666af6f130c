using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Searching;

/// <summary>
/// Counts people whom no index finds, and takes the first of them from the same walk over everybody. SQLite uses one processor for a
/// statement, so there the walk is cut into ranges of ids that run beside each other; PostgreSQL does that by itself (decision 0047).
/// </summary>
/// <param name="kept">How many ids are taken, of each range.</param>
/// <param name="smallestPart">Ids that are worth a connection of their own.</param>
internal sealed class SubscriberScan(IDbContextFactory<ListmonkDbContext> databases, int kept = 1_000, int smallestPart = 50_000)
{
    private const int MostParts = 4;

    /// <param name="people">Those who are looked for, in the context given.</param>
    public async Task<Found> RunAsync(Func<ListmonkDbContext, IQueryable<Subscriber>> people, bool ascending, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db.Dialect.HasConcurrentWriters)
        {
            return await CountFirstAsync(people(db), ascending, cancellationToken);
        }

        var low = await db.Subscribers.MinAsync(person => (int?)person.Id, cancellationToken) ?? 0;
        var high = await db.Subscribers.MaxAsync(person => (int?)person.Id, cancellationToken) ?? 0;
        var parts = await Task.WhenAll(Ranges(low, high).Select(range => Task.Run(() => WalkAsync(people, range.From, range.To, ascending, cancellationToken), cancellationToken)));
        var first = new List<int>();
        foreach (var part in ascending ? parts : parts.Reverse())
        {
            first.AddRange(part.First);
            if (!part.HasAll)
            {
                break;
            }
        }

        return new Found(parts.Sum(part => part.Total), first);
    }

    /// <summary>PostgreSQL reads everybody in order with one process only, so few ids are ordered here.</summary>
    private async Task<Found> CountFirstAsync(IQueryable<Subscriber> people, bool ascending, CancellationToken cancellationToken)
    {
        var total = await people.CountAsync(cancellationToken);
        var ids = total > 0 && total <= kept ? await people.Select(person => person.Id).ToListAsync(cancellationToken) : [];
        ids.Sort();
        if (!ascending)
        {
            ids.Reverse();
        }

        return new Found(ids.Count > 0 ? ids.Count : total, ids);
    }

    /// <remarks>Ids stay int in the queries: compared with a long, each would be cast, and no range be looked up.</remarks>
    private IEnumerable<(int From, int To)> Ranges(long low, long high)
    {
        var count = Math.Clamp((high - low + 1) / smallestPart, 1, Math.Min(MostParts, Environment.ProcessorCount));
        var size = ((high - low) / count) + 1;
        return Enumerable.Range(0, (int)count).Select(index => ((int)(low + (index * size)), (int)Math.Min(high, low + ((index + 1) * size) - 1)));
    }

    private async Task<Found> WalkAsync(Func<ListmonkDbContext, IQueryable<Subscriber>> people, int from, int to, bool ascending, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var part = people(db).Where(person => person.Id >= from && person.Id <= to);
        var ids = await (ascending ? part.OrderBy(person => person.Id) : part.OrderByDescending(person => person.Id))
            .Select(person => person.Id).Take(kept).ToListAsync(cancellationToken);
        if (ids.Count < kept)
        {
            return new Found(ids.Count, ids);
        }

        // The walk goes on where it stood.
        var last = ids[^1];
        var rest = ascending ? part.Where(person => person.Id > last) : part.Where(person => person.Id < last);
        return new Found(kept + await rest.CountAsync(cancellationToken), ids);
    }

    /// <summary>How many there are, and the first by id: all of them when they are few.</summary>
    public sealed record Found(int Total, IReadOnlyList<int> First)
    {
        public bool HasAll => First.Count == Total;
    }
}
