using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

public sealed class CampaignFollowerTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_campaign_that_another_process_sends_moves_on_the_pages_here(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 1);
        var follower = Follower(database);
        var progress = new List<(CampaignStatus Status, int Sent)>();
        var states = new List<CampaignStatus>();
        var reactions = new List<int>();
        using var progressWatch = database.Get<LiveFeed<CampaignProgress>>().Subscribe(change => progress.Add((change.Status, change.Sent)));
        using var stateWatch = database.Get<LiveFeed<CampaignStatusChanged>>().Subscribe(change => states.Add(change.Status));
        using var reactionWatch = database.Get<LiveFeed<CampaignStatsChanged>>().Subscribe(change => reactions.AddRange(change.CampaignIds));

        await follower.FollowAsync(default);
        await ChangeAsync(database, campaign.Id, CampaignStatus.Running, sent: 5, views: 0);
        await follower.FollowAsync(default);
        await follower.FollowAsync(default);
        await ChangeAsync(database, campaign.Id, CampaignStatus.Finished, sent: 9, views: 1);
        await follower.FollowAsync(default);

        Assert.Equal([(CampaignStatus.Running, 0), (CampaignStatus.Running, 5), (CampaignStatus.Finished, 9)], progress);
        Assert.Equal([CampaignStatus.Finished], states);
        Assert.Equal([campaign.Id], reactions);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_campaign_that_this_process_sends_is_left_to_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenCampaignAsync(database, 1);
        database.Get<RunningCampaigns>().Begin(campaign);
        var published = 0;
        using var watch = database.Get<LiveFeed<CampaignProgress>>().Subscribe(_ => published++);

        await Follower(database).FollowAsync(default);

        Assert.Equal(0, published);
    }

    private static CampaignFollower Follower(TestDatabase database) => new(
        database.Databases,
        database.Get<RunningCampaigns>(),
        database.Get<LiveFeed<CampaignProgress>>(),
        database.Get<LiveFeed<CampaignStatusChanged>>(),
        database.Get<LiveFeed<CampaignStatsChanged>>(),
        database.Get<LiveFeed<CampaignEdited>>());

    private static Task ChangeAsync(TestDatabase database, int campaignId, CampaignStatus status, int sent, int views) => database.WriteAsync(
        db => db.Campaigns.Where(campaign => campaign.Id == campaignId).ExecuteUpdateAsync(set => set
            .SetProperty(campaign => campaign.Status, status).SetProperty(campaign => campaign.Sent, sent).SetProperty(campaign => campaign.Views, views)));
}
