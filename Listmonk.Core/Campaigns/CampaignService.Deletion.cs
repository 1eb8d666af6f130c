using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Campaigns;

// Removal, with all that is known of a campaign.
public sealed partial class CampaignService
{
    /// <summary>Deletes a campaign with its history; one that is being sent is stopped first.</summary>
    public async Task<Outcome> DeleteAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync<Outcome<bool>>(
            async db =>
            {
                var found = await FindToManageAsync(db, id, actor, cancellationToken);
                return found.IsOk ? found.Value.Cancel(clock.GetUtcNow()).IsOk : Outcome<bool>.From(found);
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            return outcome;
        }

        if (outcome.Value)
        {
            Announce(new CampaignStatusChanged(id, CampaignStatus.Cancelled));
        }

        await DeleteHistoryAsync(id, cancellationToken);
        await databases.WriteAsync(
            db =>
            {
                db.Record(actor, "campaign.delete", "campaign", id, clock.GetUtcNow());
                return db.Campaigns.Where(campaign => campaign.Id == id).ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
        LogDeleted(id, actor.UserId);
        return Outcome.Ok;
    }

    /// <summary>Deletes those of the given campaigns that the actor may manage; the others stay without notice.</summary>
    public async Task<int> DeleteManyAsync(IReadOnlyList<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var id in ids.Distinct())
        {
            deleted += (await DeleteAsync(id, actor, cancellationToken)).IsOk ? 1 : 0;
        }

        return deleted;
    }

    /// <summary>Deletes all that a filter matches and the actor may manage.</summary>
    public async Task<int> DeleteMatchingAsync(CampaignFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ids = await CampaignQueries.Reachable(CampaignQueries.Matching(db, filter), actor).Select(campaign => campaign.Id).ToListAsync(cancellationToken);
        return await DeleteManyAsync(ids, actor, cancellationToken);
    }

    /// <summary>Empties the two big tables slice by slice; the rest goes with the campaign's own row.</summary>
    private async Task DeleteHistoryAsync(int id, CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            deleted = await databases.WriteAsync(
                async db =>
                {
                    var hits = await db.TrackingHits.Where(hit => hit.CampaignId == id).Select(hit => hit.Id).Take(DeletionSlice).ToListAsync(cancellationToken);
                    return await db.TrackingHits.Where(hit => hits.Contains(hit.Id)).ExecuteDeleteAsync(cancellationToken);
                },
                cancellationToken);
        }
        while (deleted > 0);
        do
        {
            deleted = await databases.WriteAsync(
                async db =>
                {
                    var people = await db.Deliveries.Where(delivery => delivery.CampaignId == id).OrderBy(delivery => delivery.SubscriberId)
                        .Select(delivery => delivery.SubscriberId).Take(DeletionSlice).ToListAsync(cancellationToken);
                    var last = people.Count == 0 ? 0 : people[^1];
                    return await db.Deliveries.Where(delivery => delivery.CampaignId == id && delivery.SubscriberId <= last).ExecuteDeleteAsync(cancellationToken);
                },
                cancellationToken);
        }
        while (deleted > 0);
    }
}
