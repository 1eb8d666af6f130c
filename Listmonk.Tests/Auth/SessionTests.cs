using System.Net;
using System.Net.Http.Json;
using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Auth;

public sealed class SessionTests(ListmonkApp app) : HttpTest(app)
{
    private const string Password = "pass word with blanks ";

    [Fact]
    public async Task Signing_out_makes_a_copied_cookie_worthless()
    {
        var name = await PersonAsync();
        var (client, cookie) = await SignInAsync(name);
        Assert.Equal(HttpStatusCode.OK, (await WithCookieAsync(cookie)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/logout", null)).StatusCode);

        Assert.Equal("invalid session", await RefusalAsync(await WithCookieAsync(cookie), HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task A_revoked_session_and_a_disabled_account_are_out_at_once()
    {
        var name = await PersonAsync();
        var (_, first) = await SignInAsync(name);
        var (_, second) = await SignInAsync(name);
        var sessions = App.Services.GetRequiredService<SessionService>();
        var mine = (await sessions.AllAsync(null, Actor.System, default)).Where(session => session.Username == name).ToList();
        Assert.Equal(2, mine.Count);
        Assert.All(mine, session => Assert.Equal(SignInMethod.Password, session.Method));

        Assert.True((await sessions.EndAsync(mine[^1].Id, Actor.System, default)).IsOk);
        Assert.Equal(1, new[] { await WithCookieAsync(first), await WithCookieAsync(second) }.Count(answer => answer.StatusCode == HttpStatusCode.OK));

        await PutAsync($"/api/users/{mine[0].UserId}", new { username = name, email = $"{name}@users.example", type = "user", status = "disabled", password_login = true });
        Assert.All([await WithCookieAsync(first), await WithCookieAsync(second)], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
    }

    [Fact]
    public async Task A_new_password_in_the_profile_ends_the_other_sessions_only()
    {
        var name = await PersonAsync();
        var (client, cookie) = await SignInAsync(name);
        var (_, other) = await SignInAsync(name);

        Assert.Equal(HttpStatusCode.OK, (await client.PutAsJsonAsync("/api/profile", new { name = "N", email = $"{name}@users.example", password = "another password" })).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await WithCookieAsync(cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await WithCookieAsync(other)).StatusCode);
    }

    [Fact]
    public async Task The_second_factor_stands_between_the_password_and_the_session()
    {
        var name = await PersonAsync();
        var (client, _) = await SignInAsync(name);
        var offer = await DataAsync(await client.GetAsync("/api/users/1/twofa/totp"));
        var secret = offer["secret"]!.GetValue<string>();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], Convert.FromBase64String(offer["qr"]!.GetValue<string>())[..4]);
        await RefusalAsync(await client.PutAsync("/api/users/1/twofa", Form(("code", "1"))), HttpStatusCode.BadRequest);
        var enabled = await DataAsync(await client.PutAsync("/api/users/1/twofa", Form(("secret", "whatever"), ("code", Code(secret, 0)))));
        var recovery = enabled["recovery_codes"]!.AsArray()[0]!.GetValue<string>();

        var browser = App.Browser();
        var asked = await browser.SignInAsync(name, Password, "?next=%2Fadmin%2Flists%3Fq%3D1");
        Assert.Contains("/admin/login/twofa?next=", asked.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(asked.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("session=", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/profile")).StatusCode);

        Assert.Contains("The code is wrong", await (await browser.PostFormAsync("/admin/login/twofa", ("totp_code", "abc"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var done = await browser.PostFormAsync("/admin/login/twofa?next=%2Fadmin%2Flists%3Fq%3D1", ("totp_code", recovery));
        Assert.EndsWith("/admin/lists?q=1", done.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/profile")).StatusCode);
        var sessions = await App.Services.GetRequiredService<SessionService>().AllAsync(null, Actor.System, default);
        Assert.Contains(sessions, session => session.Username == name && session.Method == SignInMethod.PasswordAndCode);
    }

    [Fact]
    public async Task The_code_page_without_a_password_leads_back_to_it()
    {
        var answer = await App.Browser().GetAsync("/admin/login/twofa");
        Assert.EndsWith("/admin/login", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_forgotten_password_page_says_the_same_for_every_address()
    {
        var known = await App.Browser().PostFormAsync("/admin/forgot", ("email", "admin@listmonk.invalid"));
        var unknown = await App.Browser().PostFormAsync("/admin/forgot", ("email", "nobody@nowhere.example"));
        foreach (var answer in new[] { known, unknown })
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("If the account is active", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_reset_link_that_was_never_sent_is_refused()
    {
        var answer = await App.Browser().GetAsync("/admin/reset?token=abc&email=admin@listmonk.invalid");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Invalid or expired reset link", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string Code(string secret, int steps) => TotpCode.Compute(secret, TotpCode.Step(TimeProvider.System.GetUtcNow()) + steps);

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal));

    private async Task<string> PersonAsync()
    {
        var name = $"p{Guid.NewGuid():N}";
        await PostAsync("/api/users", new { username = name, type = "user", status = "enabled", email = $"{name}@users.example", password_login = true, password = Password, user_role_id = 1 });
        return name;
    }

    private async Task<(HttpClient Client, string Cookie)> SignInAsync(string name)
    {
        var client = App.Browser();
        return (client, (await client.SignInAsync(name, Password)).SessionCookie().Split(';')[0]);
    }

    private async Task<HttpResponseMessage> WithCookieAsync(string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/profile");
        request.Headers.Add("Cookie", cookie);
        return await App.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false }).SendAsync(request);
    }
}
