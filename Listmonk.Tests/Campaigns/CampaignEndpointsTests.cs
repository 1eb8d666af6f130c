using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Campaigns;

public sealed class CampaignEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Create_answers_the_documented_fields_and_get_reads_them_back()
    {
        var made = await CreateAsync(new { tags = new[] { "one" }, headers = new[] { new Dictionary<string, string> { ["X-A"] = "1" } }, attribs = new { edition = 4 }, altbody = "words" });
        var read = await GetAsync($"/api/campaigns/{Id(made)}");

        Assert.Equal(made.ToJsonString(), read.ToJsonString());
        Assert.Equal("draft", (string?)read["status"]);
        Assert.Equal("1", (string?)read["headers"]![0]!["X-A"]);
        Assert.Equal(4, (int)read["attribs"]!["edition"]!);
        Assert.Equal("words", (string?)read["altbody"]);
        Assert.Equal(1, (int)read["template_id"]!);
        Assert.Equal("Default list", (string?)read["lists"]![0]!["name"]);
        foreach (var name in new[] { "views", "clicks", "bounces", "to_send", "sent", "started_at", "send_at", "body_source", "archive", "archive_slug", "archive_template_id", "archive_meta", "media" })
        {
            Assert.True(read.AsObject().ContainsKey(name), name);
        }
    }

    [Fact]
    public async Task No_body_leaves_the_body_empty_in_page_and_single()
    {
        var made = await CreateAsync(new { body = "<p>long</p>" });

        Assert.Equal("", (string?)(await GetAsync($"/api/campaigns/{Id(made)}?no_body=true"))["body"]);
        Assert.All((await GetAsync("/api/campaigns?no_body=true"))["results"]!.AsArray(), campaign => Assert.Equal("", (string?)campaign!["body"]));
    }

    [Fact]
    public async Task The_preflight_report_names_faults_links_and_recipients()
    {
        var made = await CreateAsync(new { body = "<p>Hello</p><img src='https://pics.test/a.png'><a href='https://shop.test/'>Shop</a>" });

        var report = await GetAsync($"/api/campaigns/{Id(made)}/preflight");

        Assert.Contains(report["findings"]!.AsArray(), finding => (string?)finding!["check"] == "images" && (string?)finding["severity"] == "warning" && (string?)finding["items"]![0] == "https://pics.test/a.png");
        Assert.Contains(report["links"]!.AsArray(), link => (string?)link!["address"] == "https://shop.test/" && (bool)link["is_tracked"]! && (string?)link["part"] == "body");
        Assert.True((int)report["recipients"]! >= 1);
        Assert.Equal((int)report["errors"]! == 0, (bool)report["can_send"]!);
        await RefusalAsync(await Api.GetAsync("/api/campaigns/99999/preflight"), HttpStatusCode.BadRequest);
        await RefusalAsync(await Anonymous.GetAsync($"/api/campaigns/{Id(made)}/preflight"), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_page_filters_and_tells_the_total()
    {
        await CreateAsync(new { name = "Filtered zebra", tags = new[] { "zoo", "z" } });
        await CreateAsync(new { name = "Filtered yak", tags = new[] { "zoo" } });

        var page = await GetAsync("/api/campaigns?query=FILTERED&tag=zoo&order_by=name&order=ASC&per_page=1&status=draft");

        Assert.Equal((2, 1, 1), ((int)page["total"]!, (int)page["per_page"]!, (int)page["page"]!));
        Assert.Equal("Filtered yak", (string?)page["results"]![0]!["name"]);
        Assert.Single((await GetAsync("/api/campaigns?tags=zoo&tags=z"))["results"]!.AsArray());
        await RefusalAsync(await Api.GetAsync("/api/campaigns?status=zzz"), HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("""{"name":"N","subject":"S","lists":[]}""")]
    [InlineData("""{"name":"","subject":"S","lists":[1]}""")]
    [InlineData("""{"name":"N","subject":"S","lists":[1],"body":"{{ nosuch }}"}""")]
    [InlineData("""{"name":"N","subject":"S","lists":[1],"send_at":"2001-01-01T00:00:00Z"}""")]
    [InlineData("""{"name":"N","subject":"S","lists":[1],"send_at":""}""")]
    [InlineData("""{"name":"N","subject":"S","lists":[1],"messenger":"pigeon"}""")]
    [InlineData("""{"name":"N","subject":"S","lists":[1],"type":"zzz"}""")]
    [InlineData("""{"name":"N","subject":"S","lists":["a"]}""")]
    [InlineData("{")]
    public async Task A_body_that_cannot_be_a_campaign_is_refused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await RefusalAsync(await Api.PostAsync("/api/campaigns", content), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Update_keeps_absent_fields_and_needs_lists()
    {
        var made = await CreateAsync(new { tags = new[] { "kept" }, attribs = new { a = 1 }, content_type = "zzz" });

        var changed = await PutAsync($"/api/campaigns/{Id(made)}", new { subject = "New", lists = new[] { 2 } });

        Assert.Equal(("New", "kept", "richtext"), ((string?)changed["subject"], (string?)changed["tags"]![0], (string?)changed["content_type"]));
        Assert.Equal("{}", changed["attribs"]!.ToJsonString());
        Assert.Equal(2, (int)changed["lists"]![0]!["id"]!);
        await RefusalAsync(await Api.PutAsJsonAsync($"/api/campaigns/{Id(made)}", new { name = "X" }), HttpStatusCode.BadRequest);
        Assert.Equal("Campaign not found", await RefusalAsync(await Api.PutAsJsonAsync("/api/campaigns/99999", new { lists = new[] { 1 } }), HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task The_status_follows_the_table_and_the_answer_tells_the_true_one()
    {
        var made = await CreateAsync(new { send_at = TimeProvider.System.GetUtcNow().AddDays(1) });
        var path = $"/api/campaigns/{Id(made)}/status";

        Assert.Equal("scheduled", (string?)(await PutAsync(path, new { status = "running" }))["status"]);
        Assert.Equal("draft", (string?)(await PutAsync(path, new { status = "draft" }))["status"]);
        await RefusalAsync(await Api.PutAsJsonAsync(path, new { status = "paused" }), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.PutAsJsonAsync(path, new { status = "zzz" }), HttpStatusCode.BadRequest);
        Assert.Equal("[]", (await GetAsync("/api/campaigns/running/stats")).ToJsonString());
    }

    [Fact]
    public async Task The_archive_fields_come_back_normalised()
    {
        var made = await CreateAsync(new { });

        var answer = await PutAsync($"/api/campaigns/{Id(made)}/archive", new { archive = true, archive_slug = "Over  Here!", archive_template_id = 2, archive_meta = new { name = "Reader" } });

        Assert.Equal("""{"archive":true,"archive_template_id":2,"archive_meta":{"name":"Reader"},"archive_slug":"over-here"}""", answer.ToJsonString());
        var other = await CreateAsync(new { });
        await RefusalAsync(await Api.PutAsJsonAsync($"/api/campaigns/{Id(other)}/archive", new { archive = true, archive_slug = "over here" }), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Preview_renders_stored_and_unsaved_content_for_the_demo_subscriber_inside_a_sandbox()
    {
        var made = await CreateAsync(new { body = "<p>Dear {{ .Subscriber.Name }}</p><a href=\"https://example.com/\">x</a>" });
        var path = $"/api/campaigns/{Id(made)}/preview";

        var stored = await Api.GetAsync(path);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["content_type"] = "html", ["body"] = "<b>unsaved {{ 1 | add1 }}</b>" });
        var unsaved = await Api.PostAsync(path, form);

        Assert.Equal("text/html", stored.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("sandbox;", stored.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var html = await stored.Content.ReadAsStringAsync();
        Assert.Contains("Dear Demo Subscriber", html, StringComparison.Ordinal);
        Assert.Contains("https://example.com/", html, StringComparison.Ordinal);
        Assert.Contains("<b>unsaved 2</b>", await unsaved.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var broken = new FormUrlEncodedContent(new Dictionary<string, string> { ["body"] = "{{ nosuch }}" });
        await RefusalAsync(await Api.PostAsync(path, broken), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_archive_preview_reads_its_meta_data_as_the_person()
    {
        var made = await CreateAsync(new { body = "<p>Dear {{ .Subscriber.Name }} of {{ .Subscriber.Attribs.city }}</p>" });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["template_id"] = "2", ["archive_meta"] = """{"name":"Reader","attribs":{"city":"Rome"}}""" });

        var page = await (await Api.PostAsync($"/api/campaigns/{Id(made)}/preview/archive", form)).Content.ReadAsStringAsync();

        Assert.Contains("Dear Reader of Rome", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markdown_becomes_html_and_nothing_else_is_converted()
    {
        var made = await CreateAsync(new { });
        var path = $"/api/campaigns/{Id(made)}/content";

        Assert.Contains("<h1", (string?)await PostAsync(path, new { from = "markdown", to = "html", body = "# Title" }), StringComparison.Ordinal);
        await RefusalAsync(await Api.PostAsJsonAsync(path, new { from = "html", to = "plain", body = "<p>x</p>" }), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_test_goes_to_known_subscribers_only()
    {
        var made = await CreateAsync(new { });
        var path = $"/api/campaigns/{Id(made)}/test";

        Assert.True((bool)await PostAsync(path, new { name = "N", subject = "Test", lists = new[] { 1 }, body = "<p>x</p>", content_type = "html", subscribers = new[] { " John@Example.com " } }));
        await RefusalAsync(await Api.PostAsJsonAsync(path, new { subject = "Test", lists = new[] { 1 }, subscribers = new[] { "nobody@example.com" } }), HttpStatusCode.BadRequest);
        await RefusalAsync(await Api.PostAsJsonAsync(path, new { subject = "Test", lists = new[] { 1 }, subscribers = Array.Empty<string>() }), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Campaigns_are_deleted_one_by_one_by_ids_and_by_query()
    {
        var ids = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(Id(await CreateAsync(new { name = $"Doomed {i}" })));
        }

        Assert.True((bool)await DataAsync(await Api.DeleteAsync($"/api/campaigns/{ids[0]}")));
        await RefusalAsync(await Api.DeleteAsync($"/api/campaigns/{ids[0]}"), HttpStatusCode.BadRequest);
        Assert.True((bool)await DataAsync(await Api.DeleteAsync($"/api/campaigns?id={ids[1]}&id=99999")));
        Assert.True((bool)await DataAsync(await Api.DeleteAsync("/api/campaigns?query=doomed")));
        await RefusalAsync(await Api.DeleteAsync("/api/campaigns"), HttpStatusCode.BadRequest);
        Assert.Equal(0, (int)(await GetAsync("/api/campaigns?query=doomed"))["total"]!);
    }

    [Theory]
    [InlineData("GET", "/api/campaigns")]
    [InlineData("GET", "/api/campaigns/1")]
    [InlineData("GET", "/api/campaigns/1/preview")]
    [InlineData("GET", "/api/campaigns/running/stats")]
    [InlineData("POST", "/api/campaigns")]
    [InlineData("PUT", "/api/campaigns/1")]
    [InlineData("PUT", "/api/campaigns/1/status")]
    [InlineData("PUT", "/api/campaigns/1/archive")]
    [InlineData("POST", "/api/campaigns/1/test")]
    [InlineData("POST", "/api/campaigns/1/content")]
    [InlineData("POST", "/api/campaigns/1/preview/archive")]
    [InlineData("DELETE", "/api/campaigns/1")]
    [InlineData("DELETE", "/api/campaigns?all=true")]
    public async Task Nothing_is_answered_without_credentials(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await RefusalAsync(await Anonymous.SendAsync(request), HttpStatusCode.Forbidden);
    }

    private static int Id(JsonNode campaign) => (int)campaign["id"]!;

    private async Task<JsonNode> CreateAsync(object extra)
    {
        var body = new JsonObject { ["name"] = "News", ["subject"] = "The news", ["lists"] = new JsonArray(1), ["content_type"] = "html", ["body"] = "<p>x</p>" };
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(extra)!.AsObject().ToList())
        {
            body[name] = value?.DeepClone();
        }

        return await PostAsync("/api/campaigns", body);
    }
}
