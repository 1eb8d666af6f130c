using System.Runtime.CompilerServices;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>The people behind a campaign's figures, as far as tracking knows them. People deleted since are missing.</summary>
public sealed class ReactedPeopleQueries(IDbContextFactory<ListmonkDbContext> databases, CampaignReportQueries reports)
{
    private const int Batch = 1000;

    public async Task<Outcome<PagedList<ReactedPerson>>> PageAsync(
        int campaignId, ReactionFilter filter, PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        var report = await reports.FindAsync(campaignId, actor, cancellationToken);
        if (!report.IsOk)
        {
            return Outcome<PagedList<ReactedPerson>>.From(report);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ids = Ids(db, campaignId, filter);
        var total = await ids.CountAsync(cancellationToken);
        var wanted = await ids.OrderBy(id => id).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        return new PagedList<ReactedPerson>(await LoadAsync(db, campaignId, wanted, actor, cancellationToken), total, page);
    }

    /// <summary>All of them by id, read in batches by key. The caller has checked that the campaign may be read.</summary>
    public async IAsyncEnumerable<ReactedPerson> StreamAsync(
        int campaignId, ReactionFilter filter, Actor actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0;
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var last = after;
            var ids = await Ids(db, campaignId, filter).Where(id => id > last).OrderBy(id => id).Take(Batch).ToListAsync(cancellationToken);
            foreach (var person in await LoadAsync(db, campaignId, ids, actor, cancellationToken))
            {
                yield return person;
            }

            if (ids.Count < Batch)
            {
                yield break;
            }

            after = ids[^1];
        }
    }

    private static IQueryable<int> Ids(ListmonkDbContext db, int campaignId, ReactionFilter filter)
    {
        var ids = Reacted(db, campaignId, filter);
        if (filter.Domain is { Length: > 0 } domain)
        {
            var ending = "@" + domain.ToLowerInvariant();
            ids = ids.Where(id => db.Subscribers.Any(person => person.Id == id && person.Email.EndsWith(ending)));
        }

        if (filter.ListId is { } list)
        {
            ids = ids.Where(id => db.Subscriptions.Any(subscription => subscription.SubscriberId == id && subscription.ListId == list));
        }

        if (filter.LinkId is null && filter.Position is null && string.IsNullOrEmpty(filter.Device) && string.IsNullOrEmpty(filter.Client))
        {
            return ids;
        }

        // What one hit tells must stand in the same hit: this link, with that device.
        var hits = db.TrackingHits.Where(hit => hit.CampaignId == campaignId && (filter.All || hit.Verdict == HitVerdict.Human));
        hits = filter.Reaction == Reaction.Clicked ? hits.Where(hit => hit.Kind == HitKind.Click) : hits;
        hits = filter.LinkId is { } link ? hits.Where(hit => hit.LinkId == link) : hits;
        hits = filter.Position is { } position ? hits.Where(hit => hit.Position == position) : hits;
        hits = filter.Device is { Length: > 0 } device ? hits.Where(hit => hit.AgentClass == device) : hits;
        hits = filter.Client is { Length: > 0 } client ? hits.Where(hit => hit.Client == client) : hits;
        // Asked once for all: asked for each person, SQLite walks the campaign's hits each time.
        var seen = hits.Where(hit => hit.SubscriberId != null).Select(hit => hit.SubscriberId!.Value);
        return ids.Where(id => seen.Contains(id));
    }

    private static IQueryable<int> Reacted(ListmonkDbContext db, int campaignId, ReactionFilter filter)
    {
        var readers = db.CampaignReaders.AsNoTracking().Where(reader => reader.CampaignId == campaignId);
        var bounces = db.Bounces.AsNoTracking().Where(bounce => bounce.CampaignId == campaignId);
        return filter.Reaction switch
        {
            Reaction.Opened when filter.All => readers.Where(reader => reader.Opens + reader.ClicksPeople > 0).Select(reader => reader.SubscriberId),
            Reaction.Opened => readers.Where(reader => reader.OpensPeople + reader.ClicksPeople > 0).Select(reader => reader.SubscriberId),
            Reaction.AutoOpened => readers.Where(reader => reader.Opens > 0 && reader.OpensPeople + reader.ClicksPeople == 0).Select(reader => reader.SubscriberId),
            Reaction.NotOpened => db.SilentRecipients(campaignId),
            Reaction.Clicked when filter.All => readers.Where(reader => reader.Clicks > 0).Select(reader => reader.SubscriberId),
            Reaction.Clicked => readers.Where(reader => reader.ClicksPeople > 0).Select(reader => reader.SubscriberId),
            Reaction.Unsubscribed => db.CampaignUnsubscribes.AsNoTracking().Where(row => row.CampaignId == campaignId).Select(row => row.SubscriberId).Distinct(),
            Reaction.Complained => bounces.Where(bounce => bounce.Type == BounceType.Complaint).Select(bounce => bounce.SubscriberId).Distinct(),
            Reaction.Bounced => bounces.Where(bounce => bounce.Type != BounceType.Complaint).Select(bounce => bounce.SubscriberId).Distinct(),
            _ => db.Deliveries.AsNoTracking().Where(delivery => delivery.CampaignId == campaignId && delivery.Status == DeliveryStatus.Sent).Select(delivery => delivery.SubscriberId),
        };
    }

    private static async Task<List<ReactedPerson>> LoadAsync(
        ListmonkDbContext db, int campaignId, List<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        var seesPeople = SubscriberScope.SeesEverybody(actor);
        var people = await db.Subscribers.AsNoTracking().Where(person => EF.Parameter(ids).Contains(person.Id))
            .Select(person => new { person.Id, person.Email, person.Name }).ToDictionaryAsync(person => person.Id, cancellationToken);
        var readers = await db.CampaignReaders.AsNoTracking().Where(reader => reader.CampaignId == campaignId && EF.Parameter(ids).Contains(reader.SubscriberId))
            .ToDictionaryAsync(reader => reader.SubscriberId, cancellationToken);
        return ids.ConvertAll(id =>
        {
            var person = seesPeople ? people.GetValueOrDefault(id) : null;
            var reader = readers.GetValueOrDefault(id);
            return new ReactedPerson
            {
                SubscriberId = id,
                Email = person?.Email,
                Name = person?.Name,
                Opens = reader?.Opens ?? 0,
                OpensPeople = reader?.OpensPeople ?? 0,
                Clicks = reader?.Clicks ?? 0,
                ClicksPeople = reader?.ClicksPeople ?? 0,
                FirstOpenAt = reader?.FirstOpenAt,
                FirstClickAt = reader?.FirstClickAt,
            };
        });
    }
}
