using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers;

/// <summary>What is done to many people, for as many of them as one transaction takes: the immediate actions and the bulk jobs share it.</summary>
internal static class SubscriberSlice
{
    /// <summary>People changed in one transaction.</summary>
    public const int Size = 500;

    /// <returns>How many went.</returns>
    public static async Task<int> DeleteAsync(ListmonkDbContext db, int[] ids, CancellationToken cancellationToken)
    {
        var people = People(db, ids);
        await db.ForgetHitDetailsAsync(people.Select(person => (int?)person.Id), cancellationToken);
        return await people.ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Blocklists them and ends all their subscriptions.</summary>
    public static async Task<int> BlocklistAsync(ListmonkDbContext db, int[] ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SetSubscriptionStatusAsync(
            db.Subscriptions.Where(row => EF.Parameter(ids).Contains(row.SubscriberId)), SubscriptionStatus.Unsubscribed, now, cancellationToken);
        return await People(db, ids).ExecuteUpdateAsync(
            set => set.SetProperty(person => person.Status, SubscriberStatus.Blocklisted).SetProperty(person => person.UpdatedAt, now), cancellationToken);
    }

    /// <returns>How many had another status.</returns>
    public static Task<int> SetStatusAsync(ListmonkDbContext db, int[] ids, SubscriberStatus status, DateTimeOffset now, CancellationToken cancellationToken) =>
        People(db, ids).Where(person => person.Status != status).ExecuteUpdateAsync(
            set => set.SetProperty(person => person.Status, status).SetProperty(person => person.UpdatedAt, now), cancellationToken);

    public static async Task ChangeSubscriptionsAsync(
        ListmonkDbContext db, int[] ids, int[] listIds, SubscriptionChange change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var present = Subscriptions(db, ids, listIds);
        switch (change.Action)
        {
            case SubscriptionAction.Remove:
                await present.ExecuteDeleteAsync(cancellationToken);
                break;
            case SubscriptionAction.Unsubscribe:
                await SetSubscriptionStatusAsync(present, SubscriptionStatus.Unsubscribed, now, cancellationToken);
                break;
            default:
                await AddAsync(db, ids, listIds, present, change, now, cancellationToken);
                break;
        }
    }

    public static IQueryable<Subscriber> People(ListmonkDbContext db, int[] ids) => db.Subscribers.Where(person => EF.Parameter(ids).Contains(person.Id));

    public static IQueryable<Subscription> Subscriptions(ListmonkDbContext db, int[] ids, int[] listIds) =>
        db.Subscriptions.Where(row => EF.Parameter(ids).Contains(row.SubscriberId) && EF.Parameter(listIds).Contains(row.ListId));

    private static Task<int> SetSubscriptionStatusAsync(
        IQueryable<Subscription> rows, SubscriptionStatus status, DateTimeOffset now, CancellationToken cancellationToken) =>
        rows.Where(row => row.Status != status).ExecuteUpdateAsync(
            row => row.SetProperty(subscription => subscription.Status, status).SetProperty(subscription => subscription.UpdatedAt, now),
            cancellationToken);

    private static async Task AddAsync(
        ListmonkDbContext db,
        int[] ids,
        int[] listIds,
        IQueryable<Subscription> present,
        SubscriptionChange change,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (change is { Status: { } given, KeepsExisting: false })
        {
            await SetSubscriptionStatusAsync(present, given, now, cancellationToken);
        }

        var people = await People(db, ids).AsNoTracking().Select(person => new { person.Id, person.Status }).ToListAsync(cancellationToken);
        var lists = await db.Lists.AsNoTracking().Where(list => EF.Parameter(listIds).Contains(list.Id)).Select(list => list.Id).ToListAsync(cancellationToken);
        var taken = (await present.AsNoTracking().Select(row => new { row.SubscriberId, row.ListId }).ToListAsync(cancellationToken))
            .Select(row => (row.SubscriberId, row.ListId))
            .ToHashSet();
        db.Subscriptions.AddRange(
            from person in people
            from listId in lists
            where !taken.Contains((person.Id, listId))
            select new Subscription
            {
                SubscriberId = person.Id,
                ListId = listId,
                Status = person.Status == SubscriberStatus.Blocklisted ? SubscriptionStatus.Unsubscribed : change.Status ?? SubscriptionStatus.Unconfirmed,
                CreatedAt = now,
                UpdatedAt = now,
            });
    }
}
