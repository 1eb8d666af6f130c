using System.Net;
using System.Text.RegularExpressions;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Security;

/// <summary>What a stranger tries against the forms and the session; each attack that belongs to a feature is tested there (media, webhooks, tracking, sign-in).</summary>
public sealed partial class AttackTests(ListmonkApp app) : HttpTest(app)
{
    [Theory]
    [InlineData("/admin/login")]
    [InlineData("/admin/forgot")]
    public async Task A_form_that_another_site_sends_is_refused(string path)
    {
        var client = App.Browser();
        var page = await client.GetStringAsync(path);
        var handler = HtmlForm.Find(page).Hidden["_handler"];

        // The browser sends the cookie along, but the other site cannot read the page's token.
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = handler,
            ["username"] = ListmonkApp.AdminUser,
            ["password"] = ListmonkApp.AdminPassword,
            ["email"] = "a@example.com",
        });
        var answer = await client.PostAsync(path, form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("session=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_session_that_was_planted_before_signing_in_is_not_taken_over()
    {
        const string Planted = "session=planted-by-somebody-else";
        var client = App.Browser();
        client.DefaultRequestHeaders.Add("Cookie", Planted);

        var session = (await client.SignInAsync()).SessionCookie();

        Assert.NotEqual(Planted, session.Split(';')[0]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/profile") { Headers = { { "Cookie", Planted } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await App.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false }).SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Two_sessions_of_one_person_have_different_names_and_no_script_or_other_site_gets_at_them()
    {
        var first = (await App.Browser().SignInAsync()).SessionCookie();
        var second = (await App.Browser().SignInAsync()).SessionCookie();

        Assert.NotEqual(first.Split(';')[0], second.Split(';')[0]);
        Assert.All([first, second], cookie =>
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [InlineData("/admin/login")]
    [InlineData("/subscription/form")]
    [InlineData("/no-such-page")]
    public async Task Every_page_says_what_it_may_load_and_who_may_frame_it(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };
        var answer = await Anonymous.SendAsync(request);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("object-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("'unsafe-inline'", Scripts().Match(policy).Value, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    /// <summary>As the program sees a path when a server in front has decoded and not cleaned it.</summary>
    [Theory]
    [InlineData("/uploads/../listmonk.db")]
    [InlineData("/uploads/a/../../listmonk.db")]
    [InlineData("/uploads/..%2flistmonk.db")]
    [InlineData("/uploads/..\\listmonk.db")]
    [InlineData("/uploads//etc/passwd")]
    [InlineData("/uploads/logo.png\0.html")]
    public async Task No_way_leads_out_of_the_folder_of_uploads(string path)
    {
        Assert.True(File.Exists(Path.Combine(App.DataFolder, "listmonk.db")));

        var answer = await App.Server.SendAsync(context => (context.Request.Method, context.Request.Path) = ("GET", path));

        Assert.InRange(answer.Response.StatusCode, 400, 404);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task The_subscription_form_leads_to_no_other_site(string next)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = "someone@example.com", ["l"] = Guid.NewGuid().ToString(), ["next"] = next });

        var answer = await Anonymous.PostAsync("/subscription/form", form);

        Assert.DoesNotContain("evil", answer.Headers.Location?.ToString() ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("script-src[^;]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scripts();
}
