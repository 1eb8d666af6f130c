using Listmonk.Core;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Tracking;

public sealed class TrackingLogTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_hit_is_stored_with_person_verdict_and_place(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();

        await database.AppendAsync(database.Click(campaign, person, linkId: 7, position: 3, TrackingWorld.Machine));

        var hit = Assert.Single(await database.HitsAsync());
        Assert.Equal(
            (campaign.Id, person.Id, 7, 3, HitKind.Click, HitVerdict.Machine, "scanner", HitRules.Version, "bot", true, database.Clock.GetUtcNow()),
            (hit.CampaignId, hit.SubscriberId, hit.LinkId, hit.Position, hit.Kind, hit.Verdict, hit.Reason, hit.RuleVersion, hit.AgentClass, hit.IsSigned, hit.At));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Figures_equal_the_raw_hits_whatever_comes_in_whatever_order(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaigns = new[] { await database.CampaignAsync(), await database.CampaignAsync() };
        var people = new[] { await database.PersonAsync(), await database.PersonAsync(), await database.PersonAsync() };
        for (var batch = 0; batch < 12; batch++)
        {
            var hits = Enumerable.Range(0, Random.Shared.Next(1, 30)).Select(_ =>
            {
                var campaign = campaigns[Random.Shared.Next(campaigns.Length)];
                var person = Random.Shared.Next(5) == 0 ? null : people[Random.Shared.Next(people.Length)];
                var judgement = Random.Shared.Next(3) == 0 ? TrackingWorld.Machine : TrackingWorld.Person;
                var hit = Random.Shared.Next(2) == 0
                    ? database.Open(campaign, person, judgement)
                    : database.Click(campaign, person, Random.Shared.Next(1, 4), Random.Shared.Next(1, 4), judgement);
                return hit with { At = hit.At.AddMinutes(Random.Shared.Next(-300, 300)) };
            });
            await database.AppendAsync([.. hits]);
        }

        await AssertFiguresEqualHitsAsync(database);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_human_click_counts_its_person_as_an_opener_and_a_machine_click_does_not(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        var scanned = await database.PersonAsync();

        await database.AppendAsync(database.Click(campaign, person), database.Click(campaign, scanned, judgement: TrackingWorld.Machine));

        var read = await database.ReadAsync(campaign);
        Assert.Equal((0, 1, 1, 2, 1), (read.Views, read.UniqueOpens, read.UniqueOpensPeople, read.UniqueClicks, read.UniqueClicksPeople));
        var readers = await database.ReadAsync(db => db.CampaignReaders.AsNoTracking().ToDictionaryAsync(reader => reader.SubscriberId));
        Assert.NotNull(readers[person.Id].FirstOpenAt);
        Assert.Null(readers[scanned.Id].FirstOpenAt);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_most_restrictive_level_decides_what_is_kept(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var open = await database.CampaignAsync();
        var anonymous = await database.CampaignAsync(TrackingLevel.Anonymous);
        var silent = await database.CampaignAsync(TrackingLevel.Off);
        var person = await database.PersonAsync();
        var shy = await database.PersonAsync(TrackingLevel.Anonymous);
        var refusing = await database.PersonAsync(TrackingLevel.Off);

        await database.AppendAsync(
            database.Open(open, person), database.Open(open, shy), database.Open(open, refusing),
            database.Open(anonymous, person), database.Open(silent, person), database.Open(anonymous, refusing));

        var kept = (await database.HitsAsync()).Select(hit => (hit.CampaignId, hit.SubscriberId, hit.AgentClass));
        Assert.Equal([(open.Id, (int?)person.Id, "desktop"), (open.Id, null, ""), (anonymous.Id, null, "")], kept);
        Assert.Equal(1, await database.ReadAsync(db => db.CampaignReaders.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_installation_can_make_all_anonymous_or_switch_off_one_kind_or_everything(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();

        await database.TrackAsync(isIndividual: false);
        await database.AppendAsync(database.Open(campaign, person));
        await database.TrackAsync(opens: false);
        await database.AppendAsync(database.Open(campaign, person), database.Click(campaign, person));
        await database.TrackAsync(isDisabled: true);
        await database.AppendAsync(database.Open(campaign, person), database.Click(campaign, person));

        var kept = (await database.HitsAsync()).Select(hit => (hit.Kind, hit.SubscriberId));
        Assert.Equal([(HitKind.Open, (int?)null), (HitKind.Click, person.Id)], kept);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Unknown_campaigns_are_dropped_and_unknown_people_become_nobody(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var hit = database.Open(campaign, null);

        await database.AppendAsync(
            hit with { CampaignId = campaign.Id + 1 },
            hit with { SubscriberId = 99 },
            hit with { CampaignId = 0, CampaignUuid = Guid.NewGuid() },
            hit with { CampaignId = 0, CampaignUuid = campaign.Uuid, SubscriberUuid = Guid.NewGuid() });

        var kept = (await database.HitsAsync()).Select(row => (row.CampaignId, row.SubscriberId, row.IsSigned));
        Assert.Equal([(campaign.Id, (int?)null, true), (campaign.Id, null, false)], kept);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Addresses_of_listmonk_find_campaign_and_person_by_uuid(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();

        await database.AppendAsync(database.Open(campaign, null) with { CampaignId = 0, CampaignUuid = campaign.Uuid, SubscriberUuid = person.Uuid });

        var hit = Assert.Single(await database.HitsAsync());
        Assert.Equal((campaign.Id, person.Id, false), (hit.CampaignId, hit.SubscriberId, hit.IsSigned));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_refused_claim_leaves_no_trace(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();

        await database.Get<ITrackingLog>().AppendAsync([database.Open(campaign, null)], _ => false, CancellationToken.None);

        Assert.Empty(await database.HitsAsync());
        Assert.Equal(0, (await database.ReadAsync(campaign)).Views);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_claimed_row_proves_later_that_its_batch_was_committed(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var log = database.Get<ITrackingLog>();
        ReceivedHit[] committed = [database.Open(campaign, null), database.Click(campaign, null)];
        long? first = null;
        await log.AppendAsync(
            committed,
            id =>
            {
                first = id;
                return true;
            },
            CancellationToken.None);
        var other = database.Open(campaign, null) with { At = database.Clock.GetUtcNow().AddSeconds(1) };

        Assert.True(await log.HasRowAsync(first!.Value, committed, CancellationToken.None));
        Assert.False(await log.HasRowAsync(first.Value, [other], CancellationToken.None));
        Assert.False(await log.HasRowAsync(first.Value + 100, committed, CancellationToken.None));
    }

    /// <param name="erased">For each campaign the recipients that its unique figures still count although they were deleted since.</param>
    internal static async Task AssertFiguresEqualHitsAsync(TestDatabase database, IReadOnlyDictionary<int, Uniques>? erased = null)
    {
        var hits = await database.HitsAsync();
        Assert.NotEmpty(hits);
        static bool IsHuman(TrackingHit hit) => hit.Verdict == HitVerdict.Human;
        static (int, int, int, int) Count(IEnumerable<TrackingHit> some)
        {
            var list = some.ToList();
            var opens = list.Where(hit => hit.Kind == HitKind.Open).ToList();
            var clicks = list.Where(hit => hit.Kind == HitKind.Click).ToList();
            return (opens.Count, opens.Count(IsHuman), clicks.Count, clicks.Count(IsHuman));
        }

        foreach (var campaign in await database.ReadAsync(db => db.Campaigns.AsNoTracking().ToListAsync()))
        {
            var own = hits.Where(hit => hit.CampaignId == campaign.Id).ToList();
            var byPerson = own.Where(hit => hit.SubscriberId is not null).GroupBy(hit => hit.SubscriberId!.Value).ToList();
            Assert.Equal(Count(own), (campaign.Views, campaign.ViewsPeople, campaign.Clicks, campaign.ClicksPeople));
            Assert.Equal(
                Uniques.Of(own).Plus(erased?.GetValueOrDefault(campaign.Id)),
                new Uniques(campaign.UniqueOpens, campaign.UniqueOpensPeople, campaign.UniqueClicks, campaign.UniqueClicksPeople));

            var hours = await database.ReadAsync(db => db.CampaignHours.AsNoTracking().Where(hour => hour.CampaignId == campaign.Id).ToListAsync());
            foreach (var hour in hours)
            {
                Assert.Equal(
                    Count(own.Where(hit => hit.At >= hour.Hour && hit.At < hour.Hour.AddHours(1))),
                    (hour.Opens, hour.OpensPeople, hour.Clicks, hour.ClicksPeople));
            }

            Assert.Equal(own.Count, hours.Sum(hour => hour.Opens + hour.Clicks));
            Assert.Equal((campaign.UniqueOpens, campaign.UniqueClicks), (hours.Sum(hour => hour.FirstOpens), hours.Sum(hour => hour.FirstClicks)));

            var links = await database.ReadAsync(db => db.LinkStats.AsNoTracking().Where(link => link.CampaignId == campaign.Id).ToListAsync());
            foreach (var link in links)
            {
                var (_, _, clicks, people) = Count(own.Where(hit => hit.LinkId == link.LinkId && (hit.Position ?? 0) == link.Position));
                Assert.Equal((clicks, people), (link.Clicks, link.ClicksPeople));
            }

            Assert.Equal(campaign.Clicks, links.Sum(link => link.Clicks));

            var readers = await database.ReadAsync(db => db.CampaignReaders.AsNoTracking().Where(reader => reader.CampaignId == campaign.Id).ToListAsync());
            Assert.Equal(byPerson.Select(person => person.Key).Order(), readers.Select(reader => reader.SubscriberId).Order());
            foreach (var reader in readers)
            {
                var of = byPerson.Single(person => person.Key == reader.SubscriberId).ToList();
                Assert.Equal(Count(of), (reader.Opens, reader.OpensPeople, reader.Clicks, reader.ClicksPeople));
                Assert.Equal(of.Where(hit => hit.Kind == HitKind.Click).Min(hit => (DateTimeOffset?)hit.At), reader.FirstClickAt);
                Assert.Equal(of.Where(hit => hit.Kind == HitKind.Open || IsHuman(hit)).Max(hit => (DateTimeOffset?)hit.At), reader.LastOpenAt);
            }
        }
    }
}
