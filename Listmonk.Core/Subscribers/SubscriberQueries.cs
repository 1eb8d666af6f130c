using System.Runtime.CompilerServices;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Searching;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers;

/// <summary>Reads people, within what the account may see.</summary>
public sealed class SubscriberQueries(IDbContextFactory<ListmonkDbContext> databases, SettingsStore settings, TimeProvider clock)
{
    /// <summary>Ids passed to the database at once.</summary>
    private const int Batch = 1000;

    private const int MaxExportedHits = 20_000;
    private const int MaxBounces = 1000;

    private const int AttributeSample = 1000;

    private const int MaxAttributeKeys = 60;

    private readonly SubscriberScan _scan = new(databases);

    public async Task<Outcome<PagedList<SubscriberItem>>> PageAsync(
        SubscriberFilter filter, PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var matching = await SubscriberScope.MatchAsync(db, filter, actor, clock.GetUtcNow(), cancellationToken);
        if (!matching.IsOk)
        {
            return Outcome<PagedList<SubscriberItem>>.From(matching);
        }

        var scope = await SubscriberScope.ApplyAsync(db, filter, matching.Value, actor, cancellationToken);
        if (!scope.IsOk)
        {
            return Outcome<PagedList<SubscriberItem>>.From(scope);
        }

        int total;
        List<int> ids;
        if (SubscriberScope.ReadsEverybody(filter, matching.Value, actor))
        {
            var found = await _scan.RunAsync(other => SubscriberScope.Matching(other, filter, matching.Value), IsById(page) && page.Ascending, cancellationToken);
            (total, ids) = (found.Total, await IdsAsync(db, found, scope.Value, page, cancellationToken));
        }
        else
        {
            total = await CountAsync(db, scope.Value, filter, actor, cancellationToken);
            ids = await IdsAsync(db, scope.Value, filter, page, actor, cancellationToken);
        }

        return new PagedList<SubscriberItem>(await LoadAsync(db, ids, actor, cancellationToken), total, page);
    }

    public async Task<Outcome<int>> CountAsync(SubscriberFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var matching = await SubscriberScope.MatchAsync(db, filter, actor, clock.GetUtcNow(), cancellationToken);
        if (!matching.IsOk)
        {
            return Outcome<int>.From(matching);
        }

        if (SubscriberScope.ReadsEverybody(filter, matching.Value, actor))
        {
            return (await _scan.RunAsync(other => SubscriberScope.Matching(other, filter, matching.Value), ascending: true, cancellationToken)).Total;
        }

        var scope = await SubscriberScope.ApplyAsync(db, filter, matching.Value, actor, cancellationToken);
        return scope.IsOk ? await CountAsync(db, scope.Value, filter, actor, cancellationToken) : Outcome<int>.From(scope);
    }

