using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Auth;
using Listmonk.Core.Maintenance;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Auth.OpenId;

/// <summary>Whole sign-ins: sign-in page, provider, and back.</summary>
public sealed class OpenIdSignInTests(ListmonkApp app) : HttpTest(app), IAsyncLifetime
{
    private FakeOpenIdProvider _provider = null!;

    public async Task InitializeAsync()
    {
        _provider = await FakeOpenIdProvider.StartAsync();
        await PutAsync("/api/settings/security.oidc", _provider.Settings());
    }

    public Task DisposeAsync() => _provider.DisposeAsync().AsTask();

    [Fact]
    public async Task Somebody_with_an_account_gets_to_where_they_wanted_and_out_again()
    {
        var name = await PersonAsync("ann@example.com");
        var browser = App.Browser();
        var page = await browser.GetStringAsync("/admin/login?next=%2Fadmin%2Flists%3Fq%3D1");
        Assert.Contains("Sign in with Acme", page, StringComparison.Ordinal);

        var done = await SignInAsync(browser, "?next=%2Fadmin%2Flists%3Fq%3D1");
        Assert.Equal("/admin/lists?q=1", done.Headers.Location!.ToString());
        Assert.Equal(
            ("code", "openid profile email", "S256", "http://localhost:9000/auth/oidc", "test"),
            (Asked("response_type"), Asked("scope"), Asked("code_challenge_method"), Asked("redirect_uri"), Asked("audience")));

        var profile = await DataAsync(await browser.GetAsync("/api/profile"));
        Assert.Equal((name, "https://pictures.example.com/ann.png"), (profile["username"]!.GetValue<string>(), profile["avatar"]!.GetValue<string>()));

        await browser.PostAsync("/api/logout", null);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/profile")).StatusCode);
    }

    [Theory]
    [InlineData(OpenIdMischief.WrongNonce)]
    [InlineData(OpenIdMischief.WrongAudience)]
    [InlineData(OpenIdMischief.WrongIssuer)]
    [InlineData(OpenIdMischief.OtherParty)]
    [InlineData(OpenIdMischief.Expired)]
    [InlineData(OpenIdMischief.WrongSignature)]
    [InlineData(OpenIdMischief.Unsigned)]
    [InlineData(OpenIdMischief.SharedSecretSignature)]
    [InlineData(OpenIdMischief.NoSubject)]
    [InlineData(OpenIdMischief.NoToken)]
    public async Task A_token_that_does_not_hold_signs_nobody_in(OpenIdMischief mischief)
    {
        await PersonAsync("ann@example.com");
        _provider.Mischief = mischief;
        var browser = App.Browser();
        await SignInAsync(browser);
        await AssertRefusedAsync(browser, "The sign-in at Acme did not work");
    }

