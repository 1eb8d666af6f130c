using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>Every text that a person can give is written as markup, then every page is opened: it must be shown as text, nowhere become an element.</summary>
[Trait("Kind", "Browser")]
public sealed class InjectionTests(BrowserFixture fixture, AccessibilityInstallation installation) : IClassFixture<BrowserFixture>, IClassFixture<AccessibilityInstallation>
{
    /// <summary>The policy would keep a script from running, so an element that nobody else makes tells that markup came through.</summary>
    private const string Hostile = "\"'><x-probe></x-probe>{{ 7 }}";

    /// <summary>Pages that show one of the texts; fewer would mean that the test looks at the wrong ones.</summary>
    private const int FewestShowing = 12;

    [Fact]
    public async Task Markup_in_names_subjects_and_attributes_is_text_on_every_page()
    {
        await WriteHostileTextsAsync();
        await using var context = await fixture.Browser.NewContextAsync(new() { BaseURL = installation.Server.Url, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(60_000);
        SetDefaultExpectTimeout(60_000);
        var page = await context.NewPageAsync();
        var (injected, showing) = (new List<string>(), 0);
        page.Dialog += (_, dialog) => injected.Add($"{page.Url}: {dialog.Message}");
        try
        {
            foreach (var path in installation.PathsOfViews.Values.Where(path => !path.Contains('(')))
            {
                await page.GotoAsync(path);
                showing += await LookAsync(page, injected);
            }

            await page.SignInAsync();
            await DeclaredPage.VisitAdminPagesAsync(page, installation.PathOf, async _ => showing += await LookAsync(page, injected));
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{page.Url}: {exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{installation.Server.Output}");
        }

        Assert.Empty(injected);
        Assert.InRange(showing, FewestShowing, int.MaxValue);
    }

    /// <returns>1 when the page shows one of the texts.</returns>
    private static async Task<int> LookAsync(IPage page, List<string> injected)
    {
        if (await page.Locator("x-probe").CountAsync() > 0)
        {
            injected.Add(page.Url);
        }

        return await page.EvaluateAsync<bool>("document.body.innerText.includes('<x-probe>')") ? 1 : 0;
    }

    private async Task WriteHostileTextsAsync()
    {
        var person = (await GetAsync("/api/subscribers?query=subscribers.email%20%3D%20%27john%40example.com%27"))["results"]![0]!;
        await SendAsync(HttpMethod.Put, $"/api/subscribers/{person["id"]}", new()
        {
            ["email"] = "john@example.com",
            ["name"] = Hostile,
            ["status"] = "enabled",
            ["attribs"] = new JsonObject { ["city"] = Hostile, [Hostile] = Hostile },
            ["lists"] = new JsonArray(1, 2),
        });
        await SendAsync(HttpMethod.Put, "/api/lists/1", new() { ["name"] = Hostile, ["type"] = "public", ["optin"] = "single", ["description"] = Hostile, ["tags"] = new JsonArray(Hostile) });
        await SendAsync(HttpMethod.Put, "/api/campaigns/1", new()
        {
            ["name"] = Hostile,
            ["subject"] = Hostile,
            ["lists"] = new JsonArray(1),
            ["from_email"] = "News <news@example.com>",
            ["content_type"] = "html",
            ["messenger"] = "email",
            ["body"] = "<p>Hello</p>",
            ["altbody"] = Hostile,
            ["tags"] = new JsonArray(Hostile),
        });
        await SendAsync(HttpMethod.Put, "/api/templates/3", new() { ["name"] = Hostile, ["type"] = "tx", ["subject"] = "Hostile", ["body"] = "<p>{{ .Subscriber.Name }}</p>" });
        await SendAsync(HttpMethod.Post, "/api/roles/users", new() { ["name"] = Hostile, ["permissions"] = new JsonArray("lists:get_all") });
        await SendAsync(HttpMethod.Post, "/api/segments", new() { ["name"] = Hostile, ["description"] = Hostile, ["expression"] = "status = 'enabled'" });
        await SendAsync(HttpMethod.Post, "/api/webhooks", new() { ["name"] = Hostile, ["url"] = "https://hooks.example.com/", ["events"] = new JsonArray("subscriber.subscribed") });
        await SendAsync(HttpMethod.Put, "/api/settings", new() { ["bounce.enabled"] = true, ["bounce.webhooks_enabled"] = true });
        await SendAsync(HttpMethod.Post, "/webhooks/bounce", new() { ["email"] = "john@example.com", ["type"] = "soft", ["source"] = Hostile, ["meta"] = Hostile });
        await SendAsync(HttpMethod.Post, "/api/tx", new() { ["subscriber_email"] = "john@example.com", ["template_id"] = 3, ["subject"] = Hostile });
        await SendAsync(HttpMethod.Put, "/api/settings", new() { ["app.site_name"] = Hostile });
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await installation.Server.Client.GetStringAsync(path))!["data"]!;

    private async Task SendAsync(HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await installation.Server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }
}
