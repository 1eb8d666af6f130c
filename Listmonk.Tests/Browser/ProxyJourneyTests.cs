using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Tests.Doctor;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Browser;

/// <summary>The whole way through Debian's Caddy and nginx with TLS: admin pages over WebSocket, the mail's pixel and links, the doctor.</summary>
[Trait("Kind", "Browser")]
public sealed class ProxyJourneyTests(BrowserFixture fixture, ServedDoctorApp app) : IClassFixture<BrowserFixture>, IClassFixture<ServedDoctorApp>
{
    private const float Patience = 60_000;
    private const string MailProgram = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0";

    [Fact]
    public async Task Behind_Caddy_a_campaign_is_composed_sent_opened_and_clicked_and_the_doctor_is_green()
    {
        await using var proxy = await ReverseProxy.CaddyAsync(app.Authority, DoctorApp.Host, app.Upstream);
        await WalkAsync(proxy, "Caddy");
    }

    [Fact]
    public async Task Behind_nginx_a_campaign_is_composed_sent_opened_and_clicked_and_the_doctor_is_green()
    {
        await using var proxy = await ReverseProxy.NginxAsync(app.Authority, DoctorApp.Host, app.Upstream);
        await WalkAsync(proxy, "nginx");
    }

    private async Task WalkAsync(ReverseProxy proxy, string name)
    {
        var root = $"https://{DoctorApp.Host}:{proxy.Port}";
        var settings = new JsonObject { ["app.root_url"] = root, ["privacy.individual_tracking"] = true };
        Assert.True((await app.Services.GetRequiredService<SettingsService>().SaveAsync(settings, Actor.System, CancellationToken.None)).IsOk);
        await using var browser = await fixture.LaunchAsync($"--host-resolver-rules=MAP {DoctorApp.Host} 127.0.0.1");
        await using var marketer = await browser.NewContextAsync(new() { BaseURL = root, IgnoreHTTPSErrors = true });
        marketer.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        var page = await marketer.NewPageAsync();
        var said = new ConcurrentQueue<string>();
        page.Console += (_, message) => said.Enqueue(message.Text);
        try
        {
            await WalkAsync(browser, page, root, name);
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            var shown = await page.Locator("body").InnerTextAsync();
            Assert.Fail(string.Join(Environment.NewLine, [exception.ToString(), $"The page at {page.Url} showed:", shown, "The browser said:", .. said, "The proxy said:", proxy.Output]));
        }
    }

    private async Task WalkAsync(IBrowser browser, IPage page, string root, string name)
    {
        var sockets = new List<string>();
        page.WebSocket += (_, socket) => sockets.Add(socket.Url);
        await page.SignInAsync();
        await page.CreateListAsync($"Friends of {name}");
        await page.CreateSubscriberAsync($"rosa@{name}.example", "Rosa Lima", $"Friends of {name}");

        // The destination is this machine, so that the browser can follow the redirect to its end; that it is not https is warned of.
        var destination = $"http://{app.Upstream}/health/live?day=sat&from={name}";
        var campaign = await page.ComposeAsync($"Opening day, {name}", $"The orchard opens, {name}", $"Friends of {name}", $"""<h1>Hello</h1><p><a href="{destination.Replace("&", "&amp;", StringComparison.Ordinal)}">Opening hours</a></p>""");
        await page.SendToOneAsync(warned: true);
        var mail = await page.ReadCapturedMailAsync($"The orchard opens, {name}", "Opening hours");
        await page.GotoAsync($"/admin/campaigns/{campaign}/report");
        await Expect(page.Figure("Opened")).ToHaveTextAsync("0");

        await using var recipient = await browser.NewContextAsync(new() { IgnoreHTTPSErrors = true, UserAgent = MailProgram });
        recipient.SetDefaultTimeout(Patience);
        var reader = await recipient.NewPageAsync();
        var pixel = await reader.GotoAsync(Assert.Single(CampaignJourney.TrackedUrls(mail, "open")));
        Assert.Equal("image/gif", await pixel!.HeaderValueAsync("content-type"));
        await reader.GotoAsync(Assert.Single(CampaignJourney.TrackedUrls(mail, "link")));
        Assert.Equal(destination, reader.Url);

        await Expect(page.Figure("Opened")).ToHaveTextAsync("1");
        await Expect(page.Figure("Clicked")).ToHaveTextAsync("1");
        Assert.All(sockets, socket => Assert.StartsWith($"wss://{DoctorApp.Host}:", socket, StringComparison.Ordinal));
        Assert.NotEmpty(sockets);

        await page.GotoAsync("/admin/settings/doctor");
        await Expect(page.Locator("[data-check=hits]")).ToBeVisibleAsync();
        // How fast a busy test machine answers is not the matter here.
        await Expect(page.Locator("[data-fault]:not([data-check=response_time])")).ToHaveCountAsync(0);
        await Expect(page.Locator(".doctor-untested")).ToHaveCountAsync(0);
    }
}
