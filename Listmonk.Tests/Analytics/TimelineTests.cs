using Listmonk.Core;
using Listmonk.Core.Analytics.Timeline;
using Listmonk.Core.Audit;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;

namespace Listmonk.Tests.Analytics;

public sealed class TimelineTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Everything_that_is_known_of_a_person_comes_newest_first(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        var stranger = await database.PersonAsync();
        var start = database.Clock.GetUtcNow();
        await database.AddAsync(
            NewDelivery(campaign, person, start.AddMinutes(1)),
            NewDelivery(campaign, stranger, start.AddMinutes(1)),
            new Bounce { CampaignId = campaign.Id, SubscriberId = person.Id, Type = BounceType.Complaint, Source = "api", IsJudged = true, CreatedAt = start.AddMinutes(5) },
            new Consent { SubscriberId = person.Id, Level = TrackingLevel.Anonymous, Source = "preferences", CreatedAt = start.AddMinutes(6) },
            new CampaignUnsubscribe { CampaignId = campaign.Id, SubscriberId = person.Id, At = start.AddMinutes(7) },
            new AuditEntry { At = start.AddMinutes(8), UserName = "ann", Action = "subscriber.update", Entity = "subscriber", EntityId = person.Id, After = """{"status":"disabled"}""" });
        await database.AppendAsync(
            database.Open(campaign, person, TrackingWorld.Machine) with { At = start.AddMinutes(2) },
            database.Open(campaign, person) with { At = start.AddMinutes(3) },
            database.Click(campaign, person) with { At = start.AddMinutes(4) },
            database.Open(campaign, stranger));

        var people = await EntriesAsync(database, person, new TimelineFilter());
        var all = await EntriesAsync(database, person, new TimelineFilter(WithMachines: true));

        Assert.Equal(
            [
                TimelineKind.Changed, TimelineKind.Unsubscribed, TimelineKind.Consent, TimelineKind.Complained, TimelineKind.Clicked, TimelineKind.Opened,
                TimelineKind.Mailed, TimelineKind.Added,
            ],
            people.Select(entry => entry.Kind));
        Assert.Equal((people.Count + 1, 1), (all.Count, all.Count(entry => entry.IsMachine)));
        Assert.Equal(("disabled", "ann"), (people[0].Subject, people[0].Detail));
        Assert.Equal([TimelineKind.Clicked, TimelineKind.Opened], (await EntriesAsync(database, person, new TimelineFilter(TimelineGroup.Reactions))).Select(entry => entry.Kind));
        Assert.Equal([TimelineKind.Mailed], (await EntriesAsync(database, person, new TimelineFilter(TimelineGroup.Mails))).Select(entry => entry.Kind));
        var refused = await database.Get<TimelineQueries>().PageAsync(person.Id, new TimelineFilter(), Actor.Anonymous, CancellationToken.None);
        Assert.Equal(OutcomeKind.Forbidden, refused.Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Pages_neither_miss_nor_repeat_entries_of_the_same_moment(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        var at = database.Clock.GetUtcNow();
        // More at one moment than two pages hold, and some around it.
        await database.AppendAsync([.. Enumerable.Range(0, 80).Select(number => database.Click(campaign, person, linkId: number + 1) with { At = at.AddMinutes(number is < 5 or >= 75 ? number : 10) })]);

        var (seen, after) = (new List<TimelineEntry>(), (string?)null);
        do
        {
            var page = (await database.Get<TimelineQueries>().PageAsync(person.Id, new TimelineFilter(TimelineGroup.Reactions, After: after), Actor.System, CancellationToken.None)).Value;
            Assert.InRange(page.Entries.Count, 1, TimelineQueries.PageSize);
            seen.AddRange(page.Entries);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal((80, 80), (seen.Count, seen.Select(entry => entry.Order).Distinct().Count()));
        Assert.Equal(seen.Select(entry => entry.At).OrderDescending(), seen.Select(entry => entry.At));
    }

    [Fact]
    public void The_score_weighs_clicks_above_opens_and_new_mails_above_old_ones()
    {
        Assert.Null(EngagementScore.Of([]).Value);
        Assert.Equal(100, EngagementScore.Of([(true, true), (false, true)]).Value);
        Assert.Equal(60, EngagementScore.Of([(true, false)]).Value);
        Assert.Equal(0, EngagementScore.Of([(false, false)]).Value);
        // (1 x 1 + 0.9 x 0.6 + 0.81 x 0) / (1 + 0.9 + 0.81)
        Assert.Equal(57, EngagementScore.Of([(true, true), (true, false), (false, false)]).Value);
        Assert.True(EngagementScore.Of([(true, false), (false, false)]).Value > EngagementScore.Of([(false, false), (true, false)]).Value);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_score_is_of_the_persons_own_reactions_and_unknown_where_they_are_not_recorded(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var person = await database.PersonAsync();
        var shy = await database.PersonAsync(TrackingLevel.Anonymous);
        var now = database.Clock.GetUtcNow();
        var (read, scanned, fresh, silent) = (await database.CampaignAsync(), await database.CampaignAsync(), await database.CampaignAsync(), await database.CampaignAsync(TrackingLevel.Anonymous));
        await database.AddAsync(
            NewDelivery(read, person, now.AddDays(-5)),
            NewDelivery(scanned, person, now.AddDays(-4)),
            NewDelivery(silent, person, now.AddDays(-3)),
            NewDelivery(fresh, person, now.AddDays(-1)));
        await database.AppendAsync(
            database.Click(read, person), database.Open(scanned, person, TrackingWorld.Machine), database.Click(scanned, person, judgement: TrackingWorld.Machine));

        var score = (await database.Get<EngagementQueries>().FindAsync(person.Id, Actor.System, CancellationToken.None)).Value;
        var unknown = (await database.Get<EngagementQueries>().FindAsync(shy.Id, Actor.System, CancellationToken.None)).Value;

        // The scanned mail is the newer and worth nothing; the fresh one may still be read, the anonymous one tells nothing.
        Assert.Equal(new EngagementScore { Value = 47, Mails = 2, Opened = 1, Clicked = 1 }, score);
        Assert.Equal(((int?)null, false), (unknown.Value, unknown.IsMeasured));
    }

    private static Delivery NewDelivery(Campaign campaign, Subscriber person, DateTimeOffset at) =>
        new() { CampaignId = campaign.Id, SubscriberId = person.Id, Status = DeliveryStatus.Sent, ClaimedAt = at, DoneAt = at };

    private static async Task<IReadOnlyList<TimelineEntry>> EntriesAsync(TestDatabase database, Subscriber person, TimelineFilter filter) =>
        (await database.Get<TimelineQueries>().PageAsync(person.Id, filter, Actor.System, CancellationToken.None)).Value.Entries;
}
