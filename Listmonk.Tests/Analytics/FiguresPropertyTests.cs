using Listmonk.Core;
using Listmonk.Core.Analytics;
using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Core.Tracking.Review;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Analytics;

/// <summary>Whatever happens in whatever order, figures and breakdowns equal a recount of the hits, and uniques equal sets of people.</summary>
public sealed class FiguresPropertyTests : DatabaseTest
{
    private const int Steps = 60;

    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Windows NT 10.0) InHouseGateway Firefox/140.0",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "Mozilla/5.0",
        "python-requests/2.32",
        "",
    ];

    [Theory, MemberData(nameof(Providers))]
    public async Task Figures_equal_a_recount_after_any_sequence_of_events(DatabaseProvider provider)
    {
        var seed = Random.Shared.Next();
        await using var database = await TestDatabase.CreateAsync(provider);
        var world = new World(database, new SeededRandom(seed));
        await world.BuildAsync();
        for (var step = 0; step < Steps; step++)
        {
            await world.StepAsync();
        }

        await world.SettleAsync();
        try
        {
            await TrackingLogTests.AssertFiguresEqualHitsAsync(database, world.Erased);
            foreach (var campaign in world.Campaigns)
            {
                await AssertBreakdownEqualsRecountAsync(database, campaign);
            }
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            Assert.Fail($"seed {seed}: {exception.Message}");
        }
    }

    /// <summary>What is stored is asked for, not a fresh count: an event that leaves it behind must have marked it as outdated.</summary>
    private static async Task AssertBreakdownEqualsRecountAsync(TestDatabase database, Campaign campaign)
    {
        var store = database.Get<BreakdownStore>();
        await store.FindAsync(campaign.Id, CancellationToken.None);
        while (store.Wanted.TryRead(out var outdated))
        {
            store.Taken(outdated);
            await store.CountAsync(outdated, CancellationToken.None);
        }

        var breakdown = await store.FindAsync(campaign.Id, CancellationToken.None);
        Assert.NotNull(breakdown);
        var hits = (await database.HitsAsync()).Where(hit => hit.CampaignId == campaign.Id).ToList();
        var people = await database.ReadAsync(db => db.Subscribers.Include(person => person.Subscriptions).ToDictionaryAsync(person => person.Id));
        var deliveries = await database.ReadAsync(db => db.Deliveries.Where(delivery => delivery.CampaignId == campaign.Id).ToDictionaryAsync(delivery => delivery.SubscriberId));
        Equal(hits.GroupBy(hit => hit.AgentClass), breakdown.Devices);
        Equal(hits.GroupBy(hit => hit.Client), breakdown.Clients);
        var known = hits.Where(hit => hit.SubscriberId is not null).ToList();
        Equal(known.GroupBy(hit => people[hit.SubscriberId!.Value].Email.Split('@')[1]), breakdown.Domains);
        Equal(
            known.SelectMany(hit => people[hit.SubscriberId!.Value].Subscriptions.Select(subscription => (List: $"{subscription.ListId}", hit)))
                .GroupBy(row => row.List, row => row.hit),
            breakdown.Lists);
        Assert.Equal(deliveries.Count, breakdown.Domains.Sum(row => row.Sent));
        Assert.Equal(
            known.Where(hit => hit.Kind == HitKind.Click).GroupBy(hit => hit.LinkId!.Value).OrderBy(link => link.Key)
                .Select(link => new LinkClickers(link.Key, null, Distinct(link), Distinct(link.Where(Uniques.IsHuman)))),
            breakdown.Clickers.Where(row => row.Position is null && row.All > 0).OrderBy(row => row.LinkId));
        var times = known.Where(hit => (hit.Kind == HitKind.Open || Uniques.IsHuman(hit)) && deliveries.ContainsKey(hit.SubscriberId!.Value)).GroupBy(hit => hit.SubscriberId!.Value)
            .Select(person => (int)Math.Max(0, (person.Min(hit => hit.At) - deliveries[person.Key].DoneAt!.Value).TotalSeconds)).Order().ToList();
        Assert.Equal(times.Count, breakdown.TimesAll.Counts.Sum());
        Assert.Equal(times.Count == 0 ? null : times[(times.Count - 1) / 2], breakdown.TimesAll.MedianSeconds);
    }

    private static void Equal(IEnumerable<IGrouping<string, TrackingHit>> expected, IReadOnlyList<BreakdownRow> rows) => Assert.Equal(
        expected.Select(group => (group.Key, Counts(group, people: false), Counts(group, people: true))).OrderBy(row => row.Key, StringComparer.Ordinal),
        rows.Where(row => row.All.Opens + row.All.Clicks > 0).Select(row => (row.Key, row.All, row.People)).OrderBy(row => row.Key, StringComparer.Ordinal));

    private static BreakdownCounts Counts(IEnumerable<TrackingHit> group, bool people)
    {
        var hits = group.ToList();
        var uniques = Uniques.Of(hits);
        int Count(HitKind kind) => hits.Count(hit => hit.Kind == kind && (!people || Uniques.IsHuman(hit)));
        return people
            ? new BreakdownCounts(Count(HitKind.Open), uniques.OpensPeople, Count(HitKind.Click), uniques.ClicksPeople)
            : new BreakdownCounts(Count(HitKind.Open), uniques.Opens, Count(HitKind.Click), uniques.Clicks);
    }

    private static int Distinct(IEnumerable<TrackingHit> hits) => hits.Select(hit => hit.SubscriberId).Distinct().Count();

    /// <summary>Three campaigns to a list, a handful of people, and everything that may happen to them.</summary>
    private sealed class World(TestDatabase database, SeededRandom random)
    {
        private readonly List<Subscriber> _people = [];
        private MailingList _list = null!;

        public List<Campaign> Campaigns { get; } = [];

        /// <summary>Recipients whom figures count although they were deleted (decision 0031).</summary>
        public Dictionary<int, Uniques> Erased { get; } = [];

        public async Task BuildAsync()
        {
            await database.TrackAsync();
            _list = new MailingList { Uuid = Guid.NewGuid(), Name = "News" };
            await database.AddAsync(_list);
            for (var i = 0; i < 3; i++)
            {
                var campaign = await database.CampaignAsync();
                await database.AddAsync(new CampaignList { CampaignId = campaign.Id, ListId = _list.Id, ListName = _list.Name });
                Campaigns.Add(campaign);
            }

            for (var i = 0; i < 5; i++)
            {
                await AddPersonAsync();
            }
        }

        public async Task StepAsync()
        {
            database.Clock.Advance(TimeSpan.FromSeconds(random.Next(20)));
            switch (random.Next(16))
            {
                case 0:
                    var id = AnyPerson().Id;
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
                case 5:
                    await DeletePersonAsync();
                    break;
                case 6:
                    await database.RestartAsync();
                    break;
                case 7 when Campaigns.Count > 2:
                    var campaign = Campaigns[random.Next(Campaigns.Count)];
                    Campaigns.Remove(campaign);
                    await database.WriteAsync(db => db.Campaigns.Where(row => row.Id == campaign.Id).ExecuteDeleteAsync());
                    break;
                case 8:
                    await database.Get<BreakdownStore>().CountAsync(Campaigns[random.Next(Campaigns.Count)].Id, CancellationToken.None);
                    break;
                default:
                    await database.AppendAsync([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => AnyHit())]);
                    break;
            }
        }

        /// <summary>Somebody new reacts, so that there is something to count; and what counts in the background is done.</summary>
        public async Task SettleAsync()
        {
            await AddPersonAsync();
            await database.AppendAsync(Judged(database.Open(Campaigns[0], _people[^1]), Agents[0]));
            await database.Get<HitReviewWorker>().WorkAsync(CancellationToken.None);
            // Who was deleted leaves the breakdown after some hours.
            database.Clock.Advance(TimeSpan.FromHours(7));
        }

        private async Task AddPersonAsync()
        {
            var uuid = Guid.NewGuid();
            var person = new Subscriber { Uuid = uuid, Email = $"{uuid:N}@{(random.Next(2) == 0 ? "a.example" : "b.example")}" };
            if (random.Next(3) > 0)
            {
                person.Subscriptions.Add(new Subscription { ListId = _list.Id, Status = SubscriptionStatus.Confirmed });
            }

            await database.AddAsync(person);
            _people.Add(person);
            foreach (var campaign in Campaigns)
            {
                var at = database.Clock.GetUtcNow().AddSeconds(random.Next(120));
                await database.AddAsync(new Delivery { CampaignId = campaign.Id, SubscriberId = person.Id, Status = DeliveryStatus.Sent, ClaimedAt = at, DoneAt = at });
            }
        }

        private async Task DeletePersonAsync()
        {
            var person = AnyPerson();
            foreach (var hits in (await database.HitsAsync()).Where(hit => hit.SubscriberId == person.Id).GroupBy(hit => hit.CampaignId))
            {
                Erased[hits.Key] = Uniques.Of(hits).Plus(Erased.GetValueOrDefault(hits.Key));
            }

            var deleted = await database.Get<SubscriberService>().DeleteAsync(SubscriberSelection.Of(person.Id), Actor.System, CancellationToken.None);
            Assert.True(deleted.IsOk, deleted.Message);
            _people.Remove(person);
            await AddPersonAsync();
        }

        private Subscriber AnyPerson() => _people[random.Next(_people.Count)];

        private ReceivedHit AnyHit()
        {
            var campaign = Campaigns[random.Next(Campaigns.Count)];
            var person = random.Next(6) == 0 ? null : AnyPerson();
            var hit = random.Next(2) == 0 ? database.Open(campaign, person) : database.Click(campaign, person, random.Next(1, 5), random.Next(1, 5));
            return Judged(hit with { At = hit.At.AddSeconds(random.Next(-30, 30)) }, Agents[random.Next(Agents.Length)]);
        }

        private ReceivedHit Judged(ReceivedHit hit, string agent) =>
            hit with { Agent = agent, Network = "198.51.100.0", Judgement = database.Get<HitJudge>().Judge(new HitRequest(hit.Kind, agent)) };
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