    /// <summary>Attribute keys that occur among the people added last, the most frequent first; none for an account that sees no subscribers.</summary>
    public async Task<IReadOnlyList<string>> AttributeKeysAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.CanAny("subscribers:get_all", "subscribers:get"))
        {
            return [];
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var objects = await db.Subscribers.AsNoTracking().OrderByDescending(person => person.Id).Take(AttributeSample)
            .Select(person => person.Attributes).ToListAsync(cancellationToken);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var json in objects.Where(json => json.Length > 2))
        {
            using var document = JsonDocument.Parse(json);
            foreach (var attribute in document.RootElement.EnumerateObject())
            {
                counts[attribute.Name] = counts.GetValueOrDefault(attribute.Name) + 1;
            }
        }

        return [.. counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Take(MaxAttributeKeys).Select(count => count.Key)];
    }

    public async Task<Outcome<SubscriberItem>> FindAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await LoadAsync(db, [id], actor, cancellationToken);
        if (found.Count == 0)
        {
            return NotFound<SubscriberItem>(id);
        }

        return SubscriberScope.SeesEverybody(actor) || found[0].Lists.Any(list => !list.IsRestricted)
            ? found[0]
            : Outcome<SubscriberItem>.Forbidden($"Permission denied: subscriber: {id}");
    }

    /// <summary>What the person opened and clicked; empty unless individual tracking was on.</summary>
    public async Task<Outcome<SubscriberActivity>> ActivityAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        var person = await FindAsync(id, actor, cancellationToken);
        if (!person.IsOk)
        {
            return Outcome<SubscriberActivity>.From(person);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var views = await db.CampaignReaders.AsNoTracking()
            .Where(reader => reader.SubscriberId == id && reader.Opens > 0)
            .Join(db.Campaigns, reader => reader.CampaignId, campaign => campaign.Id, (reader, campaign) => new { reader, campaign })
            .OrderByDescending(row => row.reader.LastOpenAt)
            .Select(row => new ViewedCampaign(row.campaign.Id, row.campaign.Uuid, row.campaign.Name, row.campaign.Subject, row.reader.Opens, row.reader.LastOpenAt))
            .ToListAsync(cancellationToken);
        var clicks = await db.TrackingHits.AsNoTracking()
            .Where(hit => hit.SubscriberId == id && hit.Kind == HitKind.Click && hit.LinkId != null)
            .GroupBy(hit => new { hit.CampaignId, hit.LinkId })
            .Select(group => new { group.Key.CampaignId, group.Key.LinkId, Count = group.Count(), Last = group.Max(hit => hit.At) })
            .Join(db.Links, click => click.LinkId, link => link.Id, (click, link) => new { click, link })
            .Join(db.Campaigns, row => row.click.CampaignId, campaign => campaign.Id, (row, campaign) => new { row.click, row.link, campaign })
            .Select(row => new ClickedLink(
                row.link.Id, row.link.Uuid, row.link.Url, row.campaign.Id, row.campaign.Uuid, row.campaign.Name, row.campaign.Subject, row.click.Count, row.click.Last))
            .ToListAsync(cancellationToken);
        return new SubscriberActivity(views, [.. clicks.OrderByDescending(click => click.LastClickedAt)]);
    }

    /// <summary>Everything kept about the person, limited to the parts that the installation hands out.</summary>
    public async Task<Outcome<SubscriberExport>> ExportAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        var person = await FindAsync(id, actor, cancellationToken);
        if (!person.IsOk)
        {
            return Outcome<SubscriberExport>.From(person);
        }

        var activity = (await ActivityAsync(id, Actor.System, cancellationToken)).Value;
        var parts = settings.Current.Privacy.Exportable;
        return new SubscriberExport
        {
            Profile = parts.Contains("profile", StringComparer.Ordinal) ? person.Value : null,
            Subscriptions = parts.Contains("subscriptions", StringComparer.Ordinal) ? person.Value.Lists : null,
            Views = parts.Contains("campaign_views", StringComparer.Ordinal) ? activity.Views : null,
            Clicks = parts.Contains("link_clicks", StringComparer.Ordinal) ? activity.Clicks : null,
            Hits = await HitsAsync(id, parts.Contains("campaign_views", StringComparer.Ordinal), parts.Contains("link_clicks", StringComparer.Ordinal), cancellationToken),
            Consents = parts.Contains("profile", StringComparer.Ordinal) ? await ConsentsAsync(id, cancellationToken) : [],
            Departures = parts.Contains("subscriptions", StringComparer.Ordinal) ? await DeparturesAsync(id, cancellationToken) : [],
        };
    }

    private async Task<IReadOnlyList<ExportedDeparture>> DeparturesAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.CampaignUnsubscribes.AsNoTracking().Where(row => row.SubscriberId == id).OrderByDescending(row => row.Id)
            .Join(db.Campaigns, row => row.CampaignId, campaign => campaign.Id, (row, campaign) => new ExportedDeparture(campaign.Subject, row.Reason, row.Comment, row.At))
            .ToListAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<ExportedHit>> HitsAsync(int id, bool opens, bool clicks, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.TrackingHits.AsNoTracking()
            .Where(hit => hit.SubscriberId == id && ((opens && hit.Kind == HitKind.Open) || (clicks && hit.Kind == HitKind.Click)))
            .OrderByDescending(hit => hit.Id)
            .Take(MaxExportedHits)
            .Select(hit => new ExportedHit(
                hit.Kind, hit.At,
                db.Campaigns.Where(campaign => campaign.Id == hit.CampaignId).Select(campaign => campaign.Subject).First(),
                db.Links.Where(link => link.Id == hit.LinkId).Select(link => link.Url).FirstOrDefault(),
                hit.Verdict, hit.Reason, hit.AgentClass,
                db.HitAgents.Where(agent => agent.Id == hit.AgentId).Select(agent => agent.Agent).FirstOrDefault(),
                hit.Network))
            .ToListAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<ExportedConsent>> ConsentsAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Consents.AsNoTracking().Where(consent => consent.SubscriberId == id).OrderByDescending(consent => consent.Id)
            .Select(consent => new ExportedConsent(consent.Level, consent.Source, consent.Text, consent.CreatedAt)).ToListAsync(cancellationToken);
    }

    /// <summary>The person's newest bounces, at most 1,000.</summary>
    public async Task<Outcome<IReadOnlyList<SubscriberBounce>>> BouncesAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        var person = await FindAsync(id, actor, cancellationToken);
        if (!person.IsOk)
        {
            return Outcome<IReadOnlyList<SubscriberBounce>>.From(person);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        IReadOnlyList<SubscriberBounce> bounces = await db.Bounces.AsNoTracking()
            .Where(bounce => bounce.SubscriberId == id)
            .OrderByDescending(bounce => bounce.CreatedAt)
            .Take(MaxBounces)
            .Select(bounce => new SubscriberBounce(
                bounce.Id, bounce.Type, bounce.Source, bounce.Meta, bounce.CreatedAt, bounce.CampaignId,
                db.Campaigns.Where(campaign => campaign.Id == bounce.CampaignId).Select(campaign => campaign.Name).FirstOrDefault()))
            .ToListAsync(cancellationToken);
        return Outcome.Of(bounces);
    }

    /// <summary>The first few matches by id, without their lists and without counting the rest.</summary>
    public async Task<IReadOnlyList<SubscriberItem>> FirstAsync(SubscriberFilter filter, int count, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var scope = await SubscriberScope.ApplyAsync(db, filter, actor, clock.GetUtcNow(), cancellationToken);
        return scope.IsOk ? await Project(scope.Value.OrderBy(person => person.Id).Take(count)).ToListAsync(cancellationToken) : [];
    }

    /// <summary>Whether the selection may be streamed; asked before the first byte goes out.</summary>
    public async Task<Outcome> CanStreamAsync(SubscriberFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await SubscriberScope.ApplyAsync(db, filter, actor, clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>All matches by ascending id, read in batches by key, without their lists.</summary>
    public async IAsyncEnumerable<SubscriberItem> StreamAsync(
        SubscriberFilter filter, IReadOnlyCollection<int>? ids, Actor actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = 0;
        while (true)
        {
            List<SubscriberItem> batch;
            await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            {
                var scope = await SubscriberScope.ApplyAsync(db, filter, actor, clock.GetUtcNow(), cancellationToken);
                if (!scope.IsOk)
                {
                    yield break;
                }

                var people = scope.Value.Where(person => person.Id > last);
                if (ids is not null)
                {
                    people = people.Where(person => EF.Parameter(ids).Contains(person.Id));
                }

                batch = await Project(people.OrderBy(person => person.Id).Take(Batch)).ToListAsync(cancellationToken);
            }

            foreach (var person in batch)
            {
                yield return person;
            }

            if (batch.Count < Batch)
            {
                yield break;
            }

            last = batch[^1].Id;
        }
    }

    internal static Outcome<T> NotFound<T>(int id) => Outcome<T>.NotFound($"Subscriber ({id}: ) not found");

    /// <summary>Loads people with their subscriptions, in the order of the ids; lists that the account may not read are masked.</summary>
    internal static async Task<List<SubscriberItem>> LoadAsync(
        ListmonkDbContext db, IReadOnlyList<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        var people = new Dictionary<int, SubscriberItem>(ids.Count);
        var subscriptions = new Dictionary<int, List<SubscriptionItem>>();
        foreach (var batch in ids.Chunk(Batch))
        {
            await foreach (var person in Project(db.Subscribers.AsNoTracking().Where(person => EF.Parameter(batch).Contains(person.Id)))
                               .AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                people[person.Id] = person;
            }

            var rows = await db.Subscriptions.AsNoTracking().Include(row => row.List)
                .Where(row => EF.Parameter(batch).Contains(row.SubscriberId))
                .ToListAsync(cancellationToken);
            foreach (var row in rows.OrderBy(row => row.ListId))
            {
                if (!subscriptions.TryGetValue(row.SubscriberId, out var list))
                {
                    subscriptions[row.SubscriberId] = list = [];
                }

                list.Add(ToItem(row, actor));
            }
        }

        return
        [
            .. ids.Where(people.ContainsKey)
                .Select(id => people[id] with { Lists = subscriptions.GetValueOrDefault(id, []) }),
        ];
    }

    private static SubscriptionItem ToItem(Subscription row, Actor actor)
    {
        var list = ListItem.From(row.List!, null);
        var isRestricted = !actor.CanReadList(row.ListId);
        return new SubscriptionItem
        {
            SubscriberId = row.SubscriberId,
            Status = row.Status,
            Meta = row.Meta,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            List = isRestricted ? list with { Name = SubscriptionItem.HiddenName, Description = "", Tags = [] } : list,
            IsRestricted = isRestricted,
        };
    }

    private static IQueryable<SubscriberItem> Project(IQueryable<Subscriber> people) => people.Select(person => new SubscriberItem
    {
        Id = person.Id,
        Uuid = person.Uuid,
        Email = person.Email,
        Name = person.Name,
        Attributes = person.Attributes,
        Status = person.Status,
        CreatedAt = person.CreatedAt,
        UpdatedAt = person.UpdatedAt,
    });

    private static Task<int> CountAsync(
        ListmonkDbContext db, IQueryable<Subscriber> people, SubscriberFilter filter, Actor actor, CancellationToken cancellationToken)
    {
        // One list and nothing else: its index alone has the answer.
        if (!filter.HasCondition && filter.Status is null && filter.ListIds.Count == 1 && actor.CanReadList(filter.ListIds[0]))
        {
            return SubscriberScope.Memberships(db, filter.ListIds, filter.SubscriptionStatus).CountAsync(cancellationToken);
        }

        return IsForIndexAlone(filter, actor) && SubscriberSearch.For(db.Dialect).Count(SubscriberSearch.Words(filter.Search)) is { } count
            ? count.ScalarAsync(db, cancellationToken)
            : people.CountAsync(cancellationToken);
    }

    /// <summary>Words and nothing else: the index of the search may have the answer.</summary>
    private static bool IsForIndexAlone(SubscriberFilter filter, Actor actor) => filter.IsSearchAlone && SubscriberScope.SeesEverybody(actor);

    private static Task<List<int>> IdsAsync(
        ListmonkDbContext db, IQueryable<Subscriber> people, SubscriberFilter filter, PageRequest page, Actor actor, CancellationToken cancellationToken) =>
        IsById(page) && IsForIndexAlone(filter, actor)
            && SubscriberSearch.For(db.Dialect).Ids(SubscriberSearch.Words(filter.Search), page.Ascending, page.Skip, page.Take) is { } ids
            ? ids.NumbersAsync(db, cancellationToken)
            : IdsAsync(people, page, cancellationToken);

    /// <summary>The page's ids: of those found when they reach as far, else as the database orders them.</summary>
    private static Task<List<int>> IdsAsync(
        ListmonkDbContext db, SubscriberScan.Found found, IQueryable<Subscriber> people, PageRequest page, CancellationToken cancellationToken)
    {
        if (IsById(page) && (found.HasAll || (long)page.Skip + page.Take <= found.First.Count))
        {
            return Task.FromResult(found.First.Skip(page.Skip).Take(page.Take).ToList());
        }

        return IdsAsync(found.HasAll ? db.Subscribers.AsNoTracking().Where(person => EF.Parameter(found.First).Contains(person.Id)) : people, page, cancellationToken);
    }

    /// <remarks>Ids first: they come from an index, and only the page's rows are read whole.</remarks>
    private static Task<List<int>> IdsAsync(IQueryable<Subscriber> people, PageRequest page, CancellationToken cancellationToken) =>
        Ordered(people, page).Select(person => person.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);

    private static bool IsById(PageRequest page) => page.OrderBy is not ("email" or "name" or "status" or "created_at" or "updated_at");

    private static IQueryable<Subscriber> Ordered(IQueryable<Subscriber> people, PageRequest page) => (page.OrderBy, page.Ascending) switch
    {
        ("email", true) => people.OrderBy(person => person.Email),
        ("email", false) => people.OrderByDescending(person => person.Email),
        ("name", true) => people.OrderBy(person => person.Name).ThenBy(person => person.Id),
        ("name", false) => people.OrderByDescending(person => person.Name).ThenByDescending(person => person.Id),
        ("status", true) => people.OrderBy(person => person.Status).ThenBy(person => person.Id),
        ("status", false) => people.OrderByDescending(person => person.Status).ThenByDescending(person => person.Id),
        ("created_at", true) => people.OrderBy(person => person.CreatedAt).ThenBy(person => person.Id),
        ("created_at", false) => people.OrderByDescending(person => person.CreatedAt).ThenByDescending(person => person.Id),
        ("updated_at", true) => people.OrderBy(person => person.UpdatedAt).ThenBy(person => person.Id),
        ("updated_at", false) => people.OrderByDescending(person => person.UpdatedAt).ThenByDescending(person => person.Id),
        (_, true) => people.OrderBy(person => person.Id),
        _ => people.OrderByDescending(person => person.Id),
    };
}
