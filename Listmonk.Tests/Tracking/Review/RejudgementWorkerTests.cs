using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Core.Tracking.Review;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Tracking.Review;

public sealed class RejudgementWorkerTests : DatabaseTest
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private const string Gateway = "Mozilla/5.0 (Windows NT 10.0) InHouseGateway Firefox/140.0";

    [Theory, MemberData(nameof(Providers))]
    public async Task A_name_added_to_the_list_changes_what_was_counted_before_and_taking_it_away_changes_it_back(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var (reader, scanned) = (await database.PersonAsync(), await database.PersonAsync());
        await database.AppendAsync(
            Judged(database, database.Open(campaign, reader), Browser),
            Judged(database, database.Click(campaign, scanned), Gateway),
            Judged(database, database.Open(campaign, scanned), Gateway));
        var before = await FiguresAsync(database, campaign);
        Assert.Equal((2, 2, 1, 2), before);

        await database.SaveSettingsAsync(new System.Text.Json.Nodes.JsonObject { ["tracking.scanner_agents"] = new System.Text.Json.Nodes.JsonArray("InHouseGateway") });
        await database.Get<RejudgementWorker>().RunAsync(CancellationToken.None);

        Assert.Equal((2, 1, 0, 2), await FiguresAsync(database, campaign));
        Assert.Equal((3, 2), (database.Get<RejudgementWorker>().State.Judged, database.Get<RejudgementWorker>().State.Changed));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);

        await database.SaveSettingsAsync(new System.Text.Json.Nodes.JsonObject { ["tracking.scanner_agents"] = new System.Text.Json.Nodes.JsonArray() });
        await database.Get<RejudgementWorker>().RunAsync(CancellationToken.None);

        Assert.Equal(before, await FiguresAsync(database, campaign));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_cannot_be_weighed_again_keeps_its_verdict_under_the_new_version(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        await database.AppendAsync(
            database.Open(campaign, person, new HitJudgement(HitVerdict.Machine, "crawler", "bot")) with { RuleVersion = 1 },
            database.Open(campaign, person, new HitJudgement(HitVerdict.Machine, HitReasons.Prefetch, "")) with { RuleVersion = 1, Agent = Browser },
            database.Open(campaign, null) with { RuleVersion = 1 });

        await database.Get<RejudgementWorker>().RunAsync(CancellationToken.None);

        var hits = await database.HitsAsync();
        Assert.Equal(["crawler", HitReasons.Prefetch, ""], hits.Select(hit => hit.Reason));
        Assert.All(hits, hit => Assert.Equal(HitRules.Version, hit.RuleVersion));
    }

    private static ReceivedHit Judged(TestDatabase database, ReceivedHit hit, string agent) =>
        hit with { Agent = agent, Network = "198.51.100.0", Judgement = database.Get<HitJudge>().Judge(new HitRequest(hit.Kind, agent)) };

    private static async Task<(int Opens, int UniqueOpensPeople, int ClicksPeople, int UniqueOpens)> FiguresAsync(TestDatabase database, Campaign campaign)
    {
        var row = await database.ReadAsync(campaign);
        return (row.Views, row.UniqueOpensPeople, row.ClicksPeople, row.UniqueOpens);
    }
}
