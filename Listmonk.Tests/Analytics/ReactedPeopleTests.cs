using Listmonk.Core;
using Listmonk.Core.Analytics;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Analytics;

public sealed class ReactedPeopleTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Each_figure_of_the_report_is_as_many_people_as_it_lists(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await ReceivedCampaignAsync(database);

        var report = (await database.Get<CampaignReportQueries>().FindAsync(campaign.Id, Actor.System, CancellationToken.None)).Value;

        Assert.Equal((6, 5, 1, 1, 1, 2), (report.Sent, report.Delivered, report.Bounced, report.Complained, report.Unsubscribes, report.Bounces));
        Assert.Equal((1, 1), report.AutoOpened);
        Assert.Equal(report.Delivered, await CountAsync(database, campaign, new ReactionFilter(Reaction.Delivered)));
        Assert.Equal(report.People.UniqueOpens, await CountAsync(database, campaign, new ReactionFilter(Reaction.Opened)));
        Assert.Equal(report.All.UniqueOpens, await CountAsync(database, campaign, new ReactionFilter(Reaction.Opened, All: true)));
        Assert.Equal(report.AutoOpened.Recipients, await CountAsync(database, campaign, new ReactionFilter(Reaction.AutoOpened)));
        Assert.Equal(report.People.UniqueClicks, await CountAsync(database, campaign, new ReactionFilter(Reaction.Clicked)));
        Assert.Equal(report.All.UniqueClicks, await CountAsync(database, campaign, new ReactionFilter(Reaction.Clicked, All: true)));
        Assert.Equal(report.Unsubscribes, await CountAsync(database, campaign, new ReactionFilter(Reaction.Unsubscribed)));
        Assert.Equal(report.Complained, await CountAsync(database, campaign, new ReactionFilter(Reaction.Complained)));
        Assert.Equal(report.Bounced, await CountAsync(database, campaign, new ReactionFilter(Reaction.Bounced)));
        Assert.Equal(report.Delivered - report.People.UniqueOpens, await CountAsync(database, campaign, new ReactionFilter(Reaction.NotOpened)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_list_of_people_is_narrowed_by_link_place_domain_list_device_and_program(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await ReceivedCampaignAsync(database);
        var list = (await database.ReadAsync(db => db.Lists.SingleAsync(list => list.Name == "Readers"))).Id;

        foreach (var (filter, expected) in new (ReactionFilter Filter, int Expected)[]
                 {
                     (new(Reaction.Clicked, LinkId: 7), 1),
                     (new(Reaction.Clicked, LinkId: 8), 0),
                     (new(Reaction.Clicked, All: true, LinkId: 8), 1),
                     (new(Reaction.Clicked, LinkId: 7, Position: 2), 0),
                     (new(Reaction.Opened, Domain: "example.com"), 2),
                     (new(Reaction.Opened, Domain: "ample.com"), 0),
                     (new(Reaction.Opened, ListId: list), 1),
                     (new(Reaction.Opened, Device: "desktop"), 2),
                     (new(Reaction.Opened, Client: "Thunderbird"), 1),
                 })
        {
            Assert.Equal((filter, expected), (filter, await CountAsync(database, campaign, filter)));
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Addresses_are_shown_to_those_who_may_see_everybody_and_the_export_has_all_rows(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await ReceivedCampaignAsync(database);
        var people = database.Get<ReactedPeopleQueries>();

        var page = (await people.PageAsync(campaign.Id, new ReactionFilter(Reaction.Delivered), new PageRequest { PerPage = 2, Page = 2 }, Actor.System, CancellationToken.None)).Value;
        var rows = new List<ReactedPerson>();
        await foreach (var row in people.StreamAsync(campaign.Id, new ReactionFilter(Reaction.Delivered), Actor.Anonymous, CancellationToken.None))
        {
            rows.Add(row);
        }

        Assert.Equal((2, 5), (page.Results.Count, page.Total));
        Assert.All(page.Results, row => Assert.EndsWith("@example.com", row.Email, StringComparison.Ordinal));
        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.Null(row.Email));
        var stranger = await people.PageAsync(campaign.Id, new ReactionFilter(Reaction.Opened), new PageRequest(), Actor.Anonymous, CancellationToken.None);
        Assert.Equal(OutcomeKind.Forbidden, stranger.Kind);
    }

    /// <summary>Six recipients: one reads and clicks, one reads and leaves, one is scanned, one complains, one bounces, one is silent.</summary>
    private static async Task<Campaign> ReceivedCampaignAsync(TestDatabase database)
    {
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var list = new MailingList { Uuid = Guid.NewGuid(), Name = "Readers" };
        await database.AddAsync(list);
        await database.AddAsync(new CampaignList { CampaignId = campaign.Id, ListId = list.Id, ListName = list.Name });
        var people = new List<Subscriber>();
        for (var i = 0; i < 6; i++)
        {
            people.Add(await database.PersonAsync());
            await database.AddAsync(new Delivery
            {
                CampaignId = campaign.Id,
                SubscriberId = people[i].Id,
                Status = i == 4 ? DeliveryStatus.Bounced : DeliveryStatus.Sent,
                ClaimedAt = database.Clock.GetUtcNow(),
                DoneAt = database.Clock.GetUtcNow(),
            });
        }

        await database.AddAsync(
            new Subscription { SubscriberId = people[1].Id, ListId = list.Id, Status = SubscriptionStatus.Confirmed },
            NewBounce(campaign, people[3], BounceType.Complaint),
            NewBounce(campaign, people[4], BounceType.Hard));
        await database.WriteAsync(db => db.Campaigns.Where(row => row.Id == campaign.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sent, 6).SetProperty(row => row.Bounces, 2)));
        var program = TrackingWorld.Person with { Client = "Thunderbird" };
        await database.AppendAsync(
            database.Open(campaign, people[0], program),
            database.Click(campaign, people[0]),
            database.Open(campaign, people[1]),
            database.Open(campaign, people[2], TrackingWorld.Machine),
            database.Click(campaign, people[2], linkId: 8, judgement: TrackingWorld.Machine));
        Assert.True((await database.Get<UnsubscribeService>().UnsubscribeAsync(campaign.Uuid, people[1].Uuid, everything: false, CancellationToken.None)).IsOk);
        return campaign;
    }

    private static Bounce NewBounce(Campaign campaign, Subscriber person, BounceType type) =>
        new() { CampaignId = campaign.Id, SubscriberId = person.Id, Type = type, Source = "api", IsJudged = true };

    private static async Task<int> CountAsync(TestDatabase database, Campaign campaign, ReactionFilter filter)
    {
        var page = await database.Get<ReactedPeopleQueries>().PageAsync(campaign.Id, filter, new PageRequest(), Actor.System, CancellationToken.None);
        Assert.Equal(page.Value.Total, page.Value.Results.Count);
        return page.Value.Total;
    }
}
