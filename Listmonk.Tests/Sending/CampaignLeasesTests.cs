using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

public sealed class CampaignLeasesTests : SendingTest
{
    [Fact]
    public async Task Another_holder_keeps_its_campaign_until_the_lease_runs_out()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        var campaign = await GivenCampaignAsync(database, 1);
        await HoldElsewhereAsync(database, "other-machine/1/x");
        var leases = database.Get<CampaignLeases>();

        Assert.Null(await leases.TryAcquireAsync(campaign.Id, default));
        database.Clock.Advance(LeaseStore.Duration + TimeSpan.FromSeconds(1));
        var lease = await leases.TryAcquireAsync(campaign.Id, default);

        Assert.Equal(8, lease!.Epoch);
    }

    [Fact]
    public async Task On_SQLite_which_one_process_owns_another_holder_is_gone()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var campaign = await GivenCampaignAsync(database, 1);
        await HoldElsewhereAsync(database, "other-machine/1/x");

        Assert.NotNull(await database.Get<CampaignLeases>().TryAcquireAsync(campaign.Id, default));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Of_two_processes_only_one_gets_a_free_campaign_and_the_older_lease_is_void(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 1);
        var here = database.Get<CampaignLeases>();
        var there = new CampaignLeases(new LeaseStore(database.Databases, database.Get<IDatabaseDialect>(), database.Clock));

        var first = await here.TryAcquireAsync(campaign.Id, default);

        if (provider == DatabaseProvider.Postgres)
        {
            Assert.Null(await there.TryAcquireAsync(campaign.Id, default));
        }

        database.Clock.Advance(LeaseStore.Duration + TimeSpan.FromSeconds(1));
        var second = await there.TryAcquireAsync(campaign.Id, default);
        Assert.False(await here.RenewAsync(first!, default));
        Assert.True(await there.RenewAsync(second!, default));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_paused_campaign_can_be_neither_taken_nor_kept(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 1);
        var leases = database.Get<CampaignLeases>();
        var lease = await LeaseAsync(database, campaign);

        await database.WriteAsync(db => db.Campaigns.ExecuteUpdateAsync(set => set.SetProperty(one => one.Status, CampaignStatus.Paused)));

        Assert.False(await leases.RenewAsync(lease, default));
        Assert.Null(await leases.TryAcquireAsync(campaign.Id, default));
    }

    private static Task HoldElsewhereAsync(TestDatabase database, string owner) => database.WriteAsync(db => db.Campaigns.ExecuteUpdateAsync(set => set
        .SetProperty(one => one.LeaseOwner, owner)
        .SetProperty(one => one.LeaseUntil, database.Clock.GetUtcNow() + LeaseStore.Duration)
        .SetProperty(one => one.LeaseEpoch, 7)));
}
