using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>
/// Takes a job back, slice by slice: what still is as the job left it becomes what it was before, to the time of its last change. What
/// somebody has touched since stays, and so does who is gone.
/// </summary>
public sealed class BulkUndo(IDbContextFactory<ListmonkDbContext> databases, BulkSignal signal, TimeProvider clock)
{
    internal async Task RunAsync(BulkJob job, CancellationToken cancellationToken)
    {
        while (await NextAsync(job, cancellationToken) is { } slice)
        {
            var restored = await databases.WriteAsync(db => RestoreAsync(db, job, slice, cancellationToken), cancellationToken);
            if (!restored.IsOk)
            {
                return;
            }

            job.UndoPosition = slice.Id;
            job.Restored += restored.Value;
            signal.Changed.Publish(BulkProgress.From(job));
        }

        await databases.WriteAsync(
            db => Held(db, job).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, BulkStatus.Undone).SetProperty(row => row.UndoneAt, clock.GetUtcNow()), cancellationToken),
            cancellationToken);
        (job.Status, job.UndoneAt) = (BulkStatus.Undone, clock.GetUtcNow());
        signal.Changed.Publish(BulkProgress.From(job));
    }

    private async Task<BulkSlice?> NextAsync(BulkJob job, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.BulkSlices.AsNoTracking().Where(slice => slice.BulkJobId == job.Id && slice.Id > job.UndoPosition)
            .OrderBy(slice => slice.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<BulkJob> Held(ListmonkDbContext db, BulkJob job) =>
        db.BulkJobs.Where(row => row.Id == job.Id && row.LeaseEpoch == job.LeaseEpoch && row.Status == BulkStatus.Undoing);

    private async Task<Outcome<int>> RestoreAsync(ListmonkDbContext db, BulkJob job, BulkSlice slice, CancellationToken cancellationToken)
    {
        var before = SliceBefore.Unpack(slice.Before);
        var restored = new HashSet<int>();
        var blocklisted = await RestoreStatusesAsync(db, slice, before, restored, cancellationToken);
        await RestoreSubscriptionsAsync(db, slice, before, blocklisted, restored, cancellationToken);
        var held = await Held(db, job).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.UndoPosition, slice.Id)
                .SetProperty(row => row.Restored, row => row.Restored + restored.Count)
                .SetProperty(row => row.LeaseUntil, clock.GetUtcNow() + LeaseStore.Duration),
            cancellationToken);
        return held == 1 ? restored.Count : Outcome<int>.Conflict("The undoing has passed to another process.");
    }

    /// <returns>Those who are blocklisted afterwards: they must not get a living subscription back.</returns>
    private static async Task<Dictionary<int, bool>> RestoreStatusesAsync(
        ListmonkDbContext db, BulkSlice slice, SliceBefore before, HashSet<int> restored, CancellationToken cancellationToken)
    {
        var statuses = before.Statuses.ToDictionary(row => row.Id);
        var people = await SubscriberSlice.People(db, before.People).ToListAsync(cancellationToken);
        foreach (var person in people)
        {
            if (person.UpdatedAt == slice.At && statuses.TryGetValue(person.Id, out var old) && (old.Status, old.UpdatedAt) != (person.Status, person.UpdatedAt))
            {
                (person.Status, person.UpdatedAt) = (old.Status, old.UpdatedAt);
                restored.Add(person.Id);
            }
        }

        return people.ToDictionary(person => person.Id, person => person.Status == SubscriberStatus.Blocklisted);
    }

    private static async Task RestoreSubscriptionsAsync(
        ListmonkDbContext db, BulkSlice slice, SliceBefore before, Dictionary<int, bool> blocklisted, HashSet<int> restored, CancellationToken cancellationToken)
    {
        var old = before.Subscriptions.ToDictionary(row => (row.SubscriberId, row.ListId));
        int[] listIds = before.Lists.Length > 0 ? before.Lists : [.. before.Subscriptions.Select(row => row.ListId).Distinct()];
        var present = await SubscriberSlice.Subscriptions(db, before.People, listIds).ToListAsync(cancellationToken);
        foreach (var row in present.Where(row => row.UpdatedAt == slice.At))
        {
            if (!old.TryGetValue((row.SubscriberId, row.ListId), out var was))
            {
                if (before.Lists.Length > 0 && row.CreatedAt == slice.At)
                {
                    db.Subscriptions.Remove(row);
                    restored.Add(row.SubscriberId);
                }
            }
            else if (was.UpdatedAt != row.UpdatedAt && MayHave(was))
            {
                (row.Status, row.UpdatedAt) = (was.Status, was.UpdatedAt);
                restored.Add(row.SubscriberId);
            }
        }

        if (before.Lists.Length == 0)
        {
            return;
        }

        var lists = (await db.Lists.Where(list => EF.Parameter(listIds).Contains(list.Id)).Select(list => list.Id).ToListAsync(cancellationToken)).ToHashSet();
        var taken = present.Select(row => (row.SubscriberId, row.ListId)).ToHashSet();
        foreach (var was in before.Subscriptions.Where(was => !taken.Contains((was.SubscriberId, was.ListId)) && lists.Contains(was.ListId) && MayHave(was)))
        {
            db.Subscriptions.Add(new Subscription
            {
                SubscriberId = was.SubscriberId,
                ListId = was.ListId,
                Status = was.Status,
                Meta = was.Meta,
                CreatedAt = was.CreatedAt,
                UpdatedAt = was.UpdatedAt,
            });
            restored.Add(was.SubscriberId);
        }

        bool MayHave(SubscriptionBefore was) =>
            blocklisted.TryGetValue(was.SubscriberId, out var isBlocklisted) && (!isBlocklisted || was.Status == SubscriptionStatus.Unsubscribed);
    }
}
