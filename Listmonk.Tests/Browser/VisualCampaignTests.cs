using System.Text.Json.Nodes;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>A campaign composed by dragging blocks: saved, opened again as it was, and sent.</summary>
[Trait("Kind", "Browser")]
public sealed class VisualCampaignTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const float Patience = 30_000;

    [Fact]
    public async Task Blocks_are_dragged_saved_opened_again_and_sent()
    {
        await using var server = new ServerProcess();
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
        await PostAsync(server, HttpMethod.Put, "settings", new JsonObject { ["app.root_url"] = server.Url });
        var list = await PostAsync(server, HttpMethod.Post, "lists", new JsonObject { ["name"] = "Readers", ["type"] = "private", ["optin"] = "single" });
        await PostAsync(server, HttpMethod.Post, "subscribers", new JsonObject { ["email"] = "rosa@example.com", ["name"] = "Rosa Lima", ["status"] = "enabled", ["lists"] = new JsonArray(list) });
        var campaign = await PostAsync(server, HttpMethod.Post, "campaigns", new JsonObject
        {
            ["name"] = "Blocks",
            ["subject"] = "In blocks",
            ["lists"] = new JsonArray(list),
            ["type"] = "regular",
            ["content_type"] = "visual",
            ["body"] = "",
        });

        await using var context = await fixture.Browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = server.Url, ViewportSize = new ViewportSize { Width = 1400, Height = 1000 } });
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.SignInAsync();

        await page.GotoAsync($"/admin/campaigns/{campaign}");
        var mail = page.FrameLocator(".block-frame");
        await Expect(mail.Locator("[data-slot=root]")).ToBeVisibleAsync();
        await DragAsync(page, page.Locator("[data-preset=Heading]"), mail.Locator("[data-slot=root]"));
        await page.Locator("[data-block-field='props.text'] textarea").FillAsync("Hello {{ .Subscriber.FirstName }}");
        await Expect(mail.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello {{ .Subscriber.FirstName }}");
        await DragAsync(page, page.Locator("[data-preset=Columns2]"), mail.GetByRole(AriaRole.Heading), atBottom: true);
        await Expect(mail.Locator("[data-slot][data-column='1']")).ToBeVisibleAsync();
        await DragAsync(page, page.Locator("[data-preset=Button]"), mail.Locator("[data-slot][data-column='1'] [data-block]").First, atBottom: true);
        await Expect(mail.Locator("[data-column='1'] a")).ToHaveTextAsync("Read more");
        await page.Locator("[data-block-field='props.url'] input").FillAsync("https://orchard.example/map");

        // The heading moves behind the columns, with the mouse; then the keys bring it back and undo that.
        await DragAsync(page, mail.GetByRole(AriaRole.Heading), mail.Locator("[data-slot=root] > [data-block]").Last, atBottom: true);
        await Expect(page.Locator(".block-outline li").Last).ToContainTextAsync("Heading");
        await page.Locator(".block-stage").PressAsync("Alt+ArrowUp");
        await Expect(page.Locator(".block-outline li").Last).Not.ToContainTextAsync("Heading");
        await page.Locator(".block-stage").PressAsync("Control+z");
        await Expect(page.Locator(".block-outline li").Last).ToContainTextAsync("Heading");

        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.ExpectSavedAsync();
        var stored = await SourceAsync(server, campaign);
        var outline = await page.Locator(".block-outline li").AllTextContentsAsync();
        Assert.Equal(6, outline.Count);

        await page.ReloadAsync();
        await Expect(mail.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello {{ .Subscriber.FirstName }}");
        Assert.Equal(outline, await page.Locator(".block-outline li").AllTextContentsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.ExpectSavedAsync();
        Assert.Equal(stored, await SourceAsync(server, campaign));

        using var status = await server.Client.PutAsync($"/api/campaigns/{campaign}/status", Json(new JsonObject { ["status"] = "running" }));
        Assert.True(status.IsSuccessStatusCode, await status.Content.ReadAsStringAsync());
        await page.GotoAsync("/admin/outbox");
        await page.GetByRole(AriaRole.Link, new() { Name = "In blocks" }).First.ClickAsync();
        var received = page.Locator("iframe").First.ContentFrame;
        await Expect(received.GetByRole(AriaRole.Heading, new() { Name = "Hello Rosa" })).ToBeVisibleAsync();
        await Expect(received.GetByRole(AriaRole.Link, new() { Name = "Read more" })).ToBeVisibleAsync();
    }

    /// <summary>With the mouse, in small steps, as a person does.</summary>
    private static async Task DragAsync(IPage page, ILocator from, ILocator to, bool atBottom = false)
    {
        await from.ScrollIntoViewIfNeededAsync();
        var start = await from.BoundingBoxAsync() ?? throw new InvalidOperationException("Nothing to drag.");
        var end = await to.BoundingBoxAsync() ?? throw new InvalidOperationException("Nowhere to drop.");
        await page.Mouse.MoveAsync(start.X + (start.Width / 2), start.Y + (start.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(end.X + (end.Width / 2), atBottom ? end.Y + end.Height - 2 : end.Y + (end.Height / 2), new MouseMoveOptions { Steps = 12 });
        await Expect(page.Locator(".block-drop")).ToBeVisibleAsync();
        await page.Mouse.UpAsync();
    }

    private static async Task<string> SourceAsync(ServerProcess server, int campaign) =>
        JsonNode.Parse(await server.Client.GetStringAsync($"/api/campaigns/{campaign}"))!["data"]!["body_source"]!.GetValue<string>();

    /// <returns>The id of what was made.</returns>
    private static async Task<int> PostAsync(ServerProcess server, HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}") { Content = Json(body) };
        using var response = await server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!["data"] is JsonObject made && made["id"] is { } id ? id.GetValue<int>() : 0;
    }

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}
