using Bunit;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Listmonk.Web.Analytics;
using Listmonk.Web.Shared;
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
    public async Task The_report_shows_figures_links_and_times_and_counts_people_unless_asked_for_all()
    {
        var campaign = await WorldAsync();

        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Contains("https://a.example/", page.Markup, StringComparison.Ordinal));
        Assert.Equal("1", Figure(page, "Opens"));
        Assert.Equal("1", Figure(page, "Clicks"));
        page.FindAll(".people-switch button")[1].Click();
        page.WaitForAssertion(() => Assert.Equal("2", Figure(page, "Opens")));
        Assert.EndsWith("?count=all", Get<Microsoft.AspNetCore.Components.NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_follows_new_hits_without_reloading()
    {
        var campaign = await WorldAsync();
        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, campaign.Id));
        page.WaitForAssertion(() => Assert.Equal("1", Figure(page, "Opens")));

        await AppendAsync(campaign);
        Get<LiveFeed<CampaignStatsChanged>>().Publish(new CampaignStatsChanged(new HashSet<int> { campaign.Id }));

        page.WaitForAssertion(() => Assert.Equal("2", Figure(page, "Opens")));
    }

    [Fact]
    public async Task What_was_not_measured_is_not_shown_as_zero()
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "Silent", Subject = "Silent", TrackingLevel = TrackingLevel.Off };
        await AddAsync(campaign);

        var page = Render<CampaignReportPage>(parameters => parameters.Add(report => report.Id, campaign.Id));

        page.WaitForAssertion(() => Assert.Equal("n/a", Figure(page, "Opens")));
        Assert.Equal("n/a", Figure(page, "Open rate"));
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
        await AppendAsync(campaign, new ReceivedHit { Kind = HitKind.Click, CampaignId = campaign.Id, LinkId = link, Position = 1, At = Now, Judgement = TrackingWorld.Person });
        await AppendAsync(campaign);
        await AppendAsync(campaign, new ReceivedHit { Kind = HitKind.Open, CampaignId = campaign.Id, At = Now, Judgement = TrackingWorld.Machine });
        return campaign;
    }

    private DateTimeOffset Now => Get<TimeProvider>().GetUtcNow();

    private Task<IReadOnlySet<int>> AppendAsync(Campaign campaign, ReceivedHit? hit = null) => Get<ITrackingLog>().AppendAsync(
        [hit ?? new ReceivedHit { Kind = HitKind.Open, CampaignId = campaign.Id, At = Now, Judgement = TrackingWorld.Person }], _ => true, CancellationToken.None);

    private Task AddAsync(object entity) => Get<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
        db =>
        {
            db.Add(entity);
            return Task.CompletedTask;
        },
        CancellationToken.None);
}
