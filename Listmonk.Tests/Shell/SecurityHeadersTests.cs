using Listmonk.Tests.Support;

namespace Listmonk.Tests.Shell;

public sealed class SecurityHeadersTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Pages_carry_a_policy_without_inline_scripts()
    {
        var response = await Anonymous.GetAsync("/admin/login");
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'self'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task An_unknown_page_says_so_and_stays_404()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing-here");
        request.Headers.Accept.ParseAdd("text/html");
        var response = await Anonymous.SendAsync(request);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains("Page not found", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_circuit_asks_for_an_account() =>
        Assert.Equal(403, (int)(await Anonymous.GetAsync("/_blazor/initializers")).StatusCode);
}
