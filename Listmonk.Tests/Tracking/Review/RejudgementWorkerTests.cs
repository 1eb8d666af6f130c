using Listmonk.Core;
using Listmonk.Core.Analytics;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Core.Tracking.Review;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Tracking.Review;

public sealed class RejudgementWorkerTests : DatabaseTest
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private const string Gateway = "Mozilla/5.0 (Windows NT 10.0) InHouseGateway Firefox/140.0";
    private const string Proxy = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
    private const string Script = "python-requests/2.32";

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

    /// <summary>Whatever happens in whatever order, the figures equal a recount of the hits and the uniques equal sets of people.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Figures_equal_a_recount_after_any_sequence_of_events(DatabaseProvider provider)
    {
        var seed = Random.Shared.Next();
        var random = new SeededRandom(seed);
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaigns = new[] { await database.CampaignAsync(), await database.CampaignAsync() };
        var people = new List<Subscriber>();
        for (var i = 0; i < 5; i++)
        {
            people.Add(await database.PersonAsync());
            foreach (var campaign in campaigns)
            {
                var at = database.Clock.GetUtcNow().AddSeconds(random.Next(120));
                await database.AddAsync(new Delivery { CampaignId = campaign.Id, SubscriberId = people[i].Id, Status = DeliveryStatus.Sent, ClaimedAt = at, DoneAt = at });
            }
        }

        for (var step = 0; step < 60; step++)
        {
            database.Clock.Advance(TimeSpan.FromSeconds(random.Next(20)));
            switch (random.Next(12))
            {
                case 0:
                    var id = people[random.Next(people.Count)].Id;
                    TrackingLevel? level = random.Next(3) switch { 0 => TrackingLevel.Off, 1 => TrackingLevel.Anonymous, _ => null };
                    await database.WriteAsync(db => db.Subscribers.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.TrackingLevel, level)));
                    break;
                case 1:
                    await database.Get<HitRetention>().DeleteBeforeAsync(
                        random.Next(2) == 0 ? HitKind.Open : null, database.Clock.GetUtcNow().AddSeconds(-random.Next(300)), CancellationToken.None);
                    break;
                case 2:
                    await database.SaveSettingsAsync(new System.Text.Json.Nodes.JsonObject
                    {
                        ["tracking.scanner_agents"] = random.Next(2) == 0 ? new System.Text.Json.Nodes.JsonArray("InHouseGateway") : [],
                        ["tracking.people_agents"] = random.Next(2) == 0 ? new System.Text.Json.Nodes.JsonArray("python-requests") : [],
                    });
                    await database.Get<RejudgementWorker>().RunAsync(CancellationToken.None);
                    break;
                case 3:
                    await database.Get<HitReviewWorker>().CatchUpAsync(null, CancellationToken.None);
                    break;
                case 4:
                    await database.Get<HitReviewWorker>().WorkAsync(CancellationToken.None);
                    break;
                default:
                    await database.AppendAsync([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => RandomHit(database, random, campaigns, people))]);
                    break;
            }
        }

        await database.AppendAsync(RandomHit(database, random, campaigns, people));
        await database.Get<HitReviewWorker>().WorkAsync(CancellationToken.None);
        try
        {
            await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            Assert.Fail($"seed {seed}: {exception.Message}");
        }
    }

    private static ReceivedHit RandomHit(TestDatabase database, SeededRandom random, Campaign[] campaigns, List<Subscriber> people)
    {
        var campaign = campaigns[random.Next(campaigns.Length)];
        var person = random.Next(6) == 0 ? null : people[random.Next(people.Count)];
        var hit = random.Next(2) == 0 ? database.Open(campaign, person) : database.Click(campaign, person, random.Next(1, 5), random.Next(1, 5));
        string[] agents = [Browser, Browser, Gateway, Proxy, Script, ""];
        return Judged(database, hit with { At = hit.At.AddSeconds(random.Next(-30, 30)) }, agents[random.Next(agents.Length)]);
    }

    private static ReceivedHit Judged(TestDatabase database, ReceivedHit hit, string agent) =>
        hit with { Agent = agent, Network = "198.51.100.0", Judgement = database.Get<HitJudge>().Judge(new HitRequest(hit.Kind, agent)) };

    private static async Task<(int Opens, int UniqueOpensPeople, int ClicksPeople, int UniqueOpens)> FiguresAsync(TestDatabase database, Campaign campaign)
    {
        var row = await database.ReadAsync(campaign);
        return (row.Views, row.UniqueOpensPeople, row.ClicksPeople, row.UniqueOpens);
    }

    /// <summary>A small generator whose sequence a seed repeats.</summary>
    private sealed class SeededRandom(int seed)
    {
        private uint _state = (uint)seed | 1;

        public int Next(int below) => Next(0, below);

        public int Next(int from, int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return from + (int)(_state % (uint)Math.Max(1, below - from));
        }
    }
}
