using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

public sealed class DeliveryLedgerTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Claims_take_everybody_once_in_the_order_of_ids_and_move_the_cursor(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 5);
        var share = await OpenAsync(database, campaign);
        var (ledger, batches) = (database.Get<IDeliveryLedger>(), database.Get<CampaignBatches>());

        var first = await batches.TakeAsync(share, 3, default);
        var claimed = await ledger.ReadClaimedAsync(campaign.Id, AudienceRange.All, 100, default);
        var second = await batches.TakeAsync(share, 3, default);
        var third = await batches.TakeAsync(share, 3, default);

        Assert.Equal(3, claimed.Count);
        Assert.Equal(claimed[^1].SubscriberId, first!.Value.Range.Last);
        Assert.Equal((false, false, true), (first.Value.IsEnd, second!.Value.IsEnd, third!.Value.IsEnd));
        var all = await ledger.ReadClaimedAsync(campaign.Id, AudienceRange.All, 100, default);
        Assert.Equal([1, 2, 3, 4, 5], all.Select(recipient => int.Parse(recipient.Name["Person ".Length..], null)));
        Assert.Equal(all[^1].SubscriberId, (await FindAsync(database, campaign.Id)).LastSubscriberId);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_audience_follows_campaign_type_opt_in_and_status_and_counts_each_person_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (single, twice) = (NewList(), NewList(ListOptin.Double));
        var (regular, optin) = (NewCampaign(), NewCampaign());
        optin.Type = CampaignType.Optin;
        var people = Enumerable.Range(1, 8).Select(number => NewSubscriber(number, number switch
        {
            6 => SubscriberStatus.Blocklisted,
            7 => SubscriberStatus.Disabled,
            _ => SubscriberStatus.Enabled,
        })).ToList();
        await database.AddAsync([single, twice, regular, optin, .. people]);
        await database.AddAsync(
            ListOf(regular, single), ListOf(regular, twice), ListOf(optin, single), ListOf(optin, twice),
            Join(people[0], single, SubscriptionStatus.Unconfirmed),
            Join(people[1], single, SubscriptionStatus.Confirmed), Join(people[1], twice, SubscriptionStatus.Confirmed),
            Join(people[2], single, SubscriptionStatus.Unsubscribed),
            Join(people[3], twice, SubscriptionStatus.Unconfirmed),
            Join(people[4], single, SubscriptionStatus.Unsubscribed), Join(people[4], twice, SubscriptionStatus.Confirmed),
            Join(people[5], single, SubscriptionStatus.Confirmed),
            Join(people[6], single, SubscriptionStatus.Confirmed));

        Assert.Equal([1, 2, 5], await ClaimAllAsync(regular));
        Assert.Equal([4], await ClaimAllAsync(optin));
        Assert.Equal((3, 1), ((await FindAsync(database, regular.Id)).ToSend, (await FindAsync(database, optin.Id)).ToSend));

        async Task<IEnumerable<int>> ClaimAllAsync(Campaign campaign)
        {
            await TakeAsync(database, await OpenAsync(database, campaign));
            var claimed = await database.Get<IDeliveryLedger>().ReadClaimedAsync(campaign.Id, AudienceRange.All, 100, default);
            Assert.All(claimed, recipient => Assert.Null(recipient.LeftOutReason));
            return claimed.Select(recipient => people.FindIndex(person => person.Id == recipient.SubscriberId) + 1);
        }

        static CampaignList ListOf(Campaign campaign, MailingList list) => new() { CampaignId = campaign.Id, ListId = list.Id, ListName = list.Name };
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Counters_grow_by_exactly_the_rows_that_changed(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 4);
        var ids = await ClaimAsync(database, campaign);
        var ledger = database.Get<IDeliveryLedger>();
        DeliveryRecord[] records = [Record(0, DeliveryStatus.Sent), Record(1, DeliveryStatus.Failed), Record(2, DeliveryStatus.Skipped), Record(3, DeliveryStatus.Claimed)];

        var counts = await ledger.CompleteAsync(records, default);
        var repeated = await ledger.CompleteAsync([records[0], records[1], records[2]], default);

        Assert.Equal(new CampaignCounts(campaign.Id, 1, 1, 1), Assert.Single(counts));
        Assert.Empty(repeated);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        var rows = await DeliveriesAsync(database, campaign.Id);
        Assert.Equal([DeliveryStatus.Sent, DeliveryStatus.Failed, DeliveryStatus.Skipped, DeliveryStatus.Claimed], rows.Select(row => row.Status));
        Assert.Equal((250, "Fine", "one", 1), (rows[0].SmtpCode, rows[0].Reply, rows[0].Server, rows[0].Attempts));

        DeliveryRecord Record(int index, DeliveryStatus status) => new()
        {
            CampaignId = campaign.Id,
            SubscriberId = ids[index],
            Status = status,
            At = At,
            Code = status == DeliveryStatus.Sent ? 250 : null,
            Reply = "Fine",
            Server = "one",
        };
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_refused_address_is_recorded_as_a_bounce_with_the_outcome(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 1);
        var ids = await ClaimAsync(database, campaign);

        await database.Get<IDeliveryLedger>().CompleteAsync(
            [new DeliveryRecord { CampaignId = campaign.Id, SubscriberId = ids[0], Status = DeliveryStatus.Failed, At = At, Code = 550, EnhancedStatus = "5.1.1", Reply = "No such user", Refusal = Listmonk.Core.Bounces.Parsing.BounceMailReader.ReadReply("550 5.1.1 No such user", "RCPT", "a@reader.test", null) }],
            default);

        var bounce = await database.ReadAsync(db => db.Bounces.SingleAsync());
        Assert.Equal((ids[0], campaign.Id, BounceType.Hard, "smtp", "5.1.1", "user-unknown", "550 5.1.1 No such user", "reader.test"), (bounce.SubscriberId, bounce.CampaignId!.Value, bounce.Type, bounce.Source, bounce.Status, bounce.Reason, bounce.Line, bounce.Domain));
        Assert.Equal(1, (await FindAsync(database, campaign.Id)).Bounces);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Who_left_or_was_blocked_after_the_claim_is_read_with_the_reason(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 4);
        var ids = await ClaimAsync(database, campaign);
        await database.WriteAsync(async db =>
        {
            await db.Subscriptions.Where(one => one.SubscriberId == ids[0]).ExecuteUpdateAsync(set => set.SetProperty(one => one.Status, SubscriptionStatus.Unsubscribed));
            await db.Subscribers.Where(one => one.Id == ids[1]).ExecuteUpdateAsync(set => set.SetProperty(one => one.Status, SubscriberStatus.Blocklisted));
            await db.Subscribers.Where(one => one.Id == ids[2]).ExecuteDeleteAsync();
        });

        var claimed = await database.Get<IDeliveryLedger>().ReadClaimedAsync(campaign.Id, AudienceRange.All, 100, default);

        Assert.Equal([true, true, true, false], claimed.Select(recipient => recipient.LeftOutReason is not null));
        Assert.NotNull((await database.Get<IDeliveryLedger>().ReadClaimedAsync(campaign.Id, ids[0], default))!.LeftOutReason);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_list_added_during_a_pause_reaches_people_behind_the_cursor_and_nobody_twice(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var added = NewList();
        var early = NewSubscriber(1000);
        await database.AddAsync(added, early);
        await database.AddAsync(Join(early, added, SubscriptionStatus.Confirmed));
        var campaign = await GivenCampaignAsync(database, 3);
        var before = await ClaimAsync(database, campaign);
        await ChangeAsync(database, campaign.Id, CampaignStatus.Paused);
        await database.AddAsync(new CampaignList { CampaignId = campaign.Id, ListId = added.Id, ListName = added.Name });
        await ChangeAsync(database, campaign.Id, CampaignStatus.Running);

        var share = await OpenAsync(database, campaign);
        for (var taken = await TakeAsync(database, share); !taken.IsEmpty;)
        {
            taken = await TakeAsync(database, share);
        }

        var rows = await DeliveriesAsync(database, campaign.Id);
        Assert.Equal([early.Id, .. before], rows.Select(row => row.SubscriberId));
        Assert.Equal(4, (await FindAsync(database, campaign.Id)).ToSend);
    }

    private static async Task<List<int>> ClaimAsync(TestDatabase database, Campaign campaign)
    {
        var batch = await TakeAsync(database, await OpenAsync(database, campaign));
        return [.. (await database.Get<IDeliveryLedger>().ReadClaimedAsync(campaign.Id, batch, 100, default)).Select(recipient => recipient.SubscriberId)];
    }
}
