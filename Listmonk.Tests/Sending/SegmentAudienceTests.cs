using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

/// <summary>A campaign with a segment reaches the lists' people who match when it goes out, and says so beforehand.</summary>
[Trait("Kind", "Worker")]
public sealed class SegmentAudienceTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Only_those_of_the_lists_who_match_get_the_mail(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(provider);
        await SetServerAsync(database, server.Port);
        // A regular expression needs SQLite's own functions on the engine's connections too.
        var campaign = await GivenSegmentedAsync(database, 12, "attribs->>'city' ~ '^City (2|3|11)$' AND email != 'person3@example.com'");
        await database.AddAsync(NewSubscriber(2000));
        var estimate = await EstimateAsync(database, campaign);
        var sample = await SampleAsync(database, campaign);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        await server.WaitForMailsAsync(2);
        Assert.Equal(["person11@example.com", "person2@example.com"], server.Mails.Select(mail => mail.Recipients[0]).Order(StringComparer.Ordinal));
        Assert.Equal((2, 2), (ended.ToSend, ended.Sent));
        Assert.Equal((2, 10), (estimate.Total, estimate.OutsideSegment));
        Assert.Equal(2, sample);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Who_opened_a_campaign_can_be_the_audience_of_the_next(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(provider);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenSegmentedAsync(
            database, 5, "EXISTS(SELECT 1 FROM campaign_readers WHERE subscriber_id = subscribers.id AND opens_people > 0) AND id NOT IN (SELECT subscriber_id FROM bounces)");
        await database.WriteAsync(async db =>
        {
            var ids = await db.Subscribers.OrderBy(person => person.Id).Select(person => person.Id).ToListAsync();
            db.AddRange(
                new Listmonk.Core.Tracking.CampaignReader { CampaignId = campaign.Id, SubscriberId = ids[0], Opens = 1, OpensPeople = 1 },
                new Listmonk.Core.Tracking.CampaignReader { CampaignId = campaign.Id, SubscriberId = ids[1], Opens = 1, OpensPeople = 0 });
        });

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((1, 1), (ended.ToSend, ended.Sent));
        Assert.Equal("person1@example.com", Assert.Single(server.Mails).Recipients[0]);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_stopped_matching_since_an_old_claim_is_left_out_on_record(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenSegmentedAsync(database, 3, "attribs->>'city' != 'gone'");
        var batch = await TakeAsync(database, await OpenAsync(database, campaign));
        var ledger = database.Get<IDeliveryLedger>();
        await database.WriteAsync(async db => (await db.Subscribers.OrderBy(person => person.Id).FirstAsync()).Attributes = """{"city":"gone"}""");

        Assert.All(await ledger.ReadClaimedAsync(campaign.Id, batch, 10, default), person => Assert.Null(person.LeftOutReason));
        database.Clock.Advance(TimeSpan.FromMinutes(2));
        var people = await ledger.ReadClaimedAsync(campaign.Id, batch, 10, default);

        Assert.Equal([true, false, false], people.Select(person => person.LeftOutReason is not null));
        Assert.Contains("segment", people[0].LeftOutReason, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task When_the_segment_is_gone_nobody_is_mailed_rather_than_everybody(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenSegmentedAsync(database, 3, "true");
        await database.WriteAsync(db => db.Segments.ExecuteDeleteAsync());
        var share = await OpenAsync(database, campaign);

        Assert.Equal(0, (await FindAsync(database, campaign.Id)).ToSend);
        Assert.True((await database.Get<CampaignBatches>().TakeAsync(share, 10, default))!.Value.IsEnd);
        Assert.Empty(await DeliveriesAsync(database, campaign.Id));
        var estimate = await EstimateAsync(database, campaign);
        Assert.Equal((0, true), (estimate.Total, estimate.IsSegmentMissing));
        var listed = await database.ReadAsync(db => db.Campaigns.Include(row => row.Lists).Include(row => row.Media).SingleAsync());
        var report = await database.Get<PreflightService>().CheckAsync(listed, default, default);
        Assert.Contains(report.Findings, finding => finding.Severity == PreflightSeverity.Error && finding.Title.Contains("segment has been deleted", StringComparison.Ordinal));
    }

    private static async Task<Campaign> GivenSegmentedAsync(TestDatabase database, int people, string expression)
    {
        var segment = (await database.Get<SegmentService>().CreateAsync(new SegmentDraft("Segment", "", expression), Actor.System, default)).Value;
        var campaign = NewCampaign();
        campaign.SegmentId = segment.Id;
        return await GivenCampaignAsync(database, people, campaign);
    }

    private static async Task<CampaignAudience> EstimateAsync(TestDatabase database, Campaign campaign) =>
        await database.Get<CampaignQueries>().AudienceAsync(campaign.Type, await ListIdsAsync(database), null, campaign.SegmentId, default);

    private static async Task<int> SampleAsync(TestDatabase database, Campaign campaign) =>
        (await database.Get<AudienceSampleQueries>().PickAsync(campaign.Type, await ListIdsAsync(database), campaign.SegmentId, 100, default)).Count;

    private static Task<List<int>> ListIdsAsync(TestDatabase database) => database.ReadAsync(db => db.Lists.Select(list => list.Id).ToListAsync());
}
