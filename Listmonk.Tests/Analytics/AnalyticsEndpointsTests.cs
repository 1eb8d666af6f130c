using System.Net;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Analytics;

public sealed class AnalyticsEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Figures_are_served_in_the_shapes_that_clients_know()
    {
        var campaign = await OpenedCampaignAsync();
        var range = $"from={DateTimeOffset.UnixEpoch:yyyy-MM-dd}&to=2100-01-01";

        var views = await GetAsync($"/api/campaigns/analytics/views?id={campaign}&{range}");
        var charts = await GetAsync("/api/dashboard/charts");
        var counts = await GetAsync("/api/dashboard/counts");

        Assert.Equal((campaign, 1), (views[0]!["campaign_id"]!.GetValue<int>(), views[0]!["count"]!.GetValue<int>()));
        Assert.EndsWith("Z", views[0]!["timestamp"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(30, charts["campaign_views"]!.AsArray().Count);
        Assert.Equal(10, charts["campaign_views"]![29]!["date"]!.GetValue<string>().Length);
        Assert.Empty(charts["link_clicks"]!.AsArray());
        Assert.True(counts["campaigns"]!["by_status"]!["draft"]!.GetValue<int>() >= 1);
        foreach (var name in new[] { "total", "private", "public", "optin_single", "optin_double" })
        {
            Assert.NotNull(counts["lists"]![name]);
        }

        Assert.Empty((await GetAsync($"/api/campaigns/analytics/links?id={campaign}&{range}")).AsArray());
    }

    [Theory]
    [InlineData("views?from=2024-01-01&to=2024-02-01")]
    [InlineData("views?id=1&from=x&to=2024-02-01")]
    [InlineData("views?id=0&from=2024-01-01&to=2024-02-01")]
    [InlineData("smells?id=1&from=2024-01-01&to=2024-02-01")]
    public async Task A_bad_question_is_refused(string question) =>
        await RefusalAsync(await Api.GetAsync($"/api/campaigns/analytics/{question}"), HttpStatusCode.BadRequest);

    [Fact]
    public async Task Hits_are_exported_as_CSV_and_deleted_by_date()
    {
        var campaign = await OpenedCampaignAsync();

        var export = await Api.GetAsync("/api/maintenance/analytics/views/export?since=2020-01-01T00:00:00Z");
        await RefusalAsync(await Api.DeleteAsync("/api/maintenance/analytics/zzz?before_date=2030-01-01T00:00:00Z"), HttpStatusCode.BadRequest);
        await DataAsync(await Api.DeleteAsync("/api/maintenance/analytics/all?before_date=2100-01-01T00:00:00Z"));

        Assert.Equal("text/csv", export.Content.Headers.ContentType?.MediaType);
        var lines = (await export.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("campaign_id,campaign_uuid,campaign_name,subscriber_id,subscriber_uuid,email,subscriber_name,created_at", lines[0]);
        Assert.Contains(lines, line => line.StartsWith($"{campaign},", StringComparison.Ordinal) && line.Contains(",\"News, again\",0,,,,", StringComparison.Ordinal));
        Assert.Empty((await GetAsync("/api/dashboard/charts"))["campaign_views"]!.AsArray());
    }

    [Fact]
    public async Task The_report_has_every_figure_as_all_and_as_people()
    {
        var campaign = await OpenedCampaignAsync();

        var report = await GetAsync($"/api/campaigns/{campaign}/report");
        var own = await GetAsync($"/api/campaigns/{campaign}");

        // The test's client names no program, so its open is a machine's.
        Assert.Equal((1, 0), (report["views"]!.GetValue<int>(), report["views_people"]!.GetValue<int>()));
        Assert.Equal((1, 0), (own["views"]!.GetValue<int>(), own["views_people"]!.GetValue<int>()));
        Assert.Equal(1, report["auto_opened"]!.GetValue<int>());
        await RefusalAsync(await Api.GetAsync("/api/campaigns/999999/report"), HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", "time,opens,")]
    [InlineData("figures", "id,name,")]
    [InlineData("links", "url,clicks,")]
    [InlineData("places", "position,url,")]
    [InlineData("lists", "list,sent,")]
    [InlineData("domains", "domain,sent,")]
    [InlineData("devices", "device,opens,")]
    [InlineData("clients", "client,opens,")]
    [InlineData("hours", "hour_utc,opens,")]
    [InlineData("times", "from_seconds,")]
    public async Task Each_table_of_the_report_is_a_CSV_file(string table, string header)
    {
        var campaign = await OpenedCampaignAsync();

        var csv = await Api.GetAsync($"/api/campaigns/{campaign}/report.csv?table={table}");

        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(header, await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await RefusalAsync(await Api.GetAsync($"/api/campaigns/{campaign}/report.csv?table=smells"), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Compared_campaigns_and_the_week_are_CSV_files()
    {
        var campaign = await OpenedCampaignAsync();

        var campaigns = await (await Api.GetAsync($"/api/analytics/campaigns.csv?id={campaign}&id=999999")).Content.ReadAsStringAsync();
        var week = await (await Api.GetAsync("/api/analytics/week.csv?zone=Europe/Berlin&days=30")).Content.ReadAsStringAsync();

        Assert.Equal(2, campaigns.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"\r\n{campaign},", campaigns, StringComparison.Ordinal);
        Assert.Equal(1 + (7 * 24), week.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("day,hour,opens,", week, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_people_behind_a_figure_are_served_in_pages_and_as_CSV()
    {
        var campaign = await OpenedCampaignAsync();

        var page = await GetAsync($"/api/campaigns/{campaign}/report/people?reaction=opened&count=all");
        var csv = await Api.GetAsync($"/api/campaigns/{campaign}/report/people.csv?reaction=delivered");

        Assert.Empty(page["results"]!.AsArray());
        Assert.StartsWith("subscriber_id,email,", await csv.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await RefusalAsync(await Api.GetAsync($"/api/campaigns/{campaign}/report/people?reaction=smelled"), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.GetAsync("/api/campaigns/999999/report/people.csv"), HttpStatusCode.NotFound);
    }

    private async Task<int> OpenedCampaignAsync()
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News, again", Subject = "News" };
        await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.Add(campaign);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        var token = App.Services.GetRequiredService<TrackingTokens>().Write(TrackingToken.ForOpen(campaign.Id, null));
        Assert.Equal(HttpStatusCode.OK, (await Anonymous.GetAsync($"/track/open/{token}")).StatusCode);
        return campaign.Id;
    }
}
