using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Core.Tracking.Review;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Tracking.Review;

public sealed class HitReviewWorkerTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_third_link_within_ten_seconds_takes_back_the_first_two(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await SentAsync(database, ago: TimeSpan.FromHours(1));
        var other = await database.PersonAsync();

        await HitAsync(database, database.Click(campaign, person, 1), database.Click(campaign, other, 1));
        database.Clock.Advance(TimeSpan.FromSeconds(4));
        await HitAsync(database, database.Click(campaign, person, 2), database.Click(campaign, other, 2));
        Assert.All(await database.HitsAsync(), hit => Assert.Equal(HitVerdict.Human, hit.Verdict));
        database.Clock.Advance(TimeSpan.FromSeconds(6));
        await HitAsync(database, database.Click(campaign, person, 3), database.Click(campaign, other, 1));

        foreach (var hit in await database.HitsAsync())
        {
            Assert.Equal(hit.SubscriberId == person.Id ? (HitVerdict.Machine, HitReasons.Burst) : (HitVerdict.Human, ""), (hit.Verdict, hit.Reason));
        }

        var after = await database.ReadAsync(campaign);
        Assert.Equal((6, 3, 2, 1, 1), (after.Clicks, after.ClicksPeople, after.UniqueClicks, after.UniqueClicksPeople, after.UniqueOpensPeople));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_open_right_after_the_delivery_is_a_machine_and_a_later_one_a_person(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await SentAsync(database, ago: TimeSpan.Zero);
        var proxy = new HitJudgement(HitVerdict.Human, "", AgentClasses.Proxy);

        await HitAsync(database, database.Open(campaign, person) with { At = database.Clock.GetUtcNow().AddSeconds(-1) });
        database.Clock.Advance(TimeSpan.FromSeconds(2));
        await HitAsync(database, database.Open(campaign, person));
        database.Clock.Advance(TimeSpan.FromSeconds(30));
        await HitAsync(database, database.Open(campaign, person, proxy));
        Assert.Equal(0, (await database.ReadAsync(campaign)).UniqueOpensPeople);
        database.Clock.Advance(TimeSpan.FromSeconds(30));
        await HitAsync(database, database.Open(campaign, person, proxy));

        Assert.Equal([HitReasons.BeforeDelivery, HitReasons.TooFast, HitReasons.TooFast, ""], (await database.HitsAsync()).Select(hit => hit.Reason));
        var after = await database.ReadAsync(campaign);
        Assert.Equal((4, 1, 1, 1), (after.Views, after.ViewsPeople, after.UniqueOpens, after.UniqueOpensPeople));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_hit_that_overtakes_the_ledger_is_judged_when_its_delivery_is_written(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await SentAsync(database, ago: null);

        await HitAsync(database, database.Open(campaign, person));
        Assert.Equal(HitVerdict.Human, (await database.HitsAsync()).Single().Verdict);
        await database.AddAsync(Delivered(campaign, person, database.Clock.GetUtcNow().AddSeconds(-1)));
        database.Clock.Advance(TimeSpan.FromSeconds(5));
        await database.Get<HitReviewWorker>().WorkAsync(CancellationToken.None);

        Assert.Equal(HitReasons.TooFast, (await database.HitsAsync()).Single().Reason);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_a_crash_left_unlooked_at_is_judged_at_the_next_start(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await SentAsync(database, ago: TimeSpan.FromHours(1));
        await database.AppendAsync(database.Click(campaign, person, 1), database.Click(campaign, person, 2), database.Click(campaign, person, 3));

        await database.Get<HitReviewWorker>().CatchUpAsync(null, CancellationToken.None);

        Assert.All(await database.HitsAsync(), hit => Assert.Equal(HitReasons.Burst, hit.Reason));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Agents_and_networks_are_kept_for_known_people_only(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await SentAsync(database, ago: TimeSpan.FromHours(1));
        var silent = await database.PersonAsync(TrackingLevel.Anonymous);

        await HitAsync(database, With(database.Open(campaign, person)), With(database.Open(campaign, person)), With(database.Open(campaign, silent)));

        var hits = await database.HitsAsync();
        Assert.Equal(hits[0].AgentId, hits[1].AgentId);
        Assert.NotNull(hits[0].AgentId);
        Assert.Equal("198.51.100.0", hits[0].Network);
        Assert.Equal((null, null, null), (hits[2].AgentId, hits[2].Network, hits[2].SubscriberId));
        static ReceivedHit With(ReceivedHit hit) => hit with { Agent = "Mozilla/5.0 (X11) Firefox/140.0", Network = "198.51.100.0" };
    }

    /// <param name="ago">How long ago the mail was delivered; null when the ledger does not say yet.</param>
    private static async Task<(Campaign Campaign, Subscriber Person)> SentAsync(TestDatabase database, TimeSpan? ago)
    {
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        if (ago is { } time)
        {
            await database.AddAsync(Delivered(campaign, person, database.Clock.GetUtcNow() - time));
        }

        return (campaign, person);
    }

    private static Delivery Delivered(Campaign campaign, Subscriber person, DateTimeOffset at) =>
        new() { CampaignId = campaign.Id, SubscriberId = person.Id, Status = DeliveryStatus.Sent, ClaimedAt = at, DoneAt = at };

    private static async Task HitAsync(TestDatabase database, params ReceivedHit[] hits)
    {
        await database.AppendAsync(hits);
        await database.Get<HitReviewWorker>().WorkAsync(CancellationToken.None);
    }
}