    [Fact]
    public async Task A_secret_that_is_wrong_signs_nobody_in_and_the_log_says_why()
    {
        await PersonAsync("ann@example.com");
        _provider.TakesSecretInForm = true;
        var settings = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(_provider.Settings()))!;
        settings["client_secret"] = "wrong";
        await PutAsync("/api/settings/security.oidc", settings);
        var browser = App.Browser();
        await SignInAsync(browser);
        await AssertRefusedAsync(browser, "The sign-in at Acme did not work");
        Assert.Contains(App.Services.GetRequiredService<LogRing>().All(), line => line.Message.Contains("invalid_client", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_secret_may_travel_in_the_form()
    {
        await PersonAsync("ann@example.com");
        _provider.TakesSecretInForm = true;
        Assert.Equal("/admin", (await SignInAsync(App.Browser())).Headers.Location!.ToString());
    }

    [Fact]
    public async Task An_address_in_the_user_information_alone_is_enough_if_it_is_the_same_persons()
    {
        await PersonAsync("ann@example.com");
        _provider.TellsByUserInfo = true;
        Assert.Equal("/admin", (await SignInAsync(App.Browser())).Headers.Location!.ToString());

        _provider.Mischief = OpenIdMischief.UserInfoOfSomebodyElse;
        var browser = App.Browser();
        await SignInAsync(browser);
        await AssertRefusedAsync(browser, "did not work");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_address_that_the_provider_has_not_confirmed_is_refused(bool isToldByUserInfo)
    {
        await PersonAsync("ann@example.com");
        (_provider.Claims["email_verified"], _provider.TellsVerifiedByUserInfo) = (false, isToldByUserInfo);
        var browser = App.Browser();
        await SignInAsync(browser);
        await AssertRefusedAsync(browser, "Your e-mail address is not confirmed at Acme");
    }

    [Fact]
    public async Task Strangers_disabled_people_and_programs_are_told_and_not_let_in()
    {
        var stranger = App.Browser();
        _provider.Claims["email"] = "stranger@example.com";
        await SignInAsync(stranger);
        await AssertRefusedAsync(stranger, "stranger@example.com has no account here");

        await PersonAsync("gone@example.com", "disabled");
        _provider.Claims["email"] = "gone@example.com";
        var gone = App.Browser();
        await SignInAsync(gone);
        await AssertRefusedAsync(gone, "Your account is disabled");

        _provider.Claims["email"] = $"{ListmonkApp.ApiUser}@api";
        var program = App.Browser();
        await SignInAsync(program);
        await AssertRefusedAsync(program, "has no account here");
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_after_the_provider_too()
    {
        var name = await PersonAsync("ann@example.com");
        var browser = App.Browser();
        await SignInAsync(browser);
        var secret = (await DataAsync(await browser.GetAsync("/api/users/1/twofa/totp")))["secret"]!.GetValue<string>();
        var code = TotpCode.Compute(secret, TotpCode.Step(TimeProvider.System.GetUtcNow()));
        await DataAsync(await browser.PutAsJsonAsync("/api/users/1/twofa", new { code }));

        var second = App.Browser();
        var asked = await SignInAsync(second, "?next=%2Fadmin%2Flists");
        Assert.Equal("/admin/login/twofa?next=%2Fadmin%2Flists", asked.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await second.GetAsync("/api/profile")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/admin/login/twofa")).StatusCode);
        Assert.NotEmpty(name);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_said_and_logged_once()
    {
        await PutAsync("/api/settings/security.oidc", new { enabled = true, provider_url = "http://127.0.0.1:1", provider_name = "Nowhere", client_id = "x" });
        for (var i = 0; i < 2; i++)
        {
            var browser = App.Browser();
            Assert.EndsWith("/admin/login?next=%2Fadmin%2Flists", (await BeginAsync(browser, "?next=%2Fadmin%2Flists")).Headers.Location!.ToString(), StringComparison.Ordinal);
            await AssertRefusedAsync(browser, "Nowhere cannot be reached");
        }

        Assert.Single(App.Services.GetRequiredService<LogRing>().All(), line => line.Message.Contains("People cannot sign in at http://127.0.0.1:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_who_declines_at_the_provider_is_back_at_the_sign_in()
    {
        _provider.Error = "access_denied";
        var browser = App.Browser();
        await SignInAsync(browser);
        await AssertRefusedAsync(browser, "Acme did not sign you in");
    }

    [Fact]
    public async Task An_answer_belongs_to_the_browser_that_asked_and_serves_once()
    {
        await PersonAsync("ann@example.com");
        var browser = App.Browser();
        var back = await AskProviderAsync(await BeginAsync(browser, ""));
        var thief = App.Browser();
        await thief.GetAsync(back);
        await AssertRefusedAsync(thief, "begun in another window");

        Assert.Equal("/admin", (await browser.GetAsync(back)).Headers.Location!.ToString());
        await browser.PostAsync("/api/logout", null);
        await browser.GetAsync(back);
        await AssertRefusedAsync(browser, "begun in another window");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    public async Task Nobody_is_led_to_another_site(string next)
    {
        await PersonAsync("ann@example.com");
        var done = await SignInAsync(App.Browser(), $"?next={Uri.EscapeDataString(next)}");
        Assert.Equal("/admin", done.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Another_sites_form_starts_nothing()
    {
        var browser = App.Browser();
        var answer = await browser.PostAsync("/auth/oidc", new FormUrlEncodedContent([new("next", "/admin")]));
        Assert.Equal("/admin/login", answer.Headers.Location!.ToString());
        await AssertRefusedAsync(browser, "The page was too old");
    }

    [Fact]
    public async Task A_provider_may_answer_with_a_form()
    {
        var answer = await App.Browser().PostAsync("/auth/oidc", new FormUrlEncodedContent([new("state", "s t"), new("code", "c"), new("user", "{}")]));
        Assert.Equal((HttpStatusCode.SeeOther, "/auth/oidc?state=s%20t&code=c"), (answer.StatusCode, answer.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task While_it_is_off_there_is_neither_button_nor_address()
    {
        await PutAsync("/api/settings/security.oidc", new { enabled = false });
        Assert.DoesNotContain("auth/oidc", await App.Browser().GetStringAsync("/admin/login"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await App.Browser().GetAsync("/auth/oidc?code=a&state=b")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await App.Browser().PostAsync("/auth/oidc", null)).StatusCode);
    }

    [Fact]
    public async Task As_the_only_way_in_it_stands_first_and_a_super_admin_can_still_use_a_password()
    {
        await PutAsync("/api/settings/security.oidc_only", true);
        try
        {
            var browser = App.Browser();
            var page = await browser.GetStringAsync("/admin/login");
            Assert.InRange(page.IndexOf("Sign in with Acme", StringComparison.Ordinal), 0, page.IndexOf("<details", StringComparison.Ordinal));
            var done = await browser.SignInAsync();
            Assert.Equal(HttpStatusCode.Found, done.StatusCode);
        }
        finally
        {
            await PutAsync("/api/settings/security.oidc_only", false);
        }
    }

    [Fact]
    public async Task Who_came_from_the_provider_is_led_there_to_sign_out_if_the_settings_want_it()
    {
        await PersonAsync("ann@example.com");
        var browser = App.Browser();
        await SignInAsync(browser);
        Assert.Equal("/admin/login", (await SignOutAsync(browser)).Headers.Location!.ToString());

        await PutAsync("/api/settings/security.oidc_sign_out", true);
        try
        {
            await SignInAsync(browser);
            var left = await SignOutAsync(browser);
            Assert.Equal(
                $"0; url={_provider.Url}/logout?site=test&client_id={FakeOpenIdProvider.ClientId}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A9000%2Fadmin%2Flogin",
                left.Headers.GetValues("Refresh").Single());
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/profile")).StatusCode);

            var byPassword = App.Browser();
            await byPassword.SignInAsync();
            Assert.Equal("/admin/login", (await SignOutAsync(byPassword)).Headers.Location!.ToString());

            _provider.DocumentFault = "end_session_endpoint";
            await PutAsync("/api/settings/security.oidc", new { enabled = true, provider_url = _provider.Url + "/", provider_name = "Acme", client_id = FakeOpenIdProvider.ClientId, client_secret = FakeOpenIdProvider.ClientSecret });
            await SignInAsync(browser);
            Assert.Equal("/admin/login", (await SignOutAsync(browser)).Headers.Location!.ToString());
        }
        finally
        {
            await PutAsync("/api/settings/security.oidc_sign_out", false);
        }
    }

    [Fact]
    public async Task Nobody_who_signs_in_there_only_has_a_password()
    {
        var name = await PersonAsync("ann@example.com", passwordLogin: false);
        var browser = App.Browser();
        Assert.Equal("/admin", (await SignInAsync(browser)).Headers.Location!.ToString());
        var refused = await browser.PutAsJsonAsync("/api/profile", new { name, email = "ann@example.com", password = "a new password" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private string Asked(string name) => _provider.Asked![name].ToString();

    /// <summary>The only account with this address.</summary>
    private async Task<string> PersonAsync(string email, string status = "enabled", bool passwordLogin = true)
    {
        foreach (var user in (await GetAsync("/api/users")).AsArray().Where(user => user!["email"]?.GetValue<string>() == email))
        {
            await Api.DeleteAsync($"/api/users/{user!["id"]}");
        }

        var name = $"p{Guid.NewGuid():N}";
        await PostAsync("/api/users", new { username = name, type = "user", status, email, password_login = passwordLogin, password = passwordLogin ? "pass word with blanks " : "", user_role_id = 1 });
        return name;
    }

    /// <summary>Presses the button of the sign-in page.</summary>
    private static Task<HttpResponseMessage> BeginAsync(HttpClient browser, string query) => browser.PostFormAsync("/admin/login" + query, "form[action='auth/oidc']");

    /// <summary>Follows the page to the provider, which signs the person in without asking.</summary>
    /// <returns>The address here to which the provider sends back.</returns>
    private static async Task<string> AskProviderAsync(HttpResponseMessage begun)
    {
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        using var outside = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var refresh = begun.Headers.GetValues("Refresh").Single();
        var answer = await outside.GetAsync(new Uri(refresh["0; url=".Length..]));
        return answer.Headers.Location!.PathAndQuery;
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string query = "") =>
        await browser.GetAsync(await AskProviderAsync(await BeginAsync(browser, query)));

    /// <summary>A page's form; any page that has an antiforgery token will do, and those of administrators have it only in their circuit.</summary>
    private static async Task<HttpResponseMessage> SignOutAsync(HttpClient browser)
    {
        using var form = HtmlForm.Find(await browser.GetStringAsync("/admin/login"), "form:has(#password)").With();
        return await browser.PostAsync("/admin/logout", form);
    }

    private static async Task AssertRefusedAsync(HttpClient browser, string reason)
    {
        Assert.Contains(reason, WebUtility.HtmlDecode(await browser.GetStringAsync("/admin/login")), StringComparison.Ordinal);
        Assert.DoesNotContain(reason, WebUtility.HtmlDecode(await browser.GetStringAsync("/admin/login")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/profile")).StatusCode);
    }
}
