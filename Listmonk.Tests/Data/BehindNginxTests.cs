using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Tests.Auth.Passkeys;
using Listmonk.Tests.Browser;
using Listmonk.Tests.Doctor;
using Listmonk.Tests.PublicPages;
using Listmonk.Tests.Support;
using Listmonk.Web.Auth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Listmonk.Tests.Data;

/// <summary>
/// Two processes on one PostgreSQL database behind nginx with the configuration of <c>deploy/</c>, which asks them in turn: whatever one of them
/// has begun, the other goes on with.
/// </summary>
[Trait("Kind", "Browser")]
public sealed class BehindNginxTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const string Host = "news.example.test";
    private const float Patience = 60_000;

    /// <summary>So often that both have answered, one after the other.</summary>
    private const int Turns = 6;

    [Fact]
    public async Task Forms_sessions_settings_captchas_and_passkeys_of_one_hold_in_the_other()
    {
        await using var site = await Site.StartAsync();
        await SessionsHoldInBothAsync(site);
        await SettingsHoldInBothAsync(site);
        await ACaptchaIsSpentInBothAsync(site);
        await APasskeySignsInWhicheverIsAskedAsync(site);
    }

    [Fact]
    public async Task Admin_pages_stay_with_their_process_and_when_it_dies_the_other_takes_over()
    {
        await using var site = await Site.StartAsync();
        await using var browser = await fixture.LaunchAsync($"--host-resolver-rules=MAP {Host} 127.0.0.1");
        await using var context = await browser.NewContextAsync(new() { BaseURL = site.Root, IgnoreHTTPSErrors = true });
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        try
        {
            var page = await context.NewPageAsync();
            var sockets = new List<string>();
            page.WebSocket += (_, socket) => sockets.Add(socket.Url);
            var holder = "";
            page.Response += (_, answer) => holder = answer.Url.Contains("/_blazor/negotiate", StringComparison.Ordinal) ? answer.Headers[Site.UpstreamHeader] : holder;
            await page.SignInAsync();
            await CreateListAsync(page, "Before");
            Assert.All(sockets, socket => Assert.StartsWith($"wss://{Host}:", socket, StringComparison.Ordinal));
            Assert.NotEmpty(sockets);

            await site.Server(holder).KillAsync();
            await CreateListAsync(page, "After");
            await page.GotoAsync("/admin/lists");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Before", Exact = true })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "After", Exact = true })).ToBeVisibleAsync();
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            Assert.Fail($"{exception.Message}{Environment.NewLine}nginx said:{Environment.NewLine}{site.Proxy.Output}");
        }
    }

    private static async Task CreateListAsync(IPage page, string name)
    {
        await page.GotoAsync("/admin/lists/new");
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create list" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToContainTextAsync("New list");
    }

    /// <summary>Each form comes from one process and goes to the other: data-protection keys and antiforgery are shared.</summary>
    private static async Task SessionsHoldInBothAsync(Site site)
    {
        using var browser = site.Browser();
        var answered = new HashSet<string>(StringComparer.Ordinal);
        string session = "";
        for (var i = 0; i < Turns; i++)
        {
            var signedIn = await browser.SignInAsync();
            Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
            session = signedIn.SessionCookie().Split(';')[0];
            answered.Add(Site.Upstream(signedIn));
            using var page = await browser.GetAsync("/admin/lists");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            answered.Add(Site.Upstream(page));
        }

        Assert.Equal(2, answered.Count);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await AskBothAsync(site, session));

        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/api/logout", null)).StatusCode);
        await Polling.UntilAsync(async () => (await AskBothAsync(site, session)).All(status => status == HttpStatusCode.Forbidden));

        var again = await browser.SignInAsync();
        var ended = again.SessionCookie().Split(';')[0];
        using var changed = await site.Api.PutAsJsonAsync("/api/users/1", new
        {
            username = "admin",
            email = "admin@listmonk.invalid",
            type = "user",
            status = "enabled",
            password_login = true,
            password = ListmonkApp.AdminPassword,
            user_role_id = 1,
        });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        await Polling.UntilAsync(async () => (await AskBothAsync(site, ended)).All(status => status == HttpStatusCode.Forbidden));
    }

    private static async Task SettingsHoldInBothAsync(Site site)
    {
        using var saved = await site.Api.PutAsJsonAsync("/api/settings/app.site_name", "Seen by both");
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        await Polling.UntilAsync(async () =>
        {
            var names = new List<string>();
            for (var i = 0; i < Turns; i++)
            {
                names.Add((await site.Api.GetFromJsonAsync<JsonNode>("/api/settings"))!["data"]!["app.site_name"]!.GetValue<string>());
            }

            return names.TrueForAll(name => name == "Seen by both");
        });
    }

    private static async Task ACaptchaIsSpentInBothAsync(Site site)
    {
        using var saved = await site.Api.PutAsJsonAsync("/api/settings", new JsonObject
        {
            ["security.captcha"] = JsonNode.Parse("""{"altcha":{"enabled":true,"complexity":1000}}"""),
        });
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        using var stranger = site.Browser();
        await Polling.UntilAsync(async () => (await stranger.GetAsync("/api/public/captcha/altcha")).IsSuccessStatusCode && (await stranger.GetAsync("/api/public/captcha/altcha")).IsSuccessStatusCode);
        var list = (await site.Api.PostAsJsonAsync("/api/lists", new { name = "Public", type = "public", optin = "single" })).Content.ReadFromJsonAsync<JsonNode>();
        var uuid = (await list)!["data"]!["uuid"]!.GetValue<string>();
        var answer = AltchaPuzzle.Answer((await stranger.GetFromJsonAsync<AltchaChallenge>("/api/public/captcha/altcha"))!);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < Turns; i++)
        {
            using var form = new FormUrlEncodedContent([new("email", $"person{i}@example.com"), new("l", uuid), new("altcha", answer)]);
            statuses.Add((await stranger.PostAsync("/subscription/form", form)).StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.BadRequest, Turns - 1)], statuses);
    }

    private static async Task APasskeySignsInWhicheverIsAskedAsync(Site site)
    {
        using var device = new TestAuthenticator { Origin = site.Root, RelyingParty = Host };
        await site.AddPasskeyAsync(device);
        for (var i = 0; i < Turns; i++)
        {
            using var browser = site.Browser();
            var page = await browser.GetStringAsync("/admin/login");
            var form = HtmlForm.Find(page, "form[data-passkey]");
            using var content = form.With(("credential", device.Get(form.Data["passkey"])));
            using var signedIn = await browser.PostAsync("/" + form.Action, content);
            Assert.Equal("/admin", signedIn.Headers.Location!.ToString());
        }
    }

    private static async Task<HttpStatusCode[]> AskBothAsync(Site site, string session)
    {
        var answers = new List<HttpStatusCode>();
        foreach (var server in site.Pair.Both)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Url}/api/profile") { Headers = { { "Cookie", session } } };
            using var direct = new HttpClient(new SocketsHttpHandler { UseCookies = false });
            answers.Add((await direct.SendAsync(request)).StatusCode);
        }

        return [.. answers];
    }

    /// <summary>The processes, nginx, and who comes to it.</summary>
    private sealed class Site(TestDatabase database, ProcessPair pair, LocalAuthority authority, ReverseProxy proxy) : IAsyncDisposable
    {
        /// <summary>nginx tells the test whom it has asked.</summary>
        public const string UpstreamHeader = "x-upstream";

        public ProcessPair Pair { get; } = pair;

        public ReverseProxy Proxy { get; } = proxy;

        public string Root { get; } = $"https://{Host}:{proxy.Port}";

        /// <summary>A program with every right.</summary>
        public HttpClient Api { get; } = new(authority.Handler()) { BaseAddress = new Uri($"https://{Host}:{proxy.Port}") };

        public static async Task<Site> StartAsync()
        {
            var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres, services => services.AddSingleton(TimeProvider.System));
            var pair = await ProcessPair.StartAsync(database);
            var authority = new LocalAuthority();
            var proxy = await ReverseProxy.NginxAsync(authority, Host, [.. pair.Both.Select(server => $"127.0.0.1:{server.Port}")], UpstreamHeader);
            var site = new Site(database, pair, authority, proxy);
            site.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", $"{ListmonkApp.ApiUser}:{ListmonkApp.ApiToken}");
            using var saved = await site.Api.PutAsJsonAsync("/api/settings/app.root_url", site.Root);
            Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
            return site;
        }

        public static string Upstream(HttpResponseMessage answer) => answer.Headers.GetValues(UpstreamHeader).Single();

        public HttpClient Browser() => new(authority.Handler()) { BaseAddress = new Uri(Root) };

        public ServerProcess Server(string upstream) => Pair.Both.Single(server => upstream == $"127.0.0.1:{server.Port}");

        /// <summary>Puts the device's key on the administrator's account, as the profile page does.</summary>
        public async Task AddPasskeyAsync(TestAuthenticator device)
        {
            await database.Get<SettingsStore>().LoadAsync(CancellationToken.None);
            var directory = database.Get<UserDirectory>();
            await directory.ReloadAsync(CancellationToken.None);
            var user = (await database.Get<UserQueries>().FindAsync(1, Actor.System, CancellationToken.None)).Value;
            using var scope = database.Services.CreateScope();
            var ceremony = ActivatorUtilities.CreateInstance<PasskeyCeremony>(scope.ServiceProvider);
            var asked = await ceremony.AskForNewAsync(user);
            var made = await ceremony.FinishNewAsync(device.Create(asked.Options), asked.State);
            var added = await database.Get<PasskeyService>().AddAsync(
                made.Value, "Laptop", new PasskeyProof(ListmonkApp.AdminPassword, null), directory.Find(user.Id)!.Actor, CancellationToken.None);
            Assert.True(added.IsOk, added.Message);
        }

        public async ValueTask DisposeAsync()
        {
            Api.Dispose();
            await Proxy.DisposeAsync();
            await Pair.DisposeAsync();
            authority.Dispose();
            await database.DisposeAsync();
        }
    }
}
