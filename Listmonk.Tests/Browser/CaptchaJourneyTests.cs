using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Languages;
using Listmonk.Core.Lists;
using Listmonk.Core.PublicPages;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>Subscribing while ALTCHA is on: by the hosted form, by one pasted into another site, and what is said where no script runs.</summary>
[Trait("Kind", "Browser")]
public sealed class CaptchaJourneyTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const float Patience = 60_000;

    [Fact]
    public async Task People_subscribe_with_ALTCHA_on()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await SendAsync(server, HttpMethod.Put, "/api/settings", new JsonObject
        {
            ["app.root_url"] = server.Url,
            ["security.captcha"] = JsonNode.Parse("""{"altcha":{"enabled":true,"complexity":20000}}"""),
        });
        var list = (await SendAsync(server, HttpMethod.Post, "/api/lists", new JsonObject { ["name"] = "Orchard news", ["type"] = "public", ["optin"] = "single" }))["uuid"]!.GetValue<Guid>();
        SetDefaultExpectTimeout(Patience);
        try
        {
            await ByTheHostedFormAsync(server);
            await ByKeyboardAsync(server);
            await TwiceOnOnePageAsync(server);
            await OnAnotherSiteAsync(server, list);
            await WithoutScriptsAsync(server);
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    /// <summary>Whoever begins to type is checked meanwhile, and need not care.</summary>
    private async Task ByTheHostedFormAsync(ServerProcess server)
    {
        await using var context = await ContextAsync(server);
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        await page.GotoAsync("/subscription/form");
        await page.GetByLabel("E-mail").FillAsync("hosted@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        // A new installation has a list with double opt-in.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Check your mailbox");
        Assert.True(await IsSubscribedAsync(server, "hosted@example.com"));
        Assert.Empty(faults);
    }

    /// <summary>The page outlives its form, as after the Back button: the answer that was sent serves no second time.</summary>
    private async Task TwiceOnOnePageAsync(ServerProcess server)
    {
        await using var context = await ContextAsync(server);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/subscription/form");
        await page.EvaluateAsync("document.querySelector('form:has(altcha-widget)').target = '_blank'");
        foreach (var email in (string[])["first@example.com", "second@example.com"])
        {
            await page.GetByLabel("E-mail").FillAsync(email);
            var answer = await context.RunAndWaitForPageAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync());
            await Expect(answer.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Check your mailbox");
            await answer.CloseAsync();
            Assert.True(await IsSubscribedAsync(server, email));
        }
    }

    private async Task ByKeyboardAsync(ServerProcess server)
    {
        await using var context = await ContextAsync(server);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/subscription/form");
        var box = page.GetByRole(AriaRole.Checkbox, new() { Name = "I am not a robot" });
        await box.FocusAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Checked");
        await Expect(box).ToBeCheckedAsync();
        // Unticking takes the answer back, ticking begins anew.
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Checked");
    }

    private async Task OnAnotherSiteAsync(ServerProcess server, Guid list)
    {
        var form = SubscriptionFormHtml.Write(new SubscriptionForm
        {
            RootUrl = server.Url,
            Language = LanguageDirectory.English,
            Lists = [new PublicList(1, list, "Orchard news", "", ListOptin.Single)],
            Consent = "I agree",
            Captcha = new CaptchaProviders { Altcha = new AltchaSettings { Enabled = true } },
        });
        await using var shop = await StartShopAsync(form);
        await using var context = await ContextAsync(server);
        var page = await context.NewPageAsync();
        await page.GotoAsync(shop.Urls.Single());
        await page.GetByLabel("E-mail").FillAsync("shop@example.com");
        await Expect(page.Locator("[name=nonce]")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "I agree" }).CheckAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Checked");
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Thank you");
        Assert.StartsWith(server.Url, page.Url, StringComparison.Ordinal);
        Assert.True(await IsSubscribedAsync(server, "shop@example.com"));
    }

    private async Task WithoutScriptsAsync(ServerProcess server)
    {
        await using var context = await ContextAsync(server, hasScripts: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/subscription/form");
        await Expect(page.GetByText("cannot be sent without JavaScript")).ToBeVisibleAsync();
        await page.GetByLabel("E-mail").FillAsync("still@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("tick the box");
        await Expect(page.GetByLabel("E-mail")).ToHaveValueAsync("still@example.com");
        Assert.False(await IsSubscribedAsync(server, "still@example.com"));
    }

    /// <summary>A true server: from a page that comes from nowhere, browsers load nothing of this machine.</summary>
    private static async Task<WebApplication> StartShopAsync(string form)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var shop = builder.Build();
        shop.MapGet("/", () => Results.Content($"<!DOCTYPE html><title>Shop</title>{form}", "text/html; charset=utf-8"));
        await shop.StartAsync();
        return shop;
    }

    private async Task<IBrowserContext> ContextAsync(ServerProcess server, bool hasScripts = true)
    {
        var context = await fixture.Browser.NewContextAsync(new() { BaseURL = server.Url, JavaScriptEnabled = hasScripts });
        context.SetDefaultTimeout(Patience);
        return context;
    }

    private static async Task<bool> IsSubscribedAsync(ServerProcess server, string email) =>
        (await SendAsync(server, HttpMethod.Get, $"/api/subscribers?search={email}"))["results"]!.AsArray().Count == 1;

    private static async Task<JsonNode> SendAsync(ServerProcess server, HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }
}
