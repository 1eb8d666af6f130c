using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Bounces.Parsing;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Bounces;

/// <summary>What bounces do to counters, ledger and people.</summary>
public sealed class BounceRecorderTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task An_event_told_twice_counts_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await GivenSentAsync(database);
        var report = new BounceReport { Type = BounceType.Soft, Source = "ses", SourceKey = "event-1", SubscriberId = person, CampaignId = campaign };

        var outcomes = await Recorder(database).RecordAsync([report, report], default);

        Assert.Equal([BounceOutcome.Recorded, BounceOutcome.Repeated], outcomes);
        Assert.Equal(1, await database.ReadAsync(db => db.Bounces.CountAsync()));
        Assert.Equal(1, await database.ReadAsync(db => db.Campaigns.Where(row => row.Id == campaign).Select(row => row.Bounces).SingleAsync()));
        Assert.Equal(DeliveryStatus.Bounced, await database.ReadAsync(db => db.Deliveries.Where(row => row.CampaignId == campaign && row.SubscriberId == person).Select(row => row.Status).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_hard_bounce_blocks_the_person_and_can_be_taken_back(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true));
        var (campaign, person) = await GivenSentAsync(database);

        await Recorder(database).RecordAsync(new BounceReport { Type = BounceType.Hard, Source = "api", SubscriberId = person, CampaignId = campaign }, default);

        Assert.Equal(SubscriberStatus.Blocklisted, await StatusAsync(database, person));
        Assert.All(await SubscriptionsAsync(database, person), status => Assert.Equal(SubscriptionStatus.Unsubscribed, status));
        var bounce = await database.ReadAsync(db => db.Bounces.SingleAsync());

        Assert.True((await database.Get<BounceService>().UndoAsync(bounce.Id, default)).IsOk);

        Assert.Equal(SubscriberStatus.Enabled, await StatusAsync(database, person));
        Assert.All(await SubscriptionsAsync(database, person), status => Assert.NotEqual(SubscriptionStatus.Unsubscribed, status));
        Assert.False((await database.Get<BounceService>().UndoAsync(bounce.Id, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Our_own_fault_never_counts_against_the_person(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true));
        var (campaign, person) = await GivenSentAsync(database);

        for (var i = 0; i < 5; i++)
        {
            await Recorder(database).RecordAsync(new BounceReport { Type = BounceType.Policy, Source = "api", SubscriberId = person, CampaignId = campaign }, default);
        }

        Assert.Equal(SubscriberStatus.Enabled, await StatusAsync(database, person));
        Assert.All(await SubscriptionsAsync(database, person), status => Assert.NotEqual(SubscriptionStatus.Unsubscribed, status));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Soft_bounces_add_up_within_the_window_only(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true), ("bounce.actions", Actions("unsubscribe")));
        var (_, person) = await GivenSentAsync(database);
        var recorder = Recorder(database);
        var now = database.Clock.GetUtcNow();

        await recorder.RecordAsync(Soft(person, now.AddDays(-40)), default);
        await recorder.RecordAsync(Soft(person, now.AddDays(-2)), default);
        Assert.All(await SubscriptionsAsync(database, person), status => Assert.NotEqual(SubscriptionStatus.Unsubscribed, status));

        await recorder.RecordAsync(Soft(person, now), default);
        Assert.All(await SubscriptionsAsync(database, person), status => Assert.Equal(SubscriptionStatus.Unsubscribed, status));
        Assert.Equal(SubscriberStatus.Enabled, await StatusAsync(database, person));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_mail_that_arrived_between_starts_the_count_anew(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true), ("bounce.actions", Actions("blocklist")));
        var (campaign, person) = await GivenSentAsync(database);
        var now = database.Clock.GetUtcNow();
        await database.WriteAsync(db => db.Deliveries.ExecuteUpdateAsync(row => row.SetProperty(one => one.DoneAt, now.AddDays(-10))));

        await Recorder(database).RecordAsync(Soft(person, now.AddDays(-12)), default);
        await Recorder(database).RecordAsync(Soft(person, now), default);

        Assert.Equal(SubscriberStatus.Enabled, await StatusAsync(database, person));
        Assert.True(campaign > 0);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_signed_return_path_leads_to_campaign_and_person(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await GivenSentAsync(database);
        var address = database.Get<VerpAddress>().Write("bounces@sender.test", campaign, person);
        var mail = BounceMailReader.Read(SampleMails.Bytes($"Return-Path: <>\nFrom: postmaster@old.test\nTo: {address}\nSubject: failure\n\nSorry, I could not deliver your mail. No such mailbox."), default);

        var report = BounceReport.FromMail(mail, mail.Recipients[0], "mailbox", "mail-1", "source")!;

        Assert.Equal(BounceOutcome.Recorded, await Recorder(database).RecordAsync(report, default));
        var bounce = await database.ReadAsync(db => db.Bounces.SingleAsync());
        Assert.Equal((person, campaign, BounceType.Hard, BounceMatchedBy.Token, "user-unknown"), (bounce.SubscriberId, bounce.CampaignId!.Value, bounce.Type, bounce.MatchedBy, bounce.Reason));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_guessed_uuid_without_a_second_fact_hits_nobody(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (_, person) = await GivenSentAsync(database);
        var uuid = await database.ReadAsync(db => db.Subscribers.Where(row => row.Id == person).Select(row => row.Uuid).SingleAsync());
        var mail = BounceMailReader.Read(SampleMails.Report(SampleMails.Block("stranger@reader.test", "5.1.1", "smtp; 550 user unknown"), original: $"From: news@sender.test\nTo: stranger@reader.test\nX-Listmonk-Subscriber: {uuid}\nMessage-ID: <1@sender.test>"), default);

        Assert.Equal(BounceOutcome.Unmatched, await Recorder(database).RecordAsync(BounceReport.FromMail(mail, mail.Recipients[0], "mailbox", "m", "")!, default));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_foreign_message_id_as_long_as_ours_is_no_fault(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await GivenSentAsync(database);
        var mail = BounceMailReader.Read(SampleMails.Report(SampleMails.Block("stranger@reader.test", "5.1.1", "smtp; 550 user unknown"), original: $"From: news@sender.test\nTo: stranger@reader.test\nMessage-ID: <{new string('.', 43)}@sender.test>"), default);

        Assert.Equal(BounceOutcome.Unmatched, await Recorder(database).RecordAsync(BounceReport.FromMail(mail, mail.Recipients[0], "mailbox", "m", "")!, default));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_bounces_takes_them_off_the_campaign(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await GivenSentAsync(database);
        await Recorder(database).RecordAsync([new BounceReport { Type = BounceType.Soft, Source = "a", SubscriberId = person, CampaignId = campaign }, new BounceReport { Type = BounceType.Soft, Source = "b", SubscriberId = person }], default);

        await database.Get<BounceService>().DeleteMatchingAsync(new BounceFilter(), default);

        Assert.Equal(0, await database.ReadAsync(db => db.Bounces.CountAsync()));
        Assert.Equal(0, await database.ReadAsync(db => db.Campaigns.Where(row => row.Id == campaign).Select(row => row.Bounces).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_the_bounces_of_a_person_takes_them_off_the_campaign(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, person) = await GivenSentAsync(database);
        await Recorder(database).RecordAsync(new BounceReport { Type = BounceType.Soft, Source = "a", SubscriberId = person, CampaignId = campaign }, default);

        Assert.True((await database.Get<SubscriberService>().DeleteBouncesAsync(person, Actor.System, default)).IsOk);

        Assert.Equal((0, 0), await database.ReadAsync(async db => (await db.Bounces.CountAsync(), await db.Campaigns.Where(row => row.Id == campaign).Select(row => row.Bounces).SingleAsync())));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Only_what_matches_is_deleted(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (_, person) = await GivenSentAsync(database);
        await Recorder(database).RecordAsync([new BounceReport { Type = BounceType.Soft, Source = "a", SubscriberId = person }, new BounceReport { Type = BounceType.Policy, Source = "b", SubscriberId = person }], default);

        Assert.Equal(1, await database.Get<BounceService>().DeleteMatchingAsync(new BounceFilter { Type = BounceType.Policy, Domain = "EXAMPLE.com", Search = "Person" }, default));

        Assert.Equal("a", await database.ReadAsync(db => db.Bounces.Select(row => row.Source).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_text_is_never_cut_inside_of_a_character(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (_, person) = await GivenSentAsync(database);
        var reading = new RecipientReading { Class = BounceClass.Soft, Reason = BounceReasons.Undefined, Line = new string('x', 499) + "😀", DecidedBy = "\0😀" };

        await Recorder(database).RecordAsync(new BounceReport { Type = BounceType.Soft, Source = "a", SourceKey = new string('k', 299) + "😀", SubscriberId = person, Reading = reading, Content = new string('y', (64 * 1024) - 1) + "😀" }, default);

        var bounce = await database.ReadAsync(db => db.Bounces.SingleAsync());
        Assert.Equal((new string('x', 499), "😀", 299, (64 * 1024) - 1), (bounce.Line, bounce.DecidedBy, bounce.SourceKey!.Length, bounce.Content!.Length));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_report_at_fault_keeps_no_other_of_its_batch_from_being_recorded(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, people) = await GivenSentAsync(database, 3);
        BounceReport[] reports = [.. people.Select((person, index) => new BounceReport { Type = BounceType.Soft, Source = "api", SourceKey = $"key-{index}", SubscriberId = person, CampaignId = campaign })];
        // No database takes a bounce without this.
        reports[1] = reports[1] with { Meta = null! };

        Assert.Equal([BounceOutcome.Recorded, BounceOutcome.Failed, BounceOutcome.Recorded], await Recorder(database).RecordAsync(reports, default));

        Assert.Equal([people[0], people[2]], await database.ReadAsync(db => db.Bounces.OrderBy(row => row.Id).Select(row => row.SubscriberId).ToListAsync()));
        Assert.Equal(2, await CountAsync(database, campaign));
        await Assert.ThrowsAnyAsync<Exception>(() => Recorder(database).RecordAsync(reports[1], default));
        reports[1] = reports[0] with { SourceKey = reports[1].SourceKey, SubscriberId = people[1] };
        Assert.Equal([BounceOutcome.Repeated, BounceOutcome.Recorded, BounceOutcome.Repeated], await Recorder(database).RecordAsync(reports, default));
        Assert.Equal(3, await CountAsync(database, campaign));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Two_bounces_of_a_batch_add_up_and_only_the_second_acts(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true), ("bounce.actions", Actions("blocklist")));
        var (_, people) = await GivenSentAsync(database, 2);
        var now = database.Clock.GetUtcNow();

        await Recorder(database).RecordAsync([Soft(people[0], now), Soft(people[1], now), Soft(people[0], now)], default);

        Assert.Equal((SubscriberStatus.Blocklisted, SubscriberStatus.Enabled), (await StatusAsync(database, people[0]), await StatusAsync(database, people[1])));
        var bounces = await database.ReadAsync(db => db.Bounces.OrderBy(row => row.Id).ToListAsync());
        Assert.Equal([BounceAction.None, BounceAction.None, BounceAction.Blocklist], bounces.Select(bounce => bounce.Action));
        Assert.All(bounces, bounce => Assert.True(bounce.IsJudged));
        Assert.True((await database.Get<BounceService>().UndoAsync(bounces[2].Id, default)).IsOk);
        Assert.All(await SubscriptionsAsync(database, people[0]), status => Assert.NotEqual(SubscriptionStatus.Unsubscribed, status));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_two_bounces_of_a_batch_took_can_be_given_back(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true), ("bounce.actions", Actions("none", "unsubscribe")));
        var (campaign, person) = await GivenSentAsync(database);
        var before = await SubscriptionsAsync(database, person);

        await Recorder(database).RecordAsync(
            [new BounceReport { Type = BounceType.Hard, Source = "api", SubscriberId = person, CampaignId = campaign }, new BounceReport { Type = BounceType.Complaint, Source = "api", SubscriberId = person, CampaignId = campaign }], default);

        Assert.Equal(SubscriberStatus.Blocklisted, await StatusAsync(database, person));
        foreach (var id in await database.ReadAsync(db => db.Bounces.OrderByDescending(row => row.Id).Select(row => row.Id).ToListAsync()))
        {
            Assert.True((await database.Get<BounceService>().UndoAsync(id, default)).IsOk);
        }

        Assert.Equal(SubscriberStatus.Enabled, await StatusAsync(database, person));
        Assert.Equal(before, await SubscriptionsAsync(database, person));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Who_is_deleted_by_one_bounce_of_a_batch_is_nobody_to_the_next(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true), ("bounce.actions", Actions("none", "delete")));
        var (campaign, people) = await GivenSentAsync(database, 2);
        BounceReport Told(int person, BounceType type) => new() { Type = type, Source = "api", SubscriberId = person, CampaignId = campaign };

        var outcomes = await Recorder(database).RecordAsync([Told(people[0], BounceType.Soft), Told(people[0], BounceType.Hard), Told(people[0], BounceType.Policy), Told(people[1], BounceType.Policy)], default);

        Assert.Equal([BounceOutcome.Recorded, BounceOutcome.Recorded, BounceOutcome.Unmatched, BounceOutcome.Recorded], outcomes);
        Assert.Equal([people[1]], await database.ReadAsync(db => db.Subscribers.Select(row => row.Id).ToListAsync()));
        Assert.Equal([people[1]], await database.ReadAsync(db => db.Bounces.Select(row => row.SubscriberId).ToListAsync()));
        Assert.Equal(3, await CountAsync(database, campaign));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Each_report_of_a_batch_is_led_back_by_its_own_trace(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, ids) = await GivenSentAsync(database, 4);
        var people = await database.ReadAsync(db => db.Subscribers.OrderBy(row => row.Id).ToListAsync());
        var uuid = await database.ReadAsync(db => db.Campaigns.Select(row => row.Uuid).SingleAsync());
        var reading = new RecipientReading { Class = BounceClass.Soft, Reason = BounceReasons.Undefined };
        BounceReport Told(MailTrace trace, string? address = null) => new() { Type = BounceType.Soft, Source = "mailbox", Reading = reading with { Recipient = address }, Trace = trace };

        await Recorder(database).RecordAsync(
            [
                Told(new MailTrace { EnvelopeAddresses = [database.Get<VerpAddress>().Write("bounces@sender.test", campaign, ids[0])] }),
                // Passed on to another address; the ledger is the second fact.
                Told(new MailTrace { Campaign = uuid, Subscriber = people[1].Uuid }, "elsewhere@reader.test"),
                Told(new MailTrace { Subscriber = people[2].Uuid }, people[2].Email),
                Told(new MailTrace(), people[3].Email),
            ],
            default);

        Assert.Equal(
            [(ids[0], campaign, BounceMatchedBy.Token), (ids[1], campaign, BounceMatchedBy.Headers), (ids[2], null, BounceMatchedBy.Headers), (ids[3], (int?)campaign, BounceMatchedBy.Address)],
            (await database.ReadAsync(db => db.Bounces.OrderBy(row => row.Id).ToListAsync())).Select(row => (row.SubscriberId, row.CampaignId, row.MatchedBy)));
        Assert.Equal(3, await CountAsync(database, campaign));
        Assert.Equal(3, await database.ReadAsync(db => db.Deliveries.CountAsync(row => row.Status == DeliveryStatus.Bounced)));
    }

    private static object Actions(string soft, string hard = "blocklist") => new { soft = new { count = 2, action = soft }, hard = new { count = 1, action = hard }, complaint = new { count = 1, action = "blocklist" } };

    private static BounceReport Soft(int person, DateTimeOffset at) => new() { Type = BounceType.Soft, Source = "api", SubscriberId = person, At = at };

    private static BounceRecorder Recorder(TestDatabase database) => database.Get<BounceRecorder>();

    private static Task<SubscriberStatus> StatusAsync(TestDatabase database, int person) =>
        database.ReadAsync(db => db.Subscribers.Where(row => row.Id == person).Select(row => row.Status).SingleAsync());

    private static Task<List<SubscriptionStatus>> SubscriptionsAsync(TestDatabase database, int person) =>
        database.ReadAsync(db => db.Subscriptions.Where(row => row.SubscriberId == person).Select(row => row.Status).ToListAsync());

    private static Task<int> CountAsync(TestDatabase database, int campaign) =>
        database.ReadAsync(db => db.Campaigns.Where(row => row.Id == campaign).Select(row => row.Bounces).SingleAsync());

    private static async Task<(int Campaign, int Person)> GivenSentAsync(TestDatabase database)
    {
        var (campaign, people) = await GivenSentAsync(database, 1);
        return (campaign, people[0]);
    }

    private static async Task<(int Campaign, int[] People)> GivenSentAsync(TestDatabase database, int count)
    {
        var campaign = await GivenCampaignAsync(database, count);
        var batch = await TakeAsync(database, await OpenAsync(database, campaign));
        int[] people = [.. (await database.Get<IDeliveryLedger>().ReadClaimedAsync(campaign.Id, batch, 100, default)).Select(recipient => recipient.SubscriberId)];
        await database.Get<IDeliveryLedger>().CompleteAsync(
            [.. people.Select(person => new DeliveryRecord { CampaignId = campaign.Id, SubscriberId = person, Status = DeliveryStatus.Sent, At = database.Clock.GetUtcNow() })], default);
        return (campaign.Id, people);
    }
}
