using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscriberEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    private static int _count;

    [Fact]
    public async Task A_person_can_be_created_read_replaced_patched_and_deleted()
    {
        var list = await MakeListAsync();
        var made = await MakeAsync(new { email = NewEmail(), attribs = new { a = 1 }, lists = new[] { list }, preconfirm_subscriptions = true });
        var path = $"/api/subscribers/{made["id"]}";
        Assert.Equal("confirmed", (await GetAsync(path))["lists"]![0]!["subscription_status"]!.GetValue<string>());
        var patched = await DataAsync(await Api.PatchAsJsonAsync(path, new { attribs = new { b = 2 } }));
        Assert.Equal("""{"a":1,"b":2}""", patched["attribs"]!.ToJsonString());
        Assert.Single(patched["lists"]!.AsArray());
        var replaced = await PutAsync(path, new { email = made["email"]!.GetValue<string>(), name = "New" });
        Assert.Equal(("New", "{}", 0), (replaced["name"]!.GetValue<string>(), replaced["attribs"]!.ToJsonString(), replaced["lists"]!.AsArray().Count));
        Assert.True((await DataAsync(await Api.DeleteAsync(path))).GetValue<bool>());
        Assert.Contains("not found", await RefusalAsync(await Api.GetAsync(path), HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_persons_tracking_choice_is_read_and_set()
    {
        var path = $"/api/subscribers/{(await MakeAsync(new { email = NewEmail() }))["id"]}/tracking";
        Assert.Null((await GetAsync(path))["level"]);
        var set = await PutAsync(path, new { level = "off", text = "by mail" });
        Assert.Equal(("off", "api", "by mail"), (set["level"]!.GetValue<string>(), set["history"]![0]!["source"]!.GetValue<string>(), set["history"]![0]!["text"]!.GetValue<string>()));
        await RefusalAsync(await Api.PutAsJsonAsync(path, new { level = "individual" }), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.PutAsJsonAsync(path, new { level = "loud" }), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_known_address_is_409_and_a_bad_one_400()
    {
        var email = NewEmail();
        await MakeAsync(new { email });
        await RefusalAsync(await Api.PostAsJsonAsync("/api/subscribers", new { email }), HttpStatusCode.Conflict);
        await RefusalAsync(await Api.PostAsJsonAsync("/api/subscribers", new { email = "Name <a@b.example>" }), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.PostAsJsonAsync("/api/subscribers", new { email = NewEmail(), attribs = new[] { 1 } }), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Bulk_routes_work_on_ids_and_on_queries()
    {
        var list = await MakeListAsync();
        var (first, second) = (await MakeAsync(new { email = NewEmail() }), await MakeAsync(new { email = NewEmail() }));
        int[] ids = [first["id"]!.GetValue<int>(), second["id"]!.GetValue<int>()];
        await PutAsync("/api/subscribers/lists", new { ids, action = "add", target_list_ids = new[] { list }, status = "confirmed" });
        Assert.Equal(2, await TotalAsync($"/api/subscribers?list_id={list}&subscription_status=confirmed"));
        Assert.Equal(2, await TotalAsync($"/api/lists/{list}/subscribers"));
        await PutAsync($"/api/subscribers/lists/{ids[0]}", new { action = "unsubscribe", target_list_ids = new[] { list } });
        await PutAsync("/api/subscribers/query/blocklist", new { query = $"subscribers.id = {ids[1]}" });
        Assert.Equal("blocklisted", (await GetAsync($"/api/subscribers/{ids[1]}"))["status"]!.GetValue<string>());
        await PostAsync("/api/subscribers/query/delete", new { list_ids = new[] { list }, all = true });
        Assert.Equal(0, await TotalAsync($"/api/subscribers?list_id={list}"));
        await RefusalAsync(await Api.PostAsJsonAsync("/api/subscribers/query/delete", new { }), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.PutAsJsonAsync("/api/subscribers/lists", new { ids, action = "frob", target_list_ids = new[] { list } }), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.DeleteAsync("/api/subscribers"), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_expression_that_cannot_be_read_is_400_and_says_where()
    {
        var message = await RefusalAsync(await Api.GetAsync("/api/subscribers?query=name%20%3D%20%3D"), HttpStatusCode.BadRequest);
        Assert.StartsWith("Error preparing subscriber query:", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exports_are_attachments()
    {
        var list = await MakeListAsync();
        var made = await MakeAsync(new { email = NewEmail(), name = "Quote \"Q\", Comma", lists = new[] { list } });
        using var json = await Api.GetAsync($"/api/subscribers/{made["id"]}/export");
        Assert.Equal("attachment", json.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("Private list", JsonNode.Parse(await json.Content.ReadAsStringAsync())!["subscriptions"]![0]!["name"]!.GetValue<string>());
        using var csv = await Api.GetAsync($"/api/subscribers/export?list_id={list}");
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        var lines = (await csv.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal("uuid,email,name,attributes,status,created_at,updated_at", lines[0]);
        Assert.Contains("\"Quote \"\"Q\"\", Comma\",{},enabled,", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public async Task Activity_and_bounces_of_a_new_person_are_empty()
    {
        var made = await MakeAsync(new { email = NewEmail() });
        Assert.Empty((await GetAsync($"/api/subscribers/{made["id"]}/activity"))["link_clicks"]!.AsArray());
        Assert.Empty((await GetAsync($"/api/subscribers/{made["id"]}/bounces")).AsArray());
        Assert.True((await DataAsync(await Api.DeleteAsync($"/api/subscribers/{made["id"]}/bounces"))).GetValue<bool>());
        Assert.True((await PostAsync($"/api/subscribers/{made["id"]}/optin", new { })).GetValue<bool>());
    }

    [Theory]
    [InlineData("GET", "/api/subscribers")]
    [InlineData("GET", "/api/subscribers/1")]
    [InlineData("GET", "/api/subscribers/1/activity")]
    [InlineData("GET", "/api/subscribers/1/export")]
    [InlineData("GET", "/api/subscribers/1/bounces")]
    [InlineData("GET", "/api/subscribers/export")]
    [InlineData("GET", "/api/lists/1/subscribers")]
    [InlineData("POST", "/api/subscribers")]
    [InlineData("PUT", "/api/subscribers/1")]
    [InlineData("PATCH", "/api/subscribers/1")]
    [InlineData("DELETE", "/api/subscribers/1")]
    [InlineData("PUT", "/api/subscribers/lists")]
    [InlineData("PUT", "/api/subscribers/blocklist")]
    [InlineData("POST", "/api/subscribers/query/delete")]
    [InlineData("PUT", "/api/subscribers/query/lists")]
    public async Task Nobody_gets_in_without_an_account(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(new { }) };
        await RefusalAsync(await Anonymous.SendAsync(request), HttpStatusCode.Forbidden);
    }

    private static string NewEmail() => $"p{Interlocked.Increment(ref _count)}@endpoints.example";

    private Task<JsonNode> MakeAsync(object body) => PostAsync("/api/subscribers", body);

    private async Task<int> MakeListAsync() => (await PostAsync("/api/lists", new { name = "L" }))["id"]!.GetValue<int>();

    private async Task<int> TotalAsync(string path) => (await GetAsync(path))["total"]!.GetValue<int>();
}
