using Bunit;
using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Listmonk.Web.Analytics;
using Listmonk.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Analytics;

public sealed class AnalyticsPagesTests : ComponentTest
{
    [Fact]
    public void An_empty_dashboard_leads_through_the_first_steps()
    {
        var page = Render<DashboardPage>();

        page.WaitForAssertion(() => Assert.Contains("First steps", page.Markup, StringComparison.Ordinal));
        Assert.Contains("admin/subscribers/import", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_follows_new_hits_without_reloading()
    {
        var campaign = await WorldAsync();
        var page = Render<DashboardPage>();
        page.WaitForAssertion(() => Assert.Equal(["1", "1"], OpensAndClicks(page)));

        await OpenAsync(campaign, TrackingWorld.Person);
        Get<LiveFeed<CampaignStatsChanged>>().Publish(new CampaignStatsChanged(new HashSet<int> { campaign.Id }));

        page.WaitForAssertion(() => Assert.Equal(["2", "1"], OpensAndClicks(page)));

        static IEnumerable<string> OpensAndClicks(IRenderedComponent<DashboardPage> page) =>
            page.FindAll("table.plain-table tbody tr:first-child td.number").Skip(1).Select(cell => cell.TextContent.Trim());
    }

    [Fact]
    public async Task The_report_shows_figures_links_and_times_and_counts_people_unless_asked_for_all()
    {
        var campaign = await WorldAsync();

        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Contains("https://a.example/", page.Markup, StringComparison.Ordinal));
        Assert.Equal("1", Figure(page, "Opened"));
        Assert.Equal("1", Figure(page, "Auto-opened"));
        Assert.Equal("1", Figure(page, "Clicked"));
        Assert.Equal("100.0%", Figure(page, "Click-to-open"));
        Assert.Contains("people?reaction=opened", page.Find("a.stat-value[href*=opened]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.All(page.FindComponents<StatFigure>(), figure => Assert.NotEmpty(figure.Find(".visually-hidden").TextContent));
        page.FindAll(".people-switch button")[1].Click();
        page.WaitForAssertion(() => Assert.Equal("2", Figure(page, "Opened")));
        Assert.EndsWith("?count=all", Get<Microsoft.AspNetCore.Components.NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_follows_new_hits_without_reloading()
    {
        var campaign = await WorldAsync();
        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, campaign.Id));
        page.WaitForAssertion(() => Assert.Equal("1", Figure(page, "Opened")));

        await OpenAsync(campaign, TrackingWorld.Person);
        Get<LiveFeed<CampaignStatsChanged>>().Publish(new CampaignStatsChanged(new HashSet<int> { campaign.Id }));

        page.WaitForAssertion(() => Assert.Equal("2", Figure(page, "Opened")));
    }

    [Fact]
    public async Task What_was_not_measured_is_not_shown_as_zero()
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "Silent", Subject = "Silent", TrackingLevel = TrackingLevel.Off };
        await AddAsync(campaign);

        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Equal("n/a", Figure(page, "Opened")));
        Assert.Equal("n/a", Figure(page, "Click-to-open"));
    }

