using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Receivers;
using Listmonk.Core.Sending;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Bounces;

/// <summary>How mail fares with each receiver, and when somebody is told.</summary>
public sealed class ReceiverTests : SendingTest
{
    [Theory]
    [InlineData("googlemail.com", "Gmail")]
    [InlineData("yahoo.co.uk", "Yahoo")]
    [InlineData("hotmail.fr", "Outlook")]
    [InlineData("yahoo.example.com", "yahoo.example.com")]
    [InlineData("notgmail.com", "notgmail.com")]
    public void Domains_belong_to_receivers(string domain, string expected) => Assert.Equal(expected, Receiver.Of(domain).Name);

    [Theory]
    [InlineData("gmail.com", 10_000, 7, ComplaintState.Fine)]
    [InlineData("gmail.com", 10_000, 8, ComplaintState.Near)]
    [InlineData("gmail.com", 10_000, 10, ComplaintState.High)]
    [InlineData("gmail.com", 10_000, 30, ComplaintState.Over)]
    [InlineData("yahoo.com", 10_000, 20, ComplaintState.Fine)]
    [InlineData("yahoo.com", 10_000, 24, ComplaintState.Near)]
    [InlineData("yahoo.com", 10_000, 30, ComplaintState.Over)]
    [InlineData("gmail.com", 100, 1, ComplaintState.Fine)]
    [InlineData("example.com", 10, 10, ComplaintState.Fine)]
    [InlineData("gmail.com", 0, 5, ComplaintState.Fine)]
    public void Complaints_are_held_against_the_receivers_limits(string domain, long sent, long complaints, ComplaintState expected) =>
        Assert.Equal(expected, new ReceiverHealth { Receiver = Receiver.Of(domain), Sent = sent, Bounced = 0, Policy = 0, Complaints = complaints }.State);

    [Theory, MemberData(nameof(Providers))]
    public async Task Mails_and_what_came_back_are_counted_for_each_receiver(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var people = await GivenSentAsync(database, ["a@gmail.com", "b@googlemail.com", "c@yahoo.de", "d@small.test"]);
        var recorder = database.Get<BounceRecorder>();
        await recorder.RecordAsync([Report(people[0], BounceType.Hard), Report(people[1], BounceType.Complaint), Report(people[2], BounceType.Policy), Report(people[3], BounceType.Soft)], default);
        var since = database.Clock.GetUtcNow().AddDays(-30);

        await database.Get<ReceiverCounter>().RefreshAsync(since, default);
        var found = (await database.Get<ReceiverQueries>().HealthAsync(since, 10, default)).ToDictionary(health => health.Receiver.Name, StringComparer.Ordinal);

        Assert.Equal((2, 1, 1, 1), (found["Gmail"].Sent, found["Gmail"].Delivered, found["Gmail"].Bounced, found["Gmail"].Complaints));
        Assert.Equal((1, 0, 1), (found["Yahoo"].Sent, found["Yahoo"].Bounced, found["Yahoo"].Policy));
        Assert.Equal(1, found["small.test"].Sent);
        var alert = Assert.Single(await database.Get<ReceiverQueries>().AlertsAsync(default));
        Assert.Equal(("yahoo.de", 1), (alert.Domain, alert.Count));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_campaign_that_is_done_is_counted_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await GivenSentAsync(database, ["a@gmail.com"]);
        var since = database.Clock.GetUtcNow().AddDays(-30);
        await database.Get<ReceiverCounter>().RefreshAsync(since, default);
        await database.WriteAsync(db => db.Set<CampaignReceiver>().ExecuteUpdateAsync(row => row.SetProperty(one => one.Sent, 77)));

        await database.Get<ReceiverCounter>().RefreshAsync(since, default);

        Assert.Equal(77, (await database.Get<ReceiverQueries>().HealthAsync(since, 10, default)).Single().Sent);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Days_of_a_trend_are_the_viewers(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var people = await GivenSentAsync(database, ["a@gmail.com"]);
        var zone = TimeZoneInfo.CreateCustomTimeZone("ahead", TimeSpan.FromHours(14), "ahead", "ahead");
        var now = database.Clock.GetUtcNow();
        await database.Get<BounceRecorder>().RecordAsync([Report(people[0], BounceType.Soft), Report(people[0], BounceType.Soft) with { At = now.AddDays(-2) }, Report(people[0], BounceType.Complaint)], default);

        var trend = await database.Get<BounceTrends>().ReadAsync(BounceTrendKey.Type, 7, 5, zone, default);

        Assert.Equal(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).Date), trend.Days[^1]);
        Assert.Equal(("soft", 2), (trend.Lines[0].Key, trend.Lines[0].Total));
        Assert.Equal([0, 0, 0, 0, 1, 0, 1], trend.Lines[0].Counts);
        Assert.Equal(("gmail.com", 3), (await database.Get<BounceTrends>().ReadAsync(BounceTrendKey.Domain, 7, 5, zone, default)).Lines.Select(line => (line.Key, line.Total)).Single());
    }

    private static BounceReport Report(int person, BounceType type) => new() { Type = type, Source = "api", SubscriberId = person };

    private static async Task<List<int>> GivenSentAsync(TestDatabase database, string[] emails)
    {
        var campaign = await GivenCampaignAsync(database, emails.Length);
        var now = database.Clock.GetUtcNow();
        var ids = await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).Select(person => person.Id).ToListAsync());
        await database.WriteAsync(async db =>
        {
            for (var i = 0; i < ids.Count; i++)
            {
                var (id, email) = (ids[i], emails[i]);
                await db.Subscribers.Where(person => person.Id == id).ExecuteUpdateAsync(row => row.SetProperty(person => person.Email, email));
                db.Deliveries.Add(new Delivery { CampaignId = campaign.Id, SubscriberId = id, Status = DeliveryStatus.Sent, Attempts = 1, ClaimedAt = now, DoneAt = now });
            }

            await db.Campaigns.ExecuteUpdateAsync(row => row.SetProperty(one => one.StartedAt, now.AddHours(-1)).SetProperty(one => one.Sent, ids.Count));
        });
        return ids;
    }
}
