using System.Net;
using System.Net.Http.Json;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Lists;

public sealed class ListEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_list_can_be_created_read_changed_and_deleted()
    {
        var made = await PostAsync("/api/lists", new { name = "News", type = "public", optin = "double", tags = new[] { "a" } });
        var path = $"/api/lists/{made["id"]}";
        Assert.Equal("double", (await GetAsync(path))["optin"]!.GetValue<string>());
        var changed = await PutAsync(path, new { name = "Newer", type = "", status = "archived" });
        Assert.Equal(("Newer", "public", "archived"), (changed["name"]!.GetValue<string>(), changed["type"]!.GetValue<string>(), changed["status"]!.GetValue<string>()));
        Assert.True((await DataAsync(await Api.DeleteAsync(path))).GetValue<bool>());
        Assert.Equal("List not found", await RefusalAsync(await Api.GetAsync(path), HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task The_page_has_listmonks_frame_and_minimal_leaves_the_counts_out()
    {
        var made = await PostAsync("/api/lists", new { name = "Framed" });
        var page = await GetAsync("/api/lists?query=framed&per_page=5");
        Assert.Equal((1, 5, 1), (page["total"]!.GetValue<int>(), page["per_page"]!.GetValue<int>(), page["page"]!.GetValue<int>()));
        Assert.Equal(0, page["results"]![0]!["subscriber_count"]!.GetValue<int>());
        var minimal = await GetAsync("/api/lists?minimal=true");
        Assert.Contains(minimal["results"]!.AsArray(), row => row!["id"]!.GetValue<int>() == made["id"]!.GetValue<int>() && row["subscriber_statuses"] is null);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("{\"name\":\"x\",\"type\":\"zzz\"}", "type")]
    [InlineData("{\"name\":5}", "name")]
    [InlineData("{bad", "JSON")]
    public async Task A_faulty_body_is_refused_with_a_reason(string body, string part)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Contains(part, await RefusalAsync(await Api.PostAsync("/api/lists", content), HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/lists")]
    [InlineData("GET", "/api/lists/1")]
    [InlineData("POST", "/api/lists")]
    [InlineData("PUT", "/api/lists/1")]
    [InlineData("DELETE", "/api/lists/1")]
    [InlineData("DELETE", "/api/lists?id=1")]
    public async Task Nobody_gets_in_without_an_account(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(new { name = "x" }) };
        await RefusalAsync(await Anonymous.SendAsync(request), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Deleting_many_needs_ids_a_query_or_all()
    {
        await RefusalAsync(await Api.DeleteAsync("/api/lists"), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.DeleteAsync("/api/lists?id=abc"), HttpStatusCode.BadRequest);
    }
}
