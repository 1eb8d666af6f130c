using System.Text.Json;
using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Duplicates;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Subscribers.Hygiene;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers.Duplicates;

public sealed class MergeServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_kept_person_has_everything_and_a_no_stays_a_no(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (a, b, c) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"), await ListServiceTests.CreateAsync(database, "C"));
        var kept = await SubscriberServiceTests.CreateAsync(
            database, new SubscriberDraft { Email = "ann@gmail.com", Name = "Ann", Attributes = """{"city":"Pune"}""", ListIds = [a.Id, b.Id], IsPreconfirmed = true });
        var other = await SubscriberServiceTests.CreateAsync(
            database, new SubscriberDraft { Email = "a.nn@gmail.com", Attributes = """{"city":"Oslo","age":3}""", ListIds = [b.Id, c.Id], Status = SubscriberStatus.Disabled });
        await database.Get<SubscriberService>().ChangeSubscriptionsAsync(
            SubscriberSelection.Of(other.Id), new SubscriptionChange { Action = SubscriptionAction.Unsubscribe, ListIds = [b.Id] }, Actor.System, default);
        var (first, second) = (await AddCampaignAsync(database), await AddCampaignAsync(database));
        var now = database.Clock.GetUtcNow();
        await database.AddAsync(
            new Delivery { CampaignId = first, SubscriberId = kept.Id, Status = DeliveryStatus.Sent },
            new Delivery { CampaignId = first, SubscriberId = other.Id, Status = DeliveryStatus.Sent },
            new Delivery { CampaignId = second, SubscriberId = other.Id, Status = DeliveryStatus.Sent },
            new Bounce { SubscriberId = other.Id, CampaignId = second, Type = BounceType.Soft, Source = "test", CreatedAt = now },
            new Consent { SubscriberId = other.Id, Level = TrackingLevel.Off, Source = "api", CreatedAt = now });
        await database.WriteAsync(db => db.Subscribers.Where(person => person.Id == other.Id).ExecuteUpdateAsync(set => set.SetProperty(person => person.TrackingLevel, TrackingLevel.Off)));
        await HygieneScanTests.ScanAsync(database, 6, 5);
        var group = Assert.Single((await database.Get<DuplicateQueries>().PageAsync(new PageRequest(), Actor.System, default)).Results);
        Assert.Equal([other.Id, kept.Id], group.People.Select(one => one.Person.Id));

        Assert.True((await database.Get<MergeService>().MergeAsync(kept.Id, [other.Id], Actor.System, default)).IsOk);

        var person = await database.ReadAsync(db => db.Subscribers.AsNoTracking().Include(one => one.Subscriptions).SingleAsync());
        Assert.Equal((kept.Id, "ann@gmail.com", "Ann", SubscriberStatus.Disabled, TrackingLevel.Off), (person.Id, person.Email, person.Name, person.Status, person.TrackingLevel));
        using (var attributes = JsonDocument.Parse(person.Attributes))
        {
            Assert.Equal(("Pune", 3), (attributes.RootElement.GetProperty("city").GetString(), attributes.RootElement.GetProperty("age").GetInt32()));
        }

        Assert.Equal(
            [(a.Id, SubscriptionStatus.Confirmed), (b.Id, SubscriptionStatus.Unsubscribed), (c.Id, SubscriptionStatus.Unconfirmed)],
            person.Subscriptions.OrderBy(row => row.ListId).Select(row => (row.ListId, row.Status)));
        Assert.Equal(
            [(first, kept.Id), (first, other.Id), (second, kept.Id)],
            await database.ReadAsync(async db => (await db.Deliveries.OrderBy(row => row.CampaignId).ThenBy(row => row.SubscriberId).ToListAsync()).Select(row => (row.CampaignId, row.SubscriberId)).ToList()));
        Assert.Equal((kept.Id, kept.Id), (await database.ReadAsync(db => db.Bounces.Select(row => row.SubscriberId).SingleAsync()), await database.ReadAsync(db => db.Consents.Select(row => row.SubscriberId).SingleAsync())));
        Assert.Equal(0, (await database.Get<DuplicateQueries>().PageAsync(new PageRequest(), Actor.System, default)).Total);
        var store = database.Get<MergedSubscriberStore>();
        Assert.Equal((kept.Id, kept.Uuid), (store.Resolve(other.Id), store.Resolve(other.Uuid)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_figures_are_what_a_recount_of_the_hits_finds(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var kept = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@gmail.com" });
        var other = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a+x@gmail.com" });
        var third = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "b@x.org" });
        var campaigns = new[] { await AddCampaignAsync(database), await AddCampaignAsync(database) };
        var start = database.Clock.GetUtcNow();
        int[] people = [kept.Id, other.Id, third.Id];
        for (var number = 0; number < 60; number++)
        {
            await database.AddAsync(new TrackingHit
            {
                CampaignId = campaigns[number < 40 ? 0 : 1],
                SubscriberId = number >= 40 ? other.Id : people[number * 7 % 5 % 3],
                Kind = number % 3 == 0 ? HitKind.Click : HitKind.Open,
                At = start.AddMinutes(number * 13),
                Verdict = number % 4 < 2 ? HitVerdict.Machine : HitVerdict.Human,
            });
        }

        await CountAsync(database);
        Assert.True((await database.Get<MergeService>().MergeAsync(kept.Id, [other.Id], Actor.System, default)).IsOk);
        var merged = await FiguresAsync(database);
        await CountAsync(database);
        Assert.Equal(await FiguresAsync(database), merged);
        Assert.False(await database.ReadAsync(db => db.CampaignReaders.AnyAsync(row => row.SubscriberId == other.Id)));
        Assert.False(await database.ReadAsync(db => db.TrackingHits.AnyAsync(row => row.SubscriberId == other.Id || row.SubscriberId == null)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_is_merged_twice_is_still_found_and_who_is_being_mailed_waits(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var people = new List<SubscriberItem>();
        foreach (var email in new[] { "a@gmail.com", "a+1@gmail.com", "a+2@gmail.com" })
        {
            people.Add(await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = email }));
        }

        var service = database.Get<MergeService>();
        var campaign = await AddCampaignAsync(database);
        await database.AddAsync(new Delivery { CampaignId = campaign, SubscriberId = people[0].Id, Status = DeliveryStatus.Claimed });
        Assert.Equal(OutcomeKind.Conflict, (await service.MergeAsync(people[1].Id, [people[0].Id], Actor.System, default)).Kind);
        await database.WriteAsync(db => db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, DeliveryStatus.Sent)));
        Assert.True((await service.MergeAsync(people[1].Id, [people[0].Id], Actor.System, default)).IsOk);
        Assert.True((await service.MergeAsync(people[2].Id, [people[1].Id], Actor.System, default)).IsOk);
        var store = database.Get<MergedSubscriberStore>();
        Assert.Equal([people[2].Uuid, people[2].Uuid, people[2].Uuid], people.Select(person => store.Resolve(person.Uuid)));
        Assert.Equal(OutcomeKind.NotFound, (await service.MergeAsync(people[2].Id, [people[0].Id], Actor.System, default)).Kind);
        Assert.Equal(OutcomeKind.Invalid, (await service.MergeAsync(people[2].Id, [people[2].Id], Actor.System, default)).Kind);
        var limited = new Actor { Name = "limited", Permissions = [Permissions.SubscribersManage, Permissions.SubscribersGet] };
        Assert.Equal(OutcomeKind.Forbidden, (await service.MergeAsync(people[2].Id, [people[0].Id], limited, default)).Kind);
    }

    private static async Task<int> AddCampaignAsync(TestDatabase database)
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "C", Subject = "S", CreatedAt = database.Clock.GetUtcNow(), UpdatedAt = database.Clock.GetUtcNow() };
        await database.AddAsync(campaign);
        return campaign.Id;
    }

    /// <summary>Builds all figures anew from the hits.</summary>
    private static Task CountAsync(TestDatabase database) => database.WriteAsync(async db =>
    {
        var figures = new HitFigures();
        foreach (var hit in await db.TrackingHits.AsNoTracking().OrderBy(hit => hit.Id).ToListAsync())
        {
            figures.Add(hit);
        }

        await db.CampaignHours.ExecuteDeleteAsync();
        await db.CampaignReaders.ExecuteDeleteAsync();
        db.AddRange(figures.HourRows());
        db.AddRange(figures.ReaderRows());
        foreach (var (id, sums) in figures.Campaigns)
        {
            var campaign = await db.Campaigns.SingleAsync(row => row.Id == id);
            (campaign.UniqueOpens, campaign.UniqueOpensPeople) = (sums.FirstOpens, sums.FirstOpensPeople);
            (campaign.UniqueClicks, campaign.UniqueClicksPeople) = (sums.FirstClicks, sums.FirstClicksPeople);
        }
    });

    private static async Task<List<string>> FiguresAsync(TestDatabase database)
    {
        var hours = await database.ReadAsync(db => db.CampaignHours.AsNoTracking().OrderBy(row => row.CampaignId).ThenBy(row => row.Hour).ToListAsync());
        var readers = await database.ReadAsync(db => db.CampaignReaders.AsNoTracking().OrderBy(row => row.CampaignId).ThenBy(row => row.SubscriberId).ToListAsync());
        var campaigns = await database.ReadAsync(db => db.Campaigns.AsNoTracking().OrderBy(row => row.Id).ToListAsync());
        return
        [
            .. hours.Select(row => $"{row.CampaignId} {row.Hour:O} {row.Opens} {row.OpensPeople} {row.Clicks} {row.ClicksPeople} {row.FirstOpens} {row.FirstClicks}"),
            .. readers.Select(row => $"{row.CampaignId} {row.SubscriberId} {row.Opens} {row.OpensPeople} {row.Clicks} {row.ClicksPeople} {row.FirstOpenAt:O} {row.LastOpenAt:O} {row.FirstClickAt:O} {row.LastClickAt:O}"),
            .. campaigns.Select(row => $"{row.Id} {row.UniqueOpens} {row.UniqueOpensPeople} {row.UniqueClicks} {row.UniqueClicksPeople}"),
        ];
    }
}
