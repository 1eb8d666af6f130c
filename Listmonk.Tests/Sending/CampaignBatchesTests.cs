using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

/// <summary>How processes share a campaign (decision 0033).</summary>
public sealed class CampaignBatchesTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_single_process_has_one_batch_that_grows_with_its_cursor(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var share = await OpenAsync(database, await GivenCampaignAsync(database, 9));

        AudienceRange[] taken = [await TakeAsync(database, share, 4), await TakeAsync(database, share, 4), await TakeAsync(database, share, 4)];

        Assert.Equal([taken[0].Last, taken[1].Last], taken.Skip(1).Select(range => range.After));
        Assert.Equal([new AudienceRange(0, taken[2].Last)], await database.Get<CampaignBatches>().ReadAsync(share, default));
        Assert.True((await TakeAsync(database, share)).IsEmpty);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_share_is_refused_once_it_was_ended_or_the_campaign_paused_even_when_it_runs_again(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 3);
        var (batches, shares) = (database.Get<CampaignBatches>(), database.Get<CampaignShares>());
        var ended = await OpenAsync(database, campaign);
        await shares.LeaveAsync(ended, default);
        Assert.Null(await batches.TakeAsync(ended, 10, default));

        var paused = await OpenAsync(database, campaign);
        await ChangeAsync(database, campaign.Id, CampaignStatus.Paused);
        Assert.Null(await batches.TakeAsync(paused, 10, default));
        await ChangeAsync(database, campaign.Id, CampaignStatus.Running);
        Assert.Null(await batches.TakeAsync(paused, 10, default));
        Assert.False(await shares.RenewAsync(paused, 0, default));
        Assert.Null(await shares.LookAsync(paused, default));
        Assert.Empty(await DeliveriesAsync(database, campaign.Id));

        Assert.False((await TakeAsync(database, await OpenAsync(database, campaign))).IsEmpty);
    }

    [Fact]
    public async Task Two_processes_take_batches_in_turn_and_know_of_each_other()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        var campaign = await GivenCampaignAsync(database, 10);
        var here = await OpenAsync(database, campaign);
        var (there, elsewhere) = await JoinElsewhereAsync(database, campaign);

        var ranges = await Task.WhenAll(Enumerable.Range(0, 10).Select(turn => TakeAsync(database, turn % 2 == 0 ? here : there, 1)));
        await elsewhere.RenewAsync(there, errors: 3, default);

        Assert.Equal(10, ranges.Distinct().Count());
        Assert.Equal(10, (await DeliveriesAsync(database, campaign.Id)).Count);
        Assert.Equal((2, true, 3), (await database.Get<CampaignShares>().LookAsync(here, default)) is { } view ? (view.Processes, view.HasOthers, view.ErrorsElsewhere) : default);
    }

    [Fact]
    public async Task What_a_dead_process_held_is_dealt_out_once_its_share_has_ended_and_only_who_is_not_on_record()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        var campaign = await GivenCampaignAsync(database, 6);
        var here = await OpenAsync(database, campaign);
        var (there, _) = await JoinElsewhereAsync(database, campaign);
        var held = await TakeAsync(database, there);
        var people = (await DeliveriesAsync(database, campaign.Id)).ConvertAll(row => row.SubscriberId);
        await database.Get<IDeliveryLedger>().CompleteAsync([Sent(campaign, people[0]), Sent(campaign, people[3])], default);
        Assert.True((await TakeAsync(database, here)).IsEmpty);
        Assert.Equal(new OpenBatches(0, 1), await database.Get<CampaignBatches>().CloseAsync(here, default));

        database.Clock.Advance(LeaseStore.Duration - TimeSpan.FromSeconds(1));
        Assert.True(await database.Get<CampaignShares>().RenewAsync(here, 0, default));
        database.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await database.Get<CampaignShares>().RenewAsync(here, 0, default));

        var first = await TakeAsync(database, here, 2);
        var rest = await TakeAsync(database, here, 10);
        Assert.Equal((new AudienceRange(0, people[2]), new AudienceRange(people[2], held.Last)), (first, rest));
        Assert.Equal([people[1], people[2]], (await database.Get<IDeliveryLedger>().ReadClaimedAsync(campaign.Id, first, 100, default)).Select(one => one.SubscriberId));
        Assert.Equal([people[4], people[5]], (await database.Get<IDeliveryLedger>().ReadClaimedAsync(campaign.Id, rest, 100, default)).Select(one => one.SubscriberId));
        Assert.Null(await database.Get<CampaignBatches>().TakeAsync(there, 10, default));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_finished_batch_is_forgotten_and_people_to_try_again_make_a_new_one(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 3);
        var share = await OpenAsync(database, campaign);
        await TakeAsync(database, share);
        var people = (await DeliveriesAsync(database, campaign.Id)).ConvertAll(row => row.SubscriberId);
        await database.Get<IDeliveryLedger>().CompleteAsync([.. people.Select(id => Sent(campaign, id))], default);
        Assert.Equal(new OpenBatches(0, 0), await database.Get<CampaignBatches>().CloseAsync(share, default));

        await database.WriteAsync(db => db.Deliveries.Where(row => row.SubscriberId == people[1]).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, DeliveryStatus.Claimed)));

        Assert.Equal(new OpenBatches(0, 1), await database.Get<CampaignBatches>().CloseAsync(share, default));
        Assert.Equal(new AudienceRange(0, people[2]), await TakeAsync(database, share));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Behind_a_cursor_that_was_set_back_batches_of_others_stay_theirs(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 6);
        var share = await OpenAsync(database, campaign);
        var people = await database.ReadAsync(db => db.Subscribers.OrderBy(one => one.Id).Select(one => one.Id).ToListAsync());
        var other = new CampaignShare { CampaignId = campaign.Id, LeaseOwner = "elsewhere/1/x", LeaseUntil = DateTimeOffset.MaxValue, LeaseEpoch = share.Run.Epoch };
        await database.AddAsync(other);
        await database.AddAsync(new CampaignBatch { CampaignId = campaign.Id, ShareId = other.Id, AfterId = people[1], LastId = people[3] });

        var before = await TakeAsync(database, share);
        var within = await TakeAsync(database, share);
        var behind = await TakeAsync(database, share);

        Assert.Equal((new AudienceRange(0, people[1]), new AudienceRange(people[3], people[3]), new AudienceRange(people[3], people[5])), (before, within, behind));
        Assert.Equal(people, (await DeliveriesAsync(database, campaign.Id)).Select(row => row.SubscriberId));
    }

    private static DeliveryRecord Sent(Campaign campaign, int subscriberId) =>
        new() { CampaignId = campaign.Id, SubscriberId = subscriberId, Status = DeliveryStatus.Sent, At = At };

    private static async Task<(SendingShare Share, CampaignShares Shares)> JoinElsewhereAsync(TestDatabase database, Campaign campaign)
    {
        var elsewhere = new CampaignShares(
            database.Databases, new LeaseStore(database.Databases, database.Get<IDatabaseDialect>(), database.Clock), database.Get<CampaignBatches>(), database.Clock);
        var share = await elsewhere.TryJoinAsync(campaign.Id, CancellationToken.None);
        Assert.NotNull(share);
        return (share, elsewhere);
    }
}
