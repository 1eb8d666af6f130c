using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Tracking;

public sealed class InspectionEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Hits_are_explained_by_the_rules_that_judge_real_ones()
    {
        var verdicts = await InspectAsync(
            """
            {"hits": [
              {"at": -2, "kind": "open", "headers": {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}, "ip": "198.51.100.7"},
              {"at": 9, "kind": "click", "link": 0, "method": "HEAD", "headers": {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}},
              {"at": 40, "kind": "open", "headers": {"User-Agent": null}},
              {"at": 50, "kind": "click", "link": 0, "headers": {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "Sec-Purpose": "prefetch"}},
              {"at": 90, "kind": "click", "link": 2, "headers": {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}}
            ]}
            """);

        Assert.Equal(["before_delivery", "head", "no_ua", "prefetch", ""], verdicts.Select(verdict => verdict.GetProperty("reason").GetString()));
        Assert.Equal("human", verdicts[4].GetProperty("verdict").GetString());
        Assert.All(verdicts, verdict => Assert.NotEqual("", verdict.GetProperty("explanation").GetString()));
    }

    [Fact]
    public async Task Messages_do_not_influence_each_other_and_an_unknown_delivery_judges_nothing()
    {
        var verdicts = await InspectAsync(
            """
            {"deliveredAt": null, "hits": [
              {"at": 1, "kind": "click", "message": 1, "link": 0, "headers": {"User-Agent": "Mozilla/5.0 Firefox/140.0"}},
              {"at": 1, "kind": "click", "message": 2, "link": 1, "headers": {"User-Agent": "Mozilla/5.0 Firefox/140.0"}},
              {"at": 1, "kind": "open", "message": 2, "headers": {"User-Agent": "Mozilla/5.0 Firefox/140.0"}},
              {"at": 2, "kind": "click", "message": 3, "link": 2, "headers": {"User-Agent": "Mozilla/5.0 Firefox/140.0"}}
            ]}
            """);

        Assert.All(verdicts, verdict => Assert.Equal("human", verdict.GetProperty("verdict").GetString()));
    }

    [Theory]
    [InlineData("""{"remote":"127.0.0.1","xForwardedFor":["1.1.1.1","198.51.100.7, 10.0.0.1"],"trustedProxies":["127.0.0.1","10.0.0.0/8"]}""", "198.51.100.7")]
    [InlineData("""{"remote":"127.0.0.1","xForwardedFor":null,"headers":{"Forwarded":"for=198.51.100.8"},"trustedProxies":["127.0.0.1"]}""", "198.51.100.8")]
    [InlineData("""{"remote":"127.0.0.1","xForwardedFor":"198.51.100.7"}""", "127.0.0.1")]
    public async Task The_client_behind_proxies_is_found(string body, string expected)
    {
        var response = await Api.PostAsync("/api/tracking/inspect/client-ip", Json(body));

        Assert.Equal(expected, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("ip").GetString());
    }

    [Theory]
    [InlineData("/api/tracking/inspect", """{"hits":[{"at":1,"kind":"look"}]}""")]
    [InlineData("/api/tracking/inspect", """{"hits":[{"at":1e300,"kind":"open"}]}""")]
    [InlineData("/api/tracking/inspect", "[")]
    [InlineData("/api/tracking/inspect/client-ip", """{"remote":"somewhere"}""")]
    public async Task What_makes_no_sense_is_refused(string path, string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.PostAsync(path, Json(body))).StatusCode);

    private async Task<List<JsonElement>> InspectAsync(string body)
    {
        var response = await Api.PostAsync("/api/tracking/inspect", Json(body));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("verdicts").EnumerateArray()];
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
