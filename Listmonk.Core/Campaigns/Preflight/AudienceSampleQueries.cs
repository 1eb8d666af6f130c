using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Picks people of a campaign's audience, spread over old and new ones.</summary>
public sealed class AudienceSampleQueries(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    private const int Slices = 4;
    private const int MaxLists = 8;

    /// <summary>
    /// At most <paramref name="size"/> people. Each slice of each list is one short range of an index, so the cost does not grow with the
    /// audience.
    /// </summary>
    public async Task<IReadOnlyList<Subscriber>> PickAsync(
        CampaignType type, IReadOnlyList<int> listIds, int? segmentId, int size, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var lists = await db.Lists.AsNoTracking().Where(list => listIds.Contains(list.Id)).OrderBy(list => list.Id).Take(MaxLists)
            .Select(list => new { list.Id, list.Optin }).ToListAsync(cancellationToken);
        var ranges = lists.SelectMany(list => CampaignAudienceRules.Qualifying(type, list.Optin).Select(status => (list.Id, Status: status))).ToList();
        if (ranges.Count == 0)
        {
            return [];
        }

        var segment = segmentId is { } id ? await SegmentScope.PeopleAsync(db, id, clock.GetUtcNow(), cancellationToken) : null;
        var last = await db.Subscribers.MaxAsync(subscriber => (int?)subscriber.Id, cancellationToken) ?? 0;
        var perSlice = Math.Max(1, size / (ranges.Count * Slices));
        var people = new Dictionary<int, Subscriber>();
        foreach (var (listId, status) in ranges)
        {
            for (var slice = 0; slice < Slices && people.Count < size; slice++)
            {
                var after = (int)((long)last * slice / Slices);
                var members = db.Subscriptions.AsNoTracking()
                    .Where(subscription => subscription.ListId == listId && subscription.Status == status && subscription.SubscriberId > after
                        && subscription.Subscriber!.Status == CampaignAudienceRules.Reachable);
                var found = await (segment is null ? members : members.Where(subscription => segment.Contains(subscription.SubscriberId)))
                    .OrderBy(subscription => subscription.SubscriberId).Take(perSlice)
                    .Select(subscription => subscription.Subscriber!).ToListAsync(cancellationToken);
                foreach (var person in found)
                {
                    people.TryAdd(person.Id, person);
                }
            }
        }

        return [.. people.Values.Take(size)];
    }
}
