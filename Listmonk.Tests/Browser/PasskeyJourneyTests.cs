using System.Net.Http.Json;
using Listmonk.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>A passkey's life with a true browser and its virtual authenticator (WebAuthn level 3, 11).</summary>
[Trait("Kind", "Browser")]
public sealed class PasskeyJourneyTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const float Patience = 60_000;

    [Fact]
    public async Task A_passkey_is_made_signs_in_and_after_its_removal_is_refused()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        var root = $"http://localhost:{server.Port}";
        Assert.True((await server.Client.PutAsJsonAsync("/api/settings/app.root_url", root)).IsSuccessStatusCode);
        SetDefaultExpectTimeout(Patience);
        try
        {
            await LiveAsync(root, server.Url);
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}The program said:{Environment.NewLine}{server.Output}");
        }
    }

    private async Task LiveAsync(string root, string elsewhere)
    {
        await using var context = await fixture.Browser.NewContextAsync(new() { BaseURL = root });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        var device = await VirtualAuthenticator.AddAsync(page);
        await page.SignInAsync();

        await page.GotoAsync("/admin/user/profile");
        var panel = page.Locator("[data-test=passkeys]");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await panel.GetByLabel("Name").FillAsync("This browser");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Create the passkey" }).ClickAsync();
        await Expect(panel.Locator(".row-name")).ToContainTextAsync("This browser");
        await Expect(panel).ToContainTextAsync("never");

        await device.BeAwayAsync();
        await SignOutAsync(page);
        await page.GotoAsync("/admin/login?next=%2Fadmin%2Fuser%2Fprofile");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeVisibleAsync();
        await device.BePresentAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(panel.Locator(".row-name")).ToContainTextAsync("This browser");
        await Expect(panel).Not.ToContainTextAsync("never");

        await device.BeAwayAsync();
        await SignOutAsync(page);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeVisibleAsync();
        await RemoveElsewhereAsync(root, elsewhere);
        await device.BePresentAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("was removed");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToHaveCountAsync(0);
        Assert.Empty(faults);
    }

    /// <summary>Another browser, by the password; on the way the wrong address says which is right.</summary>
    private async Task RemoveElsewhereAsync(string root, string elsewhere)
    {
        await using var context = await fixture.Browser.NewContextAsync(new() { BaseURL = root });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{elsewhere}/admin/login");
        await Expect(page.GetByText($"Passkeys work at {root} only.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeHiddenAsync();

        await page.SignInAsync();
        await page.GotoAsync("/admin/user/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove This browser" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove This browser" })).ToHaveCountAsync(0);
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Account:" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/admin/login");
    }

    /// <summary>The browser's own device with a fingerprint reader, by the DevTools protocol.</summary>
    private sealed class VirtualAuthenticator(ICDPSession session, string id)
    {
        public static async Task<VirtualAuthenticator> AddAsync(IPage page)
        {
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("WebAuthn.enable");
            var options = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            };
            var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new() { ["options"] = options });
            return new VirtualAuthenticator(session, added!.Value.GetProperty("authenticatorId").GetString()!);
        }

        /// <summary>A finger lies on the reader.</summary>
        public Task BePresentAsync() => SimulateAsync(isPresent: true);

        /// <summary>The browser offers its keys by itself, which the test must not accept unasked.</summary>
        public Task BeAwayAsync() => SimulateAsync(isPresent: false);

        private async Task SimulateAsync(bool isPresent) =>
            await session.SendAsync("WebAuthn.setAutomaticPresenceSimulation", new() { ["authenticatorId"] = id, ["enabled"] = isPresent });
    }
}
