using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscriberQueriesTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_person_on_several_chosen_lists_is_shown_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (a, b) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [a.Id, b.Id] });
        var page = await PageAsync(database, new SubscriberFilter { ListIds = [a.Id, b.Id] });
        Assert.Equal((1, 1), (page.Total, page.Results.Count));
        Assert.Equal(0, (await PageAsync(database, new SubscriberFilter { ListIds = [a.Id], SubscriptionStatus = SubscriptionStatus.Confirmed })).Total);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Search_takes_words_literally_in_any_case(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a+b@x.org", Name = "Ann (Lee)" });
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "c@x.org", Name = "Carl Lee" });
        foreach (var (search, count) in new[] { ("a+b@X.org", 1), ("(lee", 1), ("LEE", 2), ("lee carl", 1), ("%", 0), ("x.org nobody", 0) })
        {
            Assert.Equal((search, count), (search, (await PageAsync(database, new SubscriberFilter { Search = search })).Total));
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_newest_come_first_and_a_page_past_the_end_knows_the_total(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        foreach (var letter in "bca")
        {
            await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = $"{letter}@x.org" });
        }

        Assert.Equal(["a@x.org", "c@x.org", "b@x.org"], (await PageAsync(database, new SubscriberFilter())).Results.Select(person => person.Email));
        var sorted = await database.Get<SubscriberQueries>().PageAsync(
            new SubscriberFilter(), new PageRequest { OrderBy = "email", Ascending = true, PerPage = 2, Page = 2 }, Actor.System, default);
        Assert.Equal(["c@x.org"], sorted.Value.Results.Select(person => person.Email));
        var past = await database.Get<SubscriberQueries>().PageAsync(new SubscriberFilter(), new PageRequest { Page = 9 }, Actor.System, default);
        Assert.Equal((0, 3), (past.Value.Results.Count, past.Value.Total));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Activity_names_campaigns_and_links_with_their_counts(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var person = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org" });
        var campaign = new Campaign { Name = "C", Subject = "S", Uuid = Guid.NewGuid() };
        var link = new TrackedLink { Uuid = Guid.NewGuid(), Url = "https://x.org/p", UrlHash = "h" };
        await database.AddAsync(campaign, link);
        var at = database.Clock.GetUtcNow();
        await database.AddAsync(
            new CampaignReader { CampaignId = campaign.Id, SubscriberId = person.Id, Opens = 2, LastOpenAt = at },
            new TrackingHit { CampaignId = campaign.Id, SubscriberId = person.Id, LinkId = link.Id, Kind = HitKind.Click, At = at },
            new TrackingHit { CampaignId = campaign.Id, SubscriberId = person.Id, LinkId = link.Id, Kind = HitKind.Click, At = at.AddMinutes(1) });
        var activity = (await database.Get<SubscriberQueries>().ActivityAsync(person.Id, Actor.System, default)).Value;
        Assert.Equal(("C", 2), (activity.Views[0].Name, activity.Views[0].ViewCount));
        var click = Assert.Single(activity.Clicks);
        Assert.Equal((link.Uuid, "https://x.org/p", 2, at.AddMinutes(1)), (click.LinkUuid, click.Url, click.ClickCount, click.LastClickedAt));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_stream_has_everybody_once_by_id(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync([.. Enumerable.Range(0, 2100).Select(number => (object)new Subscriber { Uuid = Guid.NewGuid(), Email = $"p{number}@x.org" })]);
        var ids = new List<int>();
        await foreach (var person in database.Get<SubscriberQueries>().StreamAsync(new SubscriberFilter(), null, Actor.System, default))
        {
            ids.Add(person.Id);
        }

        Assert.Equal(2100, ids.Count);
        Assert.Equal(ids.Order().Distinct(), ids);
    }

    private static async Task<PagedList<SubscriberItem>> PageAsync(TestDatabase database, SubscriberFilter filter) =>
        (await database.Get<SubscriberQueries>().PageAsync(filter, new PageRequest(), Actor.System, default)).Value;
}
