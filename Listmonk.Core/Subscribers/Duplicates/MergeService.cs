using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Duplicates;

/// <summary>
/// Makes several people one: subscriptions, attributes, mails, opens, clicks, bounces and choices come to the one who is kept, and links in
/// mails to the others go on working for that one (decision 0042).
/// </summary>
public sealed class MergeService(IDbContextFactory<ListmonkDbContext> databases, MergedSubscriberStore merged, TimeProvider clock)
{
    /// <summary>People merged at once; more is no mistake of a person's any more.</summary>
    private const int MaxOthers = 20;

    public async Task<Outcome> MergeAsync(int keptId, IReadOnlyCollection<int> otherIds, Actor actor, CancellationToken cancellationToken)
    {
        if (!HygieneService.MaySee(actor))
        {
            return Outcome.Forbidden("Merging is for accounts that manage all subscribers.");
        }

        int[] others = [.. otherIds.Distinct().Where(id => id != keptId).Order()];
        if (others.Length is 0 or > MaxOthers)
        {
            return Outcome.Invalid("ids", $"Choose 1 to {MaxOthers} people to merge into the one that is kept.");
        }

        var outcome = await databases.WriteAsync(
            async db =>
            {
                int[] all = [keptId, .. others];
                var people = await db.Subscribers.Include(person => person.Subscriptions).Where(person => EF.Parameter(all).Contains(person.Id)).ToListAsync(cancellationToken);
                if (people.Count < all.Length)
                {
                    return Outcome.NotFound("One of these people is gone. Load the page again.");
                }

                // A claimed row belongs to a batch of ids and must not leave it.
                if (await db.Deliveries.AnyAsync(row => EF.Parameter(all).Contains(row.SubscriberId) && row.Status == DeliveryStatus.Claimed, cancellationToken))
                {
                    return Outcome.Conflict("One of these people is being mailed. Try again when the campaign has ended.");
                }

                var kept = people.Single(person => person.Id == keptId);
                foreach (var other in people.Where(person => person.Id != keptId).OrderBy(person => person.Id))
                {
                    await MergeAsync(db, kept, other, actor, cancellationToken);
                }

                return Outcome.Ok;
            },
            cancellationToken);
        if (outcome.IsOk)
        {
            await merged.LoadAsync(cancellationToken);
        }

        return outcome;
    }

    private async Task MergeAsync(ListmonkDbContext db, Subscriber kept, Subscriber other, Actor actor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (to, from) = (kept.Id, other.Id);
        await HitMerge.MoveAsync(db, from, to, cancellationToken);
        await MoveHistoryAsync(db, from, to, cancellationToken);
        Combine(kept, other, now);
        db.Record(actor, "subscriber.merge", "subscriber", to, now, before: $$"""{"merged_id":{{from}}}""");
        foreach (var earlier in await db.MergedSubscribers.Where(row => row.SubscriberId == from).ToListAsync(cancellationToken))
        {
            earlier.SubscriberId = to;
        }

        db.MergedSubscribers.Add(new MergedSubscriber { Id = from, Uuid = other.Uuid, SubscriberId = to, MergedAt = now });
        await db.SaveChangesAsync(cancellationToken);
        db.Subscribers.Remove(other);
        await db.SaveChangesAsync(cancellationToken);
        await ForgetFindingsAsync(db, from, to, cancellationToken);
    }

    private static async Task MoveHistoryAsync(ListmonkDbContext db, int from, int to, CancellationToken cancellationToken)
    {
        // Where both got the campaign, the row stays under the old number, as when a person is deleted: the campaign's counts are sums of rows.
        await db.Database.ExecuteSqlAsync(
            $"UPDATE deliveries SET subscriber_id = {to} WHERE subscriber_id = {from} AND NOT EXISTS (SELECT 1 FROM deliveries k WHERE k.campaign_id = deliveries.campaign_id AND k.subscriber_id = {to})",
            cancellationToken);
        await db.Bounces.Where(row => row.SubscriberId == from).ExecuteUpdateAsync(set => set.SetProperty(row => row.SubscriberId, to), cancellationToken);
        await db.Consents.Where(row => row.SubscriberId == from).ExecuteUpdateAsync(set => set.SetProperty(row => row.SubscriberId, to), cancellationToken);
        await db.CampaignUnsubscribes.Where(row => row.SubscriberId == from).ExecuteUpdateAsync(set => set.SetProperty(row => row.SubscriberId, to), cancellationToken);
        await db.Database.ExecuteSqlAsync($"UPDATE transactional_messages SET subscriber_id = {to} WHERE subscriber_id = {from}", cancellationToken);
    }

    private static void Combine(Subscriber kept, Subscriber other, DateTimeOffset now)
    {
        kept.Name = kept.Name.Length > 0 ? kept.Name : other.Name;
        kept.Attributes = SubscriberRules.MergeAttributes(other.Attributes, kept.Attributes);
        kept.Status = MergeRules.Status(kept.Status, other.Status);
        kept.TrackingLevel = MergeRules.Tracking(kept.TrackingLevel, other.TrackingLevel);
        kept.CreatedAt = other.CreatedAt < kept.CreatedAt ? other.CreatedAt : kept.CreatedAt;
        kept.UpdatedAt = now;
        foreach (var theirs in other.Subscriptions)
        {
            if (kept.Subscriptions.Find(own => own.ListId == theirs.ListId) is { } own)
            {
                Set(own, MergeRules.Subscription(own.Status, theirs.Status), now);
            }
            else
            {
                kept.Subscriptions.Add(new Subscription { ListId = theirs.ListId, Status = theirs.Status, Meta = theirs.Meta, CreatedAt = theirs.CreatedAt, UpdatedAt = now });
            }
        }

        if (kept.Status == SubscriberStatus.Blocklisted)
        {
            kept.Subscriptions.ForEach(own => Set(own, SubscriptionStatus.Unsubscribed, now));
        }
    }

    private static void Set(Subscription subscription, SubscriptionStatus status, DateTimeOffset now)
    {
        if (subscription.Status != status)
        {
            (subscription.Status, subscription.UpdatedAt) = (status, now);
        }
    }

    /// <summary>Who is kept is a duplicate no more, unless a third one has the mailbox.</summary>
    private static async Task ForgetFindingsAsync(ListmonkDbContext db, int from, int to, CancellationToken cancellationToken)
    {
        await db.HygieneFindings.Where(row => row.SubscriberId == from).ExecuteDeleteAsync(cancellationToken);
        await db.HygieneFindings
            .Where(row => row.SubscriberId == to && row.Kind == HygieneKind.Duplicate
                && !db.HygieneFindings.Any(third => third.ReportId == row.ReportId && third.Kind == row.Kind && third.Detail == row.Detail && third.SubscriberId != to))
            .ExecuteDeleteAsync(cancellationToken);
    }
}
