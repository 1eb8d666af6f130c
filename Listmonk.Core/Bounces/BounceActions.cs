using System.Text.Json;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>Does to a person what the rules ask for, keeps what they were before, and takes it back.</summary>
internal static class BounceActions
{
    public static async Task ApplyAsync(ListmonkDbContext db, Bounce bounce, BounceAction action, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = await db.Subscribers.Where(row => row.Id == bounce.SubscriberId).Select(row => row.Status).FirstAsync(cancellationToken);
        // Who is blocked already stays as they are.
        if (status == SubscriberStatus.Blocklisted && action != BounceAction.Delete)
        {
            return;
        }

        if (action == BounceAction.Delete)
        {
            db.Entry(bounce).State = EntityState.Detached;
            bounce.Action = action;
            await db.Subscribers.Where(row => row.Id == bounce.SubscriberId).ExecuteDeleteAsync(cancellationToken);
            return;
        }

        var active = await db.Subscriptions.Where(row => row.SubscriberId == bounce.SubscriberId && row.Status != SubscriptionStatus.Unsubscribed)
            .Select(row => new PastSubscription(row.ListId, row.Status)).ToListAsync(cancellationToken);
        bounce.Action = action;
        bounce.Undo = JsonSerializer.Serialize(new Past(status, active));
        await db.Subscriptions.Where(row => row.SubscriberId == bounce.SubscriberId && row.Status != SubscriptionStatus.Unsubscribed)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.Status, SubscriptionStatus.Unsubscribed).SetProperty(one => one.UpdatedAt, now), cancellationToken);
        if (action == BounceAction.Blocklist)
        {
            await db.Subscribers.Where(row => row.Id == bounce.SubscriberId)
                .ExecuteUpdateAsync(row => row.SetProperty(person => person.Status, SubscriberStatus.Blocklisted).SetProperty(person => person.UpdatedAt, now), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
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
