using System.Text.Json.Nodes;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>The newcomer's first ten minutes: set up, compose, send through the outbox, open, click, read the report.</summary>
[Trait("Kind", "Browser")]
public sealed class FirstCampaignJourneyTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const float Patience = 30_000;

    [Fact]
    public async Task A_newcomer_sends_a_tracked_campaign_and_sees_the_reactions()
    {
        await using var server = new ServerProcess { IsSetUp = false };
        await server.StartAsync();
        try
        {
            await WalkAsync(server);
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    private async Task WalkAsync(ServerProcess server)
    {
        await using var context = await fixture.Browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = server.Url });
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var page = await context.NewPageAsync();

        await SetUpAsync(page);
        await SetRootUrlAndTrackingAsync(page, server.Url);
        await page.CreateListAsync("Orchard friends");
        await page.CreateSubscriberAsync("rosa@example.com", "Rosa Lima", "Orchard friends");
        var campaign = await page.ComposeAsync("Opening day", "The orchard opens", "Orchard friends", CampaignJourney.Newsletter);
        await page.SendToOneAsync();
        var source = await page.ReadCapturedMailAsync("The orchard opens", "Opening hours");

        var report = await context.NewPageAsync();
        await report.GotoAsync($"/admin/campaigns/{campaign}/report");
        await Expect(report.Figure("Delivered")).ToHaveTextAsync("1");
        await Expect(report.Figure("Opened")).ToHaveTextAsync("0");

        using var reader = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        reader.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0");
        var pixel = await reader.GetAsync(CampaignJourney.TrackedUrls(source, "open").Single());
        Assert.Equal("image/gif", pixel.Content.Headers.ContentType?.MediaType);
        var targets = new List<string?>();
        foreach (var link in CampaignJourney.TrackedUrls(source, "link"))
        {
            targets.Add((await reader.GetAsync(link)).Headers.Location?.OriginalString);
        }

        Assert.Contains("https://orchard.example/open?day=sat&from=news", targets);
        Assert.Contains("https://orchard.example/map", targets);
        await Expect(report.Figure("Opened")).ToHaveTextAsync("1");
        await Expect(report.Figure("Clicked")).ToHaveTextAsync("1");
        await Expect(report.Locator(".stat-figure").Filter(new() { Has = report.GetByText("Clicked", new() { Exact = true }) })).ToContainTextAsync($"{targets.Count} click");
    }

    private static async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync("/");
        await page.FillAsync("#username", ListmonkApp.AdminUser);
        await page.FillAsync("#email", "admin@example.com");
        await page.FillAsync("#password", ListmonkApp.AdminPassword);
        await page.FillAsync("#repeat", ListmonkApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await page.WaitForURLAsync("**/admin");
        await Expect(page.Locator("[data-interactive]").First).ToBeAttachedAsync();
    }

    /// <summary>By the API of the signed-in browser, as settings pages have tests of their own.</summary>
    private static async Task SetRootUrlAndTrackingAsync(IPage page, string url)
    {
        var settings = new JsonObject { ["app.root_url"] = url, ["privacy.individual_tracking"] = true };
        var response = await page.APIRequest.PutAsync("/api/settings", new() { Data = settings.ToJsonString(), Headers = [new("Content-Type", "application/json")] });
        Assert.True(response.Ok, await response.TextAsync());
    }
}
