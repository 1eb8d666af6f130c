using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Bounces.Webhooks;

public sealed class BounceServiceEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_service_reports_without_an_account_and_is_answered_by_what_it_sent()
    {
        await PutAsync("/api/settings", new Dictionary<string, object> { ["bounce.enabled"] = false, ["bounce.webhooks_enabled"] = false, ["bounce.postmark"] = new { enabled = true, username = "pm", password = "pw" } });
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("postmark", "{}", "pm:pw")).StatusCode);
        await PutAsync("/api/settings", new Dictionary<string, object> { ["bounce.webhooks_enabled"] = true });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await CallAsync("postmark", "{}", "pm:pw")).StatusCode);
        await PutAsync("/api/settings", new Dictionary<string, object> { ["bounce.enabled"] = true });
        var person = await PostAsync("/api/subscribers", new { email = "hook@example.com", name = "Hook", status = "enabled" });

        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("nobody", "{}", "pm:pw")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("brevo", "{}", "pm:pw")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("postmark", "{", "pm:pw")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync("postmark", "{}", "pm:other")).StatusCode);
        Assert.Empty((await GetAsync($"/api/subscribers/{person["id"]}/bounces")).AsArray());
        var answer = await CallAsync("postmark", """{"RecordType":"Bounce","Type":"SoftBounce","Email":"hook@example.com","ID":1}""", "pm:pw");

        Assert.True((await DataAsync(answer)).GetValue<bool>());
        Assert.Equal("postmark", (string?)Assert.Single((await GetAsync($"/api/subscribers/{person["id"]}/bounces")).AsArray())!["source"]);
    }

    private Task<HttpResponseMessage> CallAsync(string service, string body, string credentials)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/service/{service}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return Anonymous.SendAsync(request);
    }
}
