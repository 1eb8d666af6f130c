using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using MimeKit;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>Everything a recipient does, in a browser that runs no scripts: sign up, confirm, read, choose, leave, ask for the data.</summary>
[Trait("Kind", "Browser")]
public sealed partial class RecipientJourneyTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const float Patience = 30_000;
    private const string Rosa = "rosa@example.com";

    [Fact]
    public async Task Every_journey_of_a_recipient_works_without_scripts()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var context = await fixture.Browser.NewContextAsync(new() { BaseURL = server.Url, JavaScriptEnabled = false });
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var page = await context.NewPageAsync();
        try
        {
            await SendAsync(server, HttpMethod.Put, "/api/settings", new JsonObject { ["app.root_url"] = server.Url, ["privacy.individual_tracking"] = true });
            var news = await CreateListAsync(server, "Orchard news", "double");
            await CreateListAsync(server, "Recipes", "single");

            await SignUpAsync(page);
            await ConfirmAsync(server, page);
            var mail = await MailAsync(server, news);
            await ReadInBrowserAsync(page, mail);
            await ReadArchiveAsync(page);
            await MissAsync(page);
            await ChooseAsync(server, page, Link(mail, "Preferences"));
            await AskForDataAsync(server, page, Link(mail, "Leave"));
            await LeaveByOneClickAsync(server, page, mail);
            await LeaveAsync(server, page, Link(mail, "Leave"));
            await EraseAsync(server, page, Link(mail, "Leave"));
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}{page.Url}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    private static async Task SignUpAsync(IPage page)
    {
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Subscribe" }).ClickAsync();
        await page.GetByLabel("E-mail").FillAsync(Rosa);
        await page.GetByLabel("Name (optional)").FillAsync("Rosa");
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "Orchard news" })).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await ExpectTitleAsync(page, "Check your mailbox");
    }

    private static async Task ConfirmAsync(ServerProcess server, IPage page)
    {
        var mail = await server.ReadMailAsync(Rosa, "Confirm your subscription");
        await page.GotoAsync(OptinLink().Match(WebUtility.HtmlDecode(mail.HtmlBody!)).Value);
        Assert.Equal("unconfirmed", await StatusAsync(server, "Orchard news"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await ExpectTitleAsync(page, "Confirmed");
        Assert.Equal("confirmed", await StatusAsync(server, "Orchard news"));
    }

    private static async Task<MimeMessage> MailAsync(ServerProcess server, int list)
    {
        var body = """<h1>Opening day</h1><p>Hello {{ .Subscriber.Name }}</p><p><a href="{{ MessageURL }}">Browser</a> <a href="{{ UnsubscribeURL }}">Leave</a> <a href="{{ ManageURL }}">Preferences</a></p>""";
        var campaign = await SendAsync(server, HttpMethod.Post, "/api/campaigns", new JsonObject
        {
            ["name"] = "Opening",
            ["subject"] = "The orchard opens",
            ["lists"] = new JsonArray(list),
            ["content_type"] = "html",
            ["body"] = body,
            ["archive"] = true,
        });
        var id = campaign["id"]!.GetValue<int>();
        await SendAsync(server, HttpMethod.Put, $"/api/campaigns/{id}/status", new JsonObject { ["status"] = "running" });
        return await server.ReadMailAsync(Rosa, "The orchard opens");
    }

    private static async Task ReadInBrowserAsync(IPage page, MimeMessage mail)
    {
        await page.GotoAsync(Link(mail, "Browser"));
        await Expect(page.GetByText("Hello Rosa")).ToBeVisibleAsync();
    }

    private static async Task ReadArchiveAsync(IPage page)
    {
        await page.GotoAsync("/archive");
        await page.GetByLabel("Search the archive").FillAsync("opening orchard");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "The orchard opens" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Opening day" })).ToBeVisibleAsync();
        await Expect(page.Locator("body")).Not.ToContainTextAsync("Rosa");
        await page.GotoAsync("/archive");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "RSS feed" })).ToHaveAttributeAsync("href", "archive.xml");
    }

    private static async Task MissAsync(IPage page)
    {
        var answer = await page.GotoAsync("/no/such/page");
        Assert.Equal(404, answer!.Status);
        await ExpectTitleAsync(page, "Page not found");
    }

    private static async Task ChooseAsync(ServerProcess server, IPage page, string address)
    {
        await page.GotoAsync(address);
        await ExpectTitleAsync(page, "Your preferences");
        await page.GetByLabel("Name").FillAsync("Rosa Lima");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Recipes" }).UncheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Opens and clicks" }).UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await ExpectTitleAsync(page, "Preferences saved");

        Assert.Equal("Rosa Lima", (await FindAsync(server))!["name"]!.GetValue<string>());
        Assert.Equal(("unsubscribed", "confirmed"), (await StatusAsync(server, "Recipes"), await StatusAsync(server, "Orchard news")));
        await page.GotoAsync(address);
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "Opens and clicks" })).Not.ToBeCheckedAsync();
    }

    private static async Task AskForDataAsync(ServerProcess server, IPage page, string address)
    {
        await page.GotoAsync(address);
        await page.GetByRole(AriaRole.Button, new() { Name = "Mail me my data" }).ClickAsync();
        await ExpectTitleAsync(page, "Your data is on its way");
        var mail = await server.ReadMailAsync(Rosa, "Your data");
        Assert.Contains(mail.Attachments, part => part.ContentDisposition?.FileName == "data.json");
    }

    /// <summary>What a mail program does for its own button (RFC 8058): no cookie, no page, one form field.</summary>
    private static async Task LeaveByOneClickAsync(ServerProcess server, IPage page, MimeMessage mail)
    {
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        var address = OneClick().Match(mail.Headers["List-Unsubscribe"]!).Groups["address"].Value;
        using var mailProgram = new HttpClient(new SocketsHttpHandler());
        var answer = await mailProgram.PostAsync(address, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("unsubscribed", await StatusAsync(server, "Orchard news"));

        // Coming back takes the form and a mail.
        await page.GotoAsync("/subscription/form");
        await page.GetByLabel("E-mail").FillAsync(Rosa);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Recipes" }).UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await page.GotoAsync($"/subscription/optin/{(await FindAsync(server))!["uuid"]}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        Assert.Equal("confirmed", await StatusAsync(server, "Orchard news"));
    }

    private static async Task LeaveAsync(ServerProcess server, IPage page, string address)
    {
        await page.GotoAsync(address);
        Assert.Equal("confirmed", await StatusAsync(server, "Orchard news"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Unsubscribe" }).ClickAsync();
        await ExpectTitleAsync(page, "You are unsubscribed");
        Assert.Equal("unsubscribed", await StatusAsync(server, "Orchard news"));

        // The reason is asked for afterwards, and is theirs to give.
        await page.GetByRole(AriaRole.Radio, new() { Name = "too many mails" }).CheckAsync();
        await page.GetByLabel("Anything else").FillAsync("Once a month would do.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await ExpectTitleAsync(page, "Thank you");
    }

    private static async Task EraseAsync(ServerProcess server, IPage page, string address)
    {
        await page.GotoAsync(address);
        await page.GetByText("Delete my data").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mail me the link" }).ClickAsync();
        await ExpectTitleAsync(page, "Check your mailbox");
        Assert.NotNull(await FindAsync(server));

        var mail = await server.ReadMailAsync(Rosa, "Your data with us");
        await page.GotoAsync(PrivacyLink().Match(WebUtility.HtmlDecode(mail.HtmlBody!)).Value);
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download my data" }).ClickAsync());
        Assert.Equal("data.json", download.SuggestedFilename);
        await page.GetByText("Delete my data").First.ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Delete my address" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete my data" }).ClickAsync();
        await ExpectTitleAsync(page, "Your data is deleted");
        Assert.Null(await FindAsync(server));
    }

    private static Task ExpectTitleAsync(IPage page, string title) => Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title);

    private static string Link(MimeMessage mail, string text) =>
        WebUtility.HtmlDecode(Regex.Match(mail.HtmlBody!, $"href=\"([^\"]+)\"[^>]*>{text}<", RegexOptions.None, TimeSpan.FromSeconds(5)).Groups[1].Value);

    private static async Task<int> CreateListAsync(ServerProcess server, string name, string optin) =>
        (await SendAsync(server, HttpMethod.Post, "/api/lists", new JsonObject { ["name"] = name, ["type"] = "public", ["optin"] = optin }))["id"]!.GetValue<int>();

    /// <summary>Rosa by the API; null when there is no such person.</summary>
    private static async Task<JsonNode?> FindAsync(ServerProcess server) =>
        (await SendAsync(server, HttpMethod.Get, $"/api/subscribers?search={Rosa}"))["results"]!.AsArray().SingleOrDefault();

    private static async Task<string> StatusAsync(ServerProcess server, string list) =>
        (await FindAsync(server))!["lists"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == list)!["subscription_status"]!.GetValue<string>();

    private static async Task<JsonNode> SendAsync(ServerProcess server, HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }

    [GeneratedRegex("http://[^\"<> ]+/subscription/optin/[^\"<> ]+")]
    private static partial Regex OptinLink();

    [GeneratedRegex("http://[^\"<> ]+/privacy/[A-Za-z0-9_-]+")]
    private static partial Regex PrivacyLink();

    [GeneratedRegex("<(?<address>http[^>]+)>")]
    private static partial Regex OneClick();
}
