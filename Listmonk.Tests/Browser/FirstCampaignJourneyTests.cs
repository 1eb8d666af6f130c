using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>The newcomer's first ten minutes: set up, compose, send through the outbox, open, click, read the report.</summary>
[Trait("Kind", "Browser")]
public sealed partial class FirstCampaignJourneyTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const float Patience = 30_000;

    /// <summary>A newsletter as people paste them: tables, inline styles, a conditional comment, links with queries.</summary>
    private const string Newsletter =
        """
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f5f7">
          <tr><td align="center">
            <!--[if mso]><table width="600"><tr><td><![endif]-->
            <h1 style="font:700 26px Georgia">Hello {{ .Subscriber.FirstName }}, the orchard opens</h1>
            <p>Picking starts on Saturday.
              <a href="https://orchard.example/open?day=sat&amp;from=news" style="color:#0b5ed7">Opening hours</a></p>
            <p><a href="https://orchard.example/map">How to find us</a> · <a href="mailto:hello@orchard.example">Write to us</a></p>
            <!--[if mso]></td></tr></table><![endif]-->
          </td></tr>
        </table>
        """;

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
        await CreateListAsync(page, "Orchard friends");
        await CreateSubscriberAsync(page, "rosa@example.com", "Rosa Lima", "Orchard friends");
        var campaign = await ComposeAsync(page, "Opening day", "The orchard opens", "Orchard friends");
        await SendAsync(page);
        var source = await ReadCapturedMailAsync(page, "The orchard opens");

        var report = await context.NewPageAsync();
        await report.GotoAsync($"/admin/campaigns/{campaign}/report");
        await Expect(Figure(report, "Delivered")).ToHaveTextAsync("1");
        await Expect(Figure(report, "Opened")).ToHaveTextAsync("0");

        using var reader = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        reader.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0");
        var pixel = await reader.GetAsync(TrackedUrls(source, "open").Single());
        Assert.Equal("image/gif", pixel.Content.Headers.ContentType?.MediaType);
        var targets = new List<string?>();
        foreach (var link in TrackedUrls(source, "link"))
        {
            targets.Add((await reader.GetAsync(link)).Headers.Location?.OriginalString);
        }

        Assert.Contains("https://orchard.example/open?day=sat&from=news", targets);
        Assert.Contains("https://orchard.example/map", targets);
        await Expect(Figure(report, "Opened")).ToHaveTextAsync("1");
        await Expect(Figure(report, "Clicked")).ToHaveTextAsync("1");
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

    private static async Task CreateListAsync(IPage page, string name)
    {
        await page.GotoAsync("/admin/lists/new");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create list" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToContainTextAsync("New list");
    }

    private static async Task CreateSubscriberAsync(IPage page, string email, string name, string list)
    {
        await page.GotoAsync("/admin/subscribers/new");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = list }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add subscriber" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(name);
    }

    /// <returns>The campaign's id.</returns>
    private static async Task<int> ComposeAsync(IPage page, string name, string subject, string list)
    {
        await page.GotoAsync("/admin/campaigns/new");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Subject").FillAsync(subject);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = list }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.WaitForURLAsync(CampaignAddress());

        await page.PasteSourceAsync(Newsletter);
        var preview = page.FrameLocator("iframe[title='Preview of the mail']");
        await Expect(preview.Locator("h1").First).ToContainTextAsync("the orchard opens");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator(".saved-note")).ToContainTextAsync("Saved");
        return int.Parse(CampaignAddress().Match(page.Url).Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task SendAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Send…", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("1 person");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send to 1 person" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "1 of 1 done" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("took");
    }

    /// <returns>The mail's source, soft line breaks undone.</returns>
    private static async Task<string> ReadCapturedMailAsync(IPage page, string subject)
    {
        await page.GotoAsync("/admin/outbox");
        await page.GetByRole(AriaRole.Link, new() { Name = subject }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(subject);
        var rendered = page.Locator("iframe").First.ContentFrame;
        await Expect(rendered.GetByText("Opening hours")).ToBeVisibleAsync();
        return await rendered.Locator("html").EvaluateAsync<string>("element => element.outerHTML");
    }

    private static List<string> TrackedUrls(string source, string kind) =>
        [.. Regex.Matches(source, $"https?://[^\"'<> ]+/track/{kind}/[A-Za-z0-9_-]+", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Value).Distinct(StringComparer.Ordinal)];

    private static ILocator Figure(IPage page, string label) =>
        page.Locator(".stat-figure", new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator(".stat-value").First;

    [GeneratedRegex("/admin/campaigns/(?<id>[0-9]+)")]
    private static partial Regex CampaignAddress();
}