    [Fact]
    public async Task The_breakdown_in_the_address_is_shown_once_it_is_counted()
    {
        var campaign = await WorldAsync();
        Get<NavigationManager>().NavigateTo($"/admin/campaigns/{campaign.Id}/report?by=devices");
        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, campaign.Id));
        page.WaitForAssertion(() => Assert.Contains("Being counted", page.Markup, StringComparison.Ordinal));

        await Get<BreakdownStore>().CountAsync(campaign.Id, CancellationToken.None);

        page.WaitForAssertion(() => Assert.Contains("Desktop", page.Markup, StringComparison.Ordinal));
        Assert.Equal("Devices", page.Find("nav[aria-labelledby=breakdown] [aria-current=page]").TextContent);
    }

    [Fact]
    public async Task Analytics_shows_trends_campaigns_side_by_side_and_the_best_hours()
    {
        var empty = Render<AnalyticsPage>();
        empty.WaitForAssertion(() => Assert.Contains("Nothing to analyse yet", empty.Markup, StringComparison.Ordinal));
        var (one, two) = (await WorldAsync(), await WorldAsync());
        await Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(db => db.Campaigns.Where(row => row.Sent > 0).ExecuteUpdateAsync(set => set.SetProperty(row => row.StartedAt, Now)), CancellationToken.None);

        Get<NavigationManager>().NavigateTo("/admin/campaigns/analytics");
        var page = Render<AnalyticsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".compare-table tbody tr").Count));
        Assert.Contains("10.0%", page.Find(".compare-table tbody tr").TextContent, StringComparison.Ordinal);

        Get<NavigationManager>().NavigateTo($"/admin/campaigns/analytics?tab=compare&id={one.Id}");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("select").Count));
        page.FindAll("select")[1].Change($"{two.Id}");
        page.WaitForAssertion(() => Assert.Equal(8, page.FindAll(".compare-table tbody tr").Count));
        Assert.EndsWith($"id={one.Id}&id={two.Id}", Get<NavigationManager>().Uri, StringComparison.Ordinal);

        Get<NavigationManager>().NavigateTo("/admin/campaigns/analytics?tab=hours");
        page.WaitForAssertion(() => Assert.Contains("Most opens: ", page.Markup, StringComparison.Ordinal));
        Assert.Equal(168, page.FindAll("rect").Count);
    }

    [Fact]
    public async Task The_people_behind_a_figure_are_listed_with_the_way_to_each()
    {
        var campaign = await WorldAsync();
        Get<NavigationManager>().NavigateTo($"/admin/campaigns/{campaign.Id}/report/people?reaction=auto_opened");

        var page = Render<ReportPeoplePage>(parameters => parameters.Add(people => people.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Contains("@example.com", page.Markup, StringComparison.Ordinal));
        Assert.Single(page.FindAll("tbody tr"));
        Assert.Contains("people.csv?reaction=auto_opened", page.Markup, StringComparison.Ordinal);
        page.Find("select").Change("not_opened");
        page.WaitForAssertion(() => Assert.Contains("Nobody", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_of_an_unknown_campaign_says_so()
    {
        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, 4711));

        page.WaitForAssertion(() => Assert.Contains("Campaign not found", page.Markup, StringComparison.Ordinal));
    }

    protected override void ConfigureServices(IServiceCollection services) => services.AddScoped<BrowserClock>();

    private static string Figure(IRenderedComponent<CampaignReportPage> page, string label) =>
        page.FindComponents<StatFigure>().Single(figure => figure.Instance.Label == label).Find(".stat-value").TextContent;

    private async Task<Campaign> WorldAsync()
    {
        var saved = await Get<SettingsService>().SaveAsync(new System.Text.Json.Nodes.JsonObject { ["privacy.individual_tracking"] = true }, Actor.System, CancellationToken.None);
        Assert.True(saved.IsOk);
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News", Sent = 10, ToSend = 10 };
        await AddAsync(campaign);
        var link = (await Get<LinkStore>().RegisterAsync(campaign.Id, ["https://a.example/"], CancellationToken.None))[0];
        var click = new ReceivedHit
        {
            Kind = HitKind.Click,
            CampaignId = campaign.Id,
            SubscriberId = await OpenAsync(campaign, TrackingWorld.Person),
            LinkId = link,
            Position = 1,
            At = Now,
            Judgement = TrackingWorld.Person,
        };
        await AppendAsync(click);
        await OpenAsync(campaign, TrackingWorld.Machine);
        return campaign;
    }

    private DateTimeOffset Now => Get<TimeProvider>().GetUtcNow();

    /// <returns>The id of the new person who opened.</returns>
    private async Task<int> OpenAsync(Campaign campaign, HitJudgement judgement)
    {
        var uuid = Guid.NewGuid();
        var person = new Subscriber { Uuid = uuid, Email = $"{uuid:N}@example.com" };
        await AddAsync(person);
        await AppendAsync(new ReceivedHit { Kind = HitKind.Open, CampaignId = campaign.Id, SubscriberId = person.Id, At = Now, Judgement = judgement });
        return person.Id;
    }

    private Task<IReadOnlySet<int>> AppendAsync(ReceivedHit hit) => Get<ITrackingLog>().AppendAsync([hit], _ => true, CancellationToken.None);

    private Task AddAsync(object entity) => Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
        db =>
        {
            db.Add(entity);
            return Task.CompletedTask;
        },
        CancellationToken.None);
}
