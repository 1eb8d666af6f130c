using Listmonk.Core;
using Listmonk.Core.Analytics;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Analytics;

public sealed class AnalyticsQueriesTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Buckets_are_hours_below_a_week_and_days_from_then_on(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, now) = await HitsOverTimeAsync(database);

        var hourly = await CountsAsync(database, AnalyticsKind.Views, campaign, now.AddDays(-3), now);
        var daily = await CountsAsync(database, AnalyticsKind.Views, campaign, now.AddDays(-8), now);
        var clicks = await CountsAsync(database, AnalyticsKind.Clicks, campaign, now.AddDays(-8), now);

        Assert.Equal([(1, now.AddHours(-25)), (2, now)], hourly.Select(bucket => (bucket.Count, bucket.Timestamp)));
        Assert.Equal([(1, Day(now.AddHours(-25))), (2, Day(now))], daily.Select(bucket => (bucket.Count, bucket.Timestamp)));
        Assert.Equal([(1, Day(now))], clicks.Select(bucket => (bucket.Count, bucket.Timestamp)));
        Assert.Empty(await CountsAsync(database, AnalyticsKind.Views, campaign, now.AddYears(-2), now.AddYears(-1)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Links_are_merged_and_ordered_and_the_same_from_roll_up_and_raw_hits(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var links = await database.Get<LinkStore>().RegisterAsync(campaign.Id, ["https://a.example/", "https://b.example/"], CancellationToken.None);
        await database.AppendAsync(database.Click(campaign, null, links[0], 1), database.Click(campaign, null, links[1], 2), database.Click(campaign, null, links[1], 3));
        var now = database.Clock.GetUtcNow();
        var analytics = database.Get<AnalyticsQueries>();

        var all = (await analytics.LinksAsync(new AnalyticsRange([campaign.Id], now.AddDays(-1), now.AddDays(1)), Actor.System, CancellationToken.None)).Value;
        database.Clock.Advance(TimeSpan.FromDays(1));
        var range = (await analytics.LinksAsync(new AnalyticsRange([campaign.Id], now.AddHours(-1), now.AddHours(1)), Actor.System, CancellationToken.None)).Value;

        Assert.Equal([new AnalyticsLink("https://b.example/", 2), new AnalyticsLink("https://a.example/", 1)], all);
        Assert.Equal(all, range);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_dashboard_shows_thirty_days_up_to_today_with_quiet_ones_as_zero(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (_, now) = await HitsOverTimeAsync(database);

        var days = await database.Get<DashboardQueries>().DaysAsync(Actor.System, TimeZoneInfo.Utc, CancellationToken.None);

        Assert.Equal(30, days.Count);
        Assert.Equal(DateOnly.FromDateTime(now.UtcDateTime), days[^1].Day);
        Assert.Equal((2, 2, 1, 1), (days[^1].Opens, days[^1].OpensPeople, days[^1].Clicks, days[^1].ClicksPeople));
        Assert.Equal((1, 0), (days[^2].Opens, days[^2].OpensPeople));
        Assert.Equal(0, days[0].Opens);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Counts_tell_people_lists_and_campaigns(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var before = await database.Get<DashboardQueries>().CountsAsync(Actor.System, CancellationToken.None);
        await database.PersonAsync();
        await database.CampaignAsync();

        var counts = await database.Get<DashboardQueries>().CountsAsync(Actor.System, CancellationToken.None);

        Assert.Equal((before.Subscribers + 1, before.Orphans + 1), (counts.Subscribers, counts.Orphans));
        Assert.Equal(before.Campaigns.GetValueOrDefault(CampaignStatus.Draft) + 1, counts.Campaigns[CampaignStatus.Draft]);
        var stranger = await database.Get<DashboardQueries>().CountsAsync(Actor.Anonymous, CancellationToken.None);
        Assert.Equal((0, 0, 0), (stranger.Subscribers, stranger.Lists, stranger.Campaigns.Count));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_report_has_people_and_all_and_says_what_was_not_measured(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, _) = await HitsOverTimeAsync(database);
        var silent = await database.CampaignAsync(TrackingLevel.Off);
        var reports = database.Get<CampaignReportQueries>();

        var report = (await reports.FindAsync(campaign.Id, Actor.System, CancellationToken.None)).Value;
        var timeline = await reports.TimelineAsync(campaign.Id, TimeZoneInfo.Utc, CancellationToken.None);

        Assert.Equal(new ReactionFigures(3, 1, 1, 1), report.All);
        Assert.Equal(new ReactionFigures(2, 1, 1, 1), report.People);
        Assert.Equal((true, 26, 3), (timeline.IsHourly, timeline.Points.Count, timeline.Points.Sum(point => point.Opens)));
        Assert.Equal(new ReactionFigures(null, null, null, null), (await reports.FindAsync(silent.Id, Actor.System, CancellationToken.None)).Value.All);
        Assert.Equal(OutcomeKind.NotFound, (await reports.FindAsync(9999, Actor.System, CancellationToken.None)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await reports.FindAsync(campaign.Id, Actor.Anonymous, CancellationToken.None)).Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_week_is_summed_in_the_viewers_zone(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (_, now) = await HitsOverTimeAsync(database);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

        var week = await database.Get<ReactionTimeQueries>().WeekAsync(30, zone, Actor.System, CancellationToken.None);

        Assert.Equal(168, week.Count);
        Assert.Equal((DayOfWeek.Monday, 0), (week[0].Day, week[0].Hour));
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var cell = week.Single(hour => hour.Day == local.DayOfWeek && hour.Hour == local.Hour);
        Assert.Equal((2, 2, 1, 1), (cell.Opens, cell.OpensPeople, cell.Clicks, cell.ClicksPeople));
        Assert.Equal((3, 2), (week.Sum(hour => hour.Opens), week.Sum(hour => hour.OpensPeople)));
        Assert.Equal(0, (await database.Get<ReactionTimeQueries>().WeekAsync(30, zone, Actor.Anonymous, CancellationToken.None)).Sum(hour => hour.Opens));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Reactions_since_the_start_add_up_and_campaigns_are_listed_by_their_start(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, now) = await HitsOverTimeAsync(database);
        var later = await database.CampaignAsync();
        foreach (var (id, at) in new[] { (campaign.Id, now.AddHours(-25)), (later.Id, now) })
        {
            await database.WriteAsync(db => db.Campaigns.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.StartedAt, at).SetProperty(row => row.Sent, 10)));
        }

        var since = await database.Get<ReactionTimeQueries>().SinceStartAsync([campaign.Id, later.Id], 48, Actor.System, CancellationToken.None);
        var last = await database.Get<CampaignReportQueries>().LastAsync(12, Actor.System, CancellationToken.None);

        Assert.Equal((1, 1, 3), (since[campaign.Id][0].Opens, since[campaign.Id][24].Opens, since[campaign.Id][25].Opens));
        Assert.Equal((48, 2, 1), (since[campaign.Id].Count, since[campaign.Id][^1].OpensPeople, since[campaign.Id][^1].Clicks));
        Assert.Equal([campaign.Id, later.Id], last.Select(report => report.Id));
        Assert.Equal(later.Id, Assert.Single(await database.Get<CampaignReportQueries>().LastAsync(1, Actor.System, CancellationToken.None)).Id);
        Assert.Empty(await database.Get<CampaignReportQueries>().ManyAsync([campaign.Id], Actor.Anonymous, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_old_hits_leaves_figures_that_equal_the_rest(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (campaign, now) = await HitsOverTimeAsync(database);

        await database.Get<HitRetention>().DeleteBeforeAsync(HitKind.Open, now.AddHours(-1), CancellationToken.None);

        Assert.Equal(3, (await database.HitsAsync()).Count);
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
        await database.Get<HitRetention>().DeleteBeforeAsync(null, now.AddHours(1), CancellationToken.None);
        Assert.Empty(await database.HitsAsync());
        var read = await database.ReadAsync(campaign);
        Assert.Equal((0, 0, 0), (read.Views, read.Clicks, read.UniqueOpens));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_export_streams_hits_with_campaign_person_and_destination(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        var link = (await database.Get<LinkStore>().RegisterAsync(campaign.Id, ["https://a.example/?x=1,2"], CancellationToken.None))[0];
        await database.AppendAsync([.. Enumerable.Range(0, 1203).Select(_ => database.Click(campaign, person, link))]);
        await database.AppendAsync(database.Click(campaign, null, link), database.Open(campaign, person));

        var rows = new List<ExportedHit>();
        await foreach (var row in database.Get<HitExport>().ReadAsync(HitKind.Click, database.Clock.GetUtcNow().AddDays(-1), CancellationToken.None))
        {
            rows.Add(row);
        }

        Assert.Equal(1204, rows.Select(row => row.Id).Distinct().Count());
        Assert.Equal((person.Id, (Guid?)person.Uuid, person.Email, "https://a.example/?x=1,2"), (rows[0].SubscriberId, rows[0].SubscriberUuid, rows[0].Email, rows[0].Url));
        Assert.Equal((0, (Guid?)null, ""), (rows[^1].SubscriberId, rows[^1].SubscriberUuid, rows[^1].Email));
    }

    /// <summary>A machine's open 25 hours ago; two opens and a click by the same person now, on the hour.</summary>
    private static async Task<(Campaign Campaign, DateTimeOffset Now)> HitsOverTimeAsync(TestDatabase database)
    {
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var person = await database.PersonAsync();
        var now = database.Clock.GetUtcNow();
        Assert.Equal(0, now.Minute);
        await database.AppendAsync(
            database.Open(campaign, person, TrackingWorld.Machine) with { At = now.AddHours(-25) },
            database.Open(campaign, person),
            database.Open(campaign, person),
            database.Click(campaign, person));
        return (campaign, now);
    }

    private static async Task<IReadOnlyList<AnalyticsBucket>> CountsAsync(TestDatabase database, AnalyticsKind kind, Campaign campaign, DateTimeOffset from, DateTimeOffset to) =>
        (await database.Get<AnalyticsQueries>().CountsAsync(kind, new AnalyticsRange([campaign.Id], from, to), Actor.System, CancellationToken.None)).Value;

    private static DateTimeOffset Day(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
