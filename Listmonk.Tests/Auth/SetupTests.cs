using System.Net;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Auth;

[Trait("Kind", "Http")]
public sealed class SetupTests
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
        var client = app.Browser();
        Assert.StartsWith("/admin/login?next=", (await client.GetAsync("/admin/lists")).Headers.Location?.ToString(), StringComparison.Ordinal);

        var refused = await client.SignInAsync(password: "wrong password");
        Assert.Contains("Invalid login or password", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var accepted = await client.SignInAsync(query: "?next=%2Fadmin%2Flists");
        Assert.Equal(HttpStatusCode.Found, accepted.StatusCode);
        Assert.EndsWith("/admin/lists", accepted.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_next_address_on_another_site_is_not_followed()
    {
        await using var app = new ListmonkApp();
        var client = app.Browser();

        var accepted = await client.SignInAsync(query: "?next=%2F%2Fevil.example%2Fx");

        Assert.EndsWith("/admin", accepted.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", accepted.Headers.Location?.ToString(), StringComparison.Ordinal);
    }
}
