using System.Text.Json;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>Does to a person what the rules ask for, keeps what they were before, and takes it back.</summary>
internal static class BounceActions
{
    /// <summary>Does what is asked for because of each bounce, in order, and notes it in the bounce; the rows of bounces are the caller's to save.</summary>
    public static async Task ApplyAsync(ListmonkDbContext db, IReadOnlyList<Bounce> bounces, IReadOnlyList<BounceAction> wishes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        int[] people = [.. bounces.Where((_, index) => wishes[index] != BounceAction.None).Select(bounce => bounce.SubscriberId).Distinct()];
        if (people.Length == 0)
        {
            return;
        }

        var present = await db.Subscribers.Where(row => EF.Parameter(people).Contains(row.Id)).Select(row => new { row.Id, row.Status }).ToDictionaryAsync(row => row.Id, row => row.Status, cancellationToken);
        var active = (await db.Subscriptions.Where(row => EF.Parameter(people).Contains(row.SubscriberId) && row.Status != SubscriptionStatus.Unsubscribed)
            .Select(row => new { row.SubscriberId, row.ListId, row.Status }).ToListAsync(cancellationToken))
            .ToLookup(row => row.SubscriberId, row => new PastSubscription(row.ListId, row.Status));
        var (left, blocked, gone) = (new HashSet<int>(), new HashSet<int>(), new HashSet<int>());
        for (var i = 0; i < bounces.Count; i++)
        {
            var (bounce, id) = (bounces[i], bounces[i].SubscriberId);
            if (wishes[i] == BounceAction.None || gone.Contains(id) || !present.TryGetValue(id, out var status))
            {
                continue;
            }

            if (wishes[i] == BounceAction.Delete)
            {
                bounce.Action = BounceAction.Delete;
                gone.Add(id);
            }
            // Who is blocked already stays as they are.
            else if (status != SubscriberStatus.Blocklisted)
            {
                bounce.Action = wishes[i];
                bounce.Undo = JsonSerializer.Serialize(new Past(status, left.Add(id) ? [.. active[id]] : []));
                if (bounce.Action == BounceAction.Blocklist)
                {
                    blocked.Add(id);
                    present[id] = SubscriberStatus.Blocklisted;
                }
            }
        }

        left.ExceptWith(gone);
        blocked.ExceptWith(gone);
        await WriteAsync(db, [.. left], [.. blocked], [.. gone], now, cancellationToken);
    }

    private static async Task WriteAsync(ListmonkDbContext db, int[] left, int[] blocked, int[] gone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (left.Length > 0)
        {
            await db.Subscriptions.Where(row => EF.Parameter(left).Contains(row.SubscriberId) && row.Status != SubscriptionStatus.Unsubscribed)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.Status, SubscriptionStatus.Unsubscribed).SetProperty(one => one.UpdatedAt, now), cancellationToken);
        }

        if (blocked.Length > 0)
        {
            await db.Subscribers.Where(row => EF.Parameter(blocked).Contains(row.Id))
                .ExecuteUpdateAsync(row => row.SetProperty(person => person.Status, SubscriberStatus.Blocklisted).SetProperty(person => person.UpdatedAt, now), cancellationToken);
        }

        if (gone.Length > 0)
        {
            await db.Subscribers.Where(row => EF.Parameter(gone).Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    /// <summary>Gives back status and subscriptions; what the person changed since then stays.</summary>
    public static async Task UndoAsync(ListmonkDbContext db, Bounce bounce, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var past = JsonSerializer.Deserialize<Past>(bounce.Undo!)!;
        if (bounce.Action == BounceAction.Blocklist)
        {
            await db.Subscribers.Where(row => row.Id == bounce.SubscriberId && row.Status == SubscriberStatus.Blocklisted)
                .ExecuteUpdateAsync(row => row.SetProperty(person => person.Status, past.Status).SetProperty(person => person.UpdatedAt, now), cancellationToken);
        }

        foreach (var (listId, status) in past.Subscriptions)
        {
            await db.Subscriptions.Where(row => row.SubscriberId == bounce.SubscriberId && row.ListId == listId && row.Status == SubscriptionStatus.Unsubscribed)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.Status, status).SetProperty(one => one.UpdatedAt, now), cancellationToken);
        }

        bounce.Action = BounceAction.None;
        bounce.Undo = null;
    }

    private sealed record Past(SubscriberStatus Status, IReadOnlyList<PastSubscription> Subscriptions);

    private sealed record PastSubscription(int ListId, SubscriptionStatus Status);
}
