using System.Net;
using System.Text.RegularExpressions;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Auth;

[Trait("Kind", "Http")]
public sealed partial class SetupTests
{
    [Fact]
    public async Task A_fresh_instance_answers_nothing_but_the_set_up()
    {
        await using var app = new ListmonkApp { IsSetUp = false };
        var client = app.Anonymous();

        Assert.Equal("/admin/setup", (await client.GetAsync("/")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/api/lists")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
    }

    [Fact]
    public async Task The_environment_creates_an_admin_and_an_api_user()
    {
        await using var app = new ListmonkApp();

        Assert.Equal(HttpStatusCode.OK, (await app.Api().GetAsync("/api/health")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await app.Anonymous().GetAsync("/api/health")).StatusCode);
    }

    [Fact]
    public async Task Signing_in_opens_the_admin_pages_and_a_wrong_password_does_not()
    {
        await using var app = new ListmonkApp();
        var client = app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true });
        Assert.StartsWith("/admin/login?next=", (await client.GetAsync("/admin/lists")).Headers.Location?.ToString(), StringComparison.Ordinal);

        var refused = await SignInAsync(client, "wrong password");
        Assert.Contains("Invalid login or password", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var accepted = await SignInAsync(client, ListmonkApp.AdminPassword);
        Assert.Equal(HttpStatusCode.Found, accepted.StatusCode);
        Assert.EndsWith("/admin/lists", accepted.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_next_address_on_another_site_is_not_followed()
    {
        await using var app = new ListmonkApp();
        var client = app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true });

        var accepted = await SignInAsync(client, ListmonkApp.AdminPassword, "//evil.example/x");

        Assert.EndsWith("/admin", accepted.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", accepted.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient client, string password, string next = "/admin/lists")
    {
        var path = "/admin/login?next=" + Uri.EscapeDataString(next);
        var page = await client.GetStringAsync(path);
        return await client.PostAsync(path, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in",
            ["__RequestVerificationToken"] = TokenField().Match(page).Groups[1].Value,
            ["username"] = ListmonkApp.AdminUser,
            ["password"] = password,
        }));
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenField();
}
