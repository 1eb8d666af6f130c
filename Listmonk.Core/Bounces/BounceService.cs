using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>Deletes bounces, blocks who bounced, and takes back what a bounce did to a person.</summary>
public sealed class BounceService(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    private const int Slice = 500;

    /// <summary>Deletes the rows and takes them off their campaigns' counts; unknown ids are no error.</summary>
    public async Task<Outcome> DeleteAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        foreach (var slice in ids.Chunk(Slice))
        {
            await databases.WriteAsync(db => DeleteAsync(db, slice, cancellationToken), cancellationToken);
        }

        return Outcome.Ok;
    }

    /// <summary>Deletes all rows that match; those that come in meanwhile stay.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> DeleteMatchingAsync(BounceFilter filter, CancellationToken cancellationToken)
    {
        var last = await databases.WriteAsync(db => db.Bounces.MaxAsync(row => (int?)row.Id, cancellationToken), cancellationToken) ?? 0;
        var deleted = 0;
        while (true)
        {
            var count = await databases.WriteAsync(
                async db =>
                {
                    var ids = await filter.Apply(db.Bounces, db).Where(row => row.Id <= last).OrderBy(row => row.Id).Select(row => row.Id).Take(Slice).ToArrayAsync(cancellationToken);
                    await DeleteAsync(db, ids, cancellationToken);
                    return ids.Length;
                },
                cancellationToken);
            deleted += count;
            if (count < Slice)
            {
                return deleted;
            }
        }
    }

    /// <summary>Deletes a person's rows inside the caller's transaction.</summary>
    internal static async Task DeleteOfAsync(ListmonkDbContext db, int subscriberId, CancellationToken cancellationToken)
    {
        var ids = await db.Bounces.Where(row => row.SubscriberId == subscriberId).Select(row => row.Id).ToArrayAsync(cancellationToken);
        foreach (var slice in ids.Chunk(Slice))
        {
            await DeleteAsync(db, slice, cancellationToken);
        }
    }

    /// <summary>Blocklists everybody with a bounce that is not our own fault, and ends their subscriptions.</summary>
    public async Task<Outcome> BlocklistAllAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var after = 0;
        while (true)
        {
            var last = await databases.WriteAsync(
                async db =>
                {
                    var ids = await db.Bounces.Where(row => row.SubscriberId > after && row.Type != BounceType.Policy)
                        .Select(row => row.SubscriberId).Distinct().OrderBy(id => id).Take(Slice).ToArrayAsync(cancellationToken);
                    await db.Subscriptions.Where(row => EF.Parameter(ids).Contains(row.SubscriberId) && row.Status != SubscriptionStatus.Unsubscribed)
                        .ExecuteUpdateAsync(row => row.SetProperty(one => one.Status, SubscriptionStatus.Unsubscribed).SetProperty(one => one.UpdatedAt, now), cancellationToken);
                    await db.Subscribers.Where(row => EF.Parameter(ids).Contains(row.Id) && row.Status != SubscriberStatus.Blocklisted)
                        .ExecuteUpdateAsync(row => row.SetProperty(person => person.Status, SubscriberStatus.Blocklisted).SetProperty(person => person.UpdatedAt, now), cancellationToken);
                    return ids.Length < Slice ? 0 : ids[^1];
                },
                cancellationToken);
            if (last == 0)
            {
                return Outcome.Ok;
            }

            after = last;
        }
    }

    /// <summary>Gives the person back what this bounce took; the bounce itself stays on record.</summary>
    public async Task<Outcome> UndoAsync(int id, CancellationToken cancellationToken) =>
        await databases.WriteAsync<Outcome>(
            async db =>
            {
                var bounce = await db.Bounces.FirstOrDefaultAsync(row => row.Id == id, cancellationToken);
                if (bounce is null)
                {
                    return Outcome.NotFound("Bounce not found");
                }

                if (bounce.Undo is null)
                {
                    return Outcome.Conflict("This bounce did nothing that could be taken back.");
                }

                await BounceActions.UndoAsync(db, bounce, clock.GetUtcNow(), cancellationToken);
                return Outcome.Ok;
            },
            cancellationToken);

    private static async Task DeleteAsync(ListmonkDbContext db, int[] ids, CancellationToken cancellationToken)
    {
        var counts = await db.Bounces.Where(row => EF.Parameter(ids).Contains(row.Id) && row.CampaignId != null)
            .GroupBy(row => row.CampaignId).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken);
        foreach (var count in counts)
        {
            await db.Campaigns.Where(row => row.Id == count.Key)
                .ExecuteUpdateAsync(row => row.SetProperty(campaign => campaign.Bounces, campaign => campaign.Bounces < count.Count ? 0 : campaign.Bounces - count.Count), cancellationToken);
        }

        await db.Bounces.Where(row => EF.Parameter(ids).Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
    }
}
