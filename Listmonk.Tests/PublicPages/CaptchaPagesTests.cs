using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.PublicPages;

/// <summary>An installation that asks a service of the tests in place of hcaptcha.com.</summary>
public sealed class CaptchaApp : ListmonkApp
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddHttpClient(HcaptchaVerifier.ClientName).ConfigurePrimaryHttpMessageHandler(() => new FakeHcaptcha()));
    }
}

[Trait("Kind", "Http")]
public sealed class CaptchaPagesTests(CaptchaApp app) : HttpTest(app), IClassFixture<CaptchaApp>, IAsyncLifetime
{
    private static readonly object Off = new { altcha = new { enabled = false, complexity = 1000 }, hcaptcha = new { enabled = false, key = "", secret = "" } };
    private static readonly object Altcha = new { altcha = new { enabled = true, complexity = 1000 }, hcaptcha = new { enabled = true, key = "site", secret = "s3cret" } };
    private static readonly object Hcaptcha = new { altcha = new { enabled = false, complexity = 1000 }, hcaptcha = new { enabled = true, key = "site<key>", secret = "s3cret" } };

    private Guid _list;

    public async Task InitializeAsync()
    {
        var list = new MailingList { Uuid = Guid.NewGuid(), Name = "Open", Type = ListType.Public };
        await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.Add(list);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        _list = list.Uuid;
        await UseAsync(Off);
        await PutAsync("/api/settings/security.captcha_api", false);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task While_it_is_off_there_is_no_challenge_and_no_trace_in_the_form()
    {
        Assert.Equal("captcha not enabled", await RefusalAsync(await Anonymous.GetAsync("/api/public/captcha/altcha"), HttpStatusCode.NotFound));
        var page = await Anonymous.GetAsync("/subscription/form");
        Assert.DoesNotContain("captcha", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hcaptcha", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await PostFormAsync("off@example.com")).StatusCode);
    }

    [Fact]
    public async Task A_challenge_has_listmonks_shape_and_every_site_may_read_it()
    {
        await UseAsync(Altcha);
        var response = await Anonymous.GetAsync("/api/public/captcha/altcha");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(["algorithm", "challenge", "maxNumber", "salt", "signature"], body.Select(member => member.Key));
        Assert.Equal(("SHA-256", 1000), (body["algorithm"]!.GetValue<string>(), body["maxNumber"]!.GetValue<int>()));
        Assert.Matches("^[0-9a-f]{64}$", body["challenge"]!.GetValue<string>());
        Assert.Matches("^[0-9a-f]{64}$", body["signature"]!.GetValue<string>());
        Assert.Matches(@"^[0-9a-f]{24}\?expires=[0-9]+&$", body["salt"]!.GetValue<string>());
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_form_that_was_copied_from_listmonk_finds_the_widget()
    {
        var response = await Anonymous.GetAsync("/public/static/altcha.umd.js");
        Assert.Equal("text/javascript", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(await Anonymous.GetStringAsync("/js/altcha.js"), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task With_ALTCHA_the_form_takes_each_solution_once_and_says_what_is_missing()
    {
        await UseAsync(Altcha);
        var page = await Anonymous.GetStringAsync("/subscription/form");
        Assert.Contains("<altcha-widget challengeurl=\"api/public/captcha/altcha\"", page, StringComparison.Ordinal);
        Assert.Contains("cannot be sent without JavaScript", page, StringComparison.Ordinal);

        var missing = await PostFormAsync("missing@example.com");
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        var text = await missing.Content.ReadAsStringAsync();
        Assert.Contains("tick the box", text, StringComparison.Ordinal);
        Assert.Contains("missing@example.com", text, StringComparison.Ordinal);
        Assert.Null(await NameOfAsync("missing@example.com"));

        var answer = AltchaPuzzle.Answer(App.Services.GetRequiredService<AltchaService>().Issue()!);
        Assert.Equal(HttpStatusCode.OK, (await PostFormAsync("solved@example.com", ("altcha", answer))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostFormAsync("again@example.com", ("altcha", answer))).StatusCode);
        Assert.Equal((true, false), (await NameOfAsync("solved@example.com") is not null, await NameOfAsync("again@example.com") is not null));
    }

    [Fact]
    public async Task With_hCaptcha_the_service_decides_and_only_this_page_may_load_it()
    {
        await UseAsync(Hcaptcha);
        var page = await Anonymous.GetAsync("/subscription/form");
        Assert.Contains("data-sitekey=\"site&lt;key&gt;\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("script-src 'self' https://hcaptcha.com https://*.hcaptcha.com;", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("hcaptcha", (await Anonymous.GetAsync("/")).Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await PostFormAsync("h-good@example.com", ("h-captcha-response", "good"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostFormAsync("h-bad@example.com", ("h-captcha-response", "bad"))).StatusCode);
        Assert.Null(await NameOfAsync("h-bad@example.com"));
        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.GetAsync("/api/public/captcha/altcha")).StatusCode);
    }

    [Fact]
    public async Task The_widget_of_version_3_gets_puzzles_of_its_kind_and_its_answer_passes()
    {
        await UseAsync(Altcha);
        var response = await Anonymous.GetAsync("/api/public/captcha/altcha/v3");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(["algorithm", "cost", "expiresAt", "keyLength", "keyPrefix", "nonce", "salt"], body["parameters"]!.AsObject().Select(member => member.Key));
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());

        var answer = AltchaPuzzle.Answer((await response.Content.ReadFromJsonAsync<AltchaKeyChallenge>())!);
        Assert.Equal(HttpStatusCode.OK, (await PostFormAsync("third@example.com", ("altcha", answer))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostFormAsync("fourth@example.com", ("altcha", answer))).StatusCode);

        await UseAsync(Off);
        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.GetAsync("/api/public/captcha/altcha/v3")).StatusCode);
    }

    [Fact]
    public async Task The_API_takes_clients_without_a_captcha_until_the_settings_ask_for_one()
    {
        await UseAsync(Altcha);
        var altcha = App.Services.GetRequiredService<AltchaService>();
        Assert.Equal(HttpStatusCode.OK, (await SubscribeAsync(Anonymous, "old-client@example.com")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SubscribeAsync(Anonymous, "new-client@example.com", AltchaPuzzle.Answer(altcha.Issue()!))).StatusCode);
        await RefusalAsync(await SubscribeAsync(Anonymous, "forger@example.com", "forged"), HttpStatusCode.BadRequest);

        await PutAsync("/api/settings/security.captcha_api", true);
        Assert.Contains("'altcha'", await RefusalAsync(await SubscribeAsync(Anonymous, "bot@example.com"), HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SubscribeAsync(Anonymous, "solver@example.com", AltchaPuzzle.Answer(altcha.Issue()!))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SubscribeAsync(Api, "account@example.com")).StatusCode);
        Assert.Null(await NameOfAsync("bot@example.com"));
    }

    [Theory]
    [InlineData("""{"altcha":{"enabled":true,"complexity":999}}""")]
    [InlineData("""{"altcha":{"enabled":true,"complexity":1000001}}""")]
    [InlineData("""{"hcaptcha":{"enabled":true,"key":"","secret":"x"}}""")]
    public async Task Settings_that_would_close_the_form_to_everybody_are_refused(string captcha) =>
        await RefusalAsync(await Api.PutAsJsonAsync("/api/settings/security.captcha", JsonNode.Parse(captcha)), HttpStatusCode.BadRequest);

    [Fact]
    public async Task Parts_that_a_client_leaves_out_or_sets_to_null_do_no_harm()
    {
        await PutAsync("/api/settings", new JsonObject { ["security.captcha"] = new JsonObject { ["altcha"] = null }, ["security.trusted_urls"] = null });
        Assert.Equal(HttpStatusCode.OK, (await Anonymous.GetAsync("/subscription/form")).StatusCode);
        Assert.False((await GetAsync("/api/config"))["public_subscription"]!["captcha_enabled"]!.GetValue<bool>());
    }

    private Task<JsonNode> UseAsync(object captcha) => PutAsync("/api/settings/security.captcha", captcha);

    private Task<HttpResponseMessage> PostFormAsync(string email, params (string Name, string Value)[] more) => Anonymous.PostAsync(
        "/subscription/form",
        new FormUrlEncodedContent(more.Append(("email", email)).Append(("l", _list.ToString())).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));

    private Task<HttpResponseMessage> SubscribeAsync(HttpClient client, string email, string? altcha = null) =>
        client.PostAsJsonAsync("/api/public/subscription", new { email, list_uuids = new[] { _list }, altcha });

    private async Task<string?> NameOfAsync(string email)
    {
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        return await db.Subscribers.Where(person => person.Email == email).Select(person => person.Name).SingleOrDefaultAsync();
    }
}

[Trait("Kind", "Http")]
public sealed class UnprovenSignUpsTests
{
    [Fact]
    public async Task Strangers_without_a_captcha_are_slowed_down_and_those_with_one_are_not()
    {
        await using var app = new ListmonkApp();
        app.Options["Listmonk:RateLimits:Scale"] = "1";
        using var api = app.Api();
        using var stranger = app.Anonymous();
        (await api.PutAsJsonAsync("/api/settings/security.captcha", new { altcha = new { enabled = true, complexity = 1000 } })).EnsureSuccessStatusCode();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            // An unknown list: the limit comes before anything is looked at.
            statuses.Add((await stranger.PostAsJsonAsync("/api/public/subscription", new { email = $"p{i}@example.com", list_uuids = new[] { Guid.NewGuid() } })).StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.BadRequest, 5), HttpStatusCode.TooManyRequests], statuses);
        var answer = AltchaPuzzle.Answer(app.Services.GetRequiredService<AltchaService>().Issue()!);
        var solved = await stranger.PostAsJsonAsync("/api/public/subscription", new { email = "solved@example.com", list_uuids = new[] { Guid.NewGuid() }, altcha = answer });
        Assert.Equal(HttpStatusCode.BadRequest, solved.StatusCode);
    }
}
