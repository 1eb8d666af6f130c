using System.Collections.Concurrent;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Lists;

/// <summary>Reads lists, within what the account may see.</summary>
public sealed class ListQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>Connections that count lists at the same time.</summary>
    private const int MostCounts = 4;

    public async Task<PagedList<ListItem>> PageAsync(ListFilter filter, PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var lists = await MatchingAsync(db, filter, actor, cancellationToken);
        var total = await lists.CountAsync(cancellationToken);
        var rows = await Ordered(db, lists, page).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        var counts = await CountsAsync(db, [.. rows.Select(list => list.Id)], cancellationToken);
        return new PagedList<ListItem>([.. rows.Select(list => ListItem.From(list, counts.GetValueOrDefault(list.Id, [])))], total, page);
    }

    /// <summary>All readable lists by id, without counts: for selectors.</summary>
    public async Task<IReadOnlyList<ListItem>> MinimalAsync(ListStatus? status, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var lists = await new ListFilter { Status = status }.Apply(ListFilter.Visible(db.Lists.AsNoTracking(), actor))
            .OrderBy(list => list.Id)
            .ToListAsync(cancellationToken);
        return [.. lists.Select(list => ListItem.From(list, null))];
    }

    public async Task<Outcome<ListItem>> FindAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.CanReadList(id))
        {
            return Outcome<ListItem>.Forbidden("permission denied");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var list = await db.Lists.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (list is null)
        {
            return Outcome<ListItem>.NotFound("List not found");
        }

        var counts = await CountsAsync(db, [id], cancellationToken);
        return ListItem.From(list, counts.GetValueOrDefault(id, []));
    }

    internal static async Task<IQueryable<MailingList>> MatchingAsync(
        ListmonkDbContext db, ListFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        var lists = filter.Apply(ListFilter.Visible(db.Lists.AsNoTracking(), actor));
        if (filter.Tags.Count == 0)
        {
            return lists;
        }

        var tagged = await lists.Select(list => new { list.Id, list.Tags }).ToListAsync(cancellationToken);
        var ids = tagged.Where(list => filter.HasTags(list.Tags)).Select(list => list.Id).ToList();
        return db.Lists.AsNoTracking().Where(list => ids.Contains(list.Id));
    }

    private static IQueryable<MailingList> Ordered(ListmonkDbContext db, IQueryable<MailingList> lists, PageRequest page)
    {
        var ordered = (page.OrderBy, page.Ascending) switch
        {
            ("name", true) => lists.OrderBy(list => list.Name),
            ("name", false) => lists.OrderByDescending(list => list.Name),
            ("status", true) => lists.OrderBy(list => list.Status),
            ("status", false) => lists.OrderByDescending(list => list.Status),
            ("updated_at", true) => lists.OrderBy(list => list.UpdatedAt),
            ("updated_at", false) => lists.OrderByDescending(list => list.UpdatedAt),
            ("subscriber_count", true) => lists.OrderBy(list => db.Subscriptions.Count(subscription => subscription.ListId == list.Id)),
            ("subscriber_count", false) => lists.OrderByDescending(list => db.Subscriptions.Count(subscription => subscription.ListId == list.Id)),
            (_, true) => lists.OrderBy(list => list.CreatedAt),
            _ => lists.OrderByDescending(list => list.CreatedAt),
        };
        return page.Ascending ? ordered.ThenBy(list => list.Id) : ordered.ThenByDescending(list => list.Id);
    }

    private async Task<Dictionary<int, Dictionary<string, int>>> CountsAsync(ListmonkDbContext db, IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        if (!db.Dialect.HasConcurrentWriters)
        {
            return await CountEachAsync(ids, cancellationToken);
        }

        var counts = await db.Subscriptions.AsNoTracking()
            .Where(subscription => EF.Parameter(ids).Contains(subscription.ListId))
            .GroupBy(subscription => new { subscription.ListId, subscription.Status })
            .Select(group => new { group.Key.ListId, group.Key.Status, Count = group.Count() })
            .ToListAsync(cancellationToken);
        return counts.GroupBy(count => count.ListId)
            .ToDictionary(group => group.Key, group => group.ToDictionary(count => EnumText.Of(count.Status), count => count.Count, StringComparer.Ordinal));
    }

    /// <summary>
    /// SQLite counts the memberships of one list and status in its index in half the time of grouping them, and uses one processor for a
    /// statement: with millions of memberships each list has its own.
    /// </summary>
    private async Task<Dictionary<int, Dictionary<string, int>>> CountEachAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        var counts = new ConcurrentDictionary<int, Dictionary<string, int>>();
        await Parallel.ForEachAsync(ids, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(MostCounts, Environment.ProcessorCount) }, async (id, token) =>
        {
            await using var db = await databases.CreateDbContextAsync(token);
            var list = await db.Lists.AsNoTracking().Where(row => row.Id == id).Select(row => new
            {
                Confirmed = db.Subscriptions.Count(subscription => subscription.ListId == row.Id && subscription.Status == SubscriptionStatus.Confirmed),
                Unconfirmed = db.Subscriptions.Count(subscription => subscription.ListId == row.Id && subscription.Status == SubscriptionStatus.Unconfirmed),
                Unsubscribed = db.Subscriptions.Count(subscription => subscription.ListId == row.Id && subscription.Status == SubscriptionStatus.Unsubscribed),
            }).SingleOrDefaultAsync(token);
            (SubscriptionStatus Status, int Count)[] each = list is null ? []
                : [(SubscriptionStatus.Confirmed, list.Confirmed), (SubscriptionStatus.Unconfirmed, list.Unconfirmed), (SubscriptionStatus.Unsubscribed, list.Unsubscribed)];
            counts[id] = each.Where(status => status.Count > 0).ToDictionary(status => EnumText.Of(status.Status), status => status.Count, StringComparer.Ordinal);
        });
        return new(counts);
    }
}
