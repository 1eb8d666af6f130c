using System.Net;
using System.Net.Http.Json;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Templates;

public sealed class TemplateEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    private const string Frame = "<i>frame</i>{{ template \"content\" . }}";

    [Fact]
    public async Task A_template_comes_back_byte_for_byte_and_without_body_when_asked()
    {
        var body = "<html>\n\t<p>a &amp; b</p>  {{ template \"content\" . }}\r\n</html>\n";

        var made = await PostAsync("/api/templates", new { name = "T", type = "campaign", body });
        var id = (int)made["id"]!;

        Assert.Equal(body, (string?)(await GetAsync($"/api/templates/{id}"))["body"]);
        Assert.False((await GetAsync($"/api/templates/{id}?no_body=true")).AsObject().ContainsKey("body"));
        Assert.Equal(("", "campaign", false), ((string?)made["subject"], (string?)made["type"], (bool)made["is_default"]!));
        Assert.Equal([1, 2, 3, 4], (await GetAsync("/api/templates?no_body=true")).AsArray().Select(template => (int)template!["id"]!).Take(4));
    }

    [Fact]
    public async Task An_empty_field_keeps_what_is_stored()
    {
        var id = (int)(await PostAsync("/api/templates", new { name = "Mail", type = "tx", subject = "Hello", body = "<p>x</p>" }))["id"]!;

        var changed = await PutAsync($"/api/templates/{id}", new { name = "", subject = "Bye", body = "" });

        Assert.Equal(("Mail", "Bye", "<p>x</p>"), ((string?)changed["name"], (string?)changed["subject"], (string?)changed["body"]));
        await RefusalAsync(await Api.PutAsJsonAsync("/api/templates/9999", new { name = "x" }), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_default_moves_and_the_answer_lists_all()
    {
        var id = (int)(await PostAsync("/api/templates", new { name = "New default", type = "campaign", body = Frame }))["id"]!;

        var all = await PutAsync($"/api/templates/{id}/default", new { });

        Assert.Equal([id], all.AsArray().Where(template => (bool)template!["is_default"]!).Select(template => (int)template!["id"]!));
        await RefusalAsync(await Api.DeleteAsync($"/api/templates/{id}"), HttpStatusCode.BadRequest);
        await PutAsync("/api/templates/1/default", new { });
        Assert.True((bool)await DataAsync(await Api.DeleteAsync($"/api/templates/{id}")));
        await RefusalAsync(await Api.GetAsync($"/api/templates/{id}"), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Previews_show_stored_and_unsaved_templates()
    {
        using var unsaved = new FormUrlEncodedContent(new Dictionary<string, string> { ["template_type"] = "campaign", ["body"] = Frame });
        using var transactional = new FormUrlEncodedContent(new Dictionary<string, string> { ["template_type"] = "tx", ["body"] = "<p>Hi {{ .Subscriber.Name }}</p>" });
        using var broken = new FormUrlEncodedContent(new Dictionary<string, string> { ["body"] = "nope" });

        Assert.Contains("Unsubscribe", await (await Api.GetAsync("/api/templates/1/preview")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("<i>frame</i>", await (await Api.PostAsync("/api/templates/preview", unsaved)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("<p>Hi Demo Subscriber</p>", await (await Api.PostAsync("/api/templates/preview", transactional)).Content.ReadAsStringAsync());
        await RefusalAsync(await Api.PostAsync("/api/templates/preview", broken), HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("GET", "/api/templates")]
    [InlineData("GET", "/api/templates/1/preview")]
    [InlineData("POST", "/api/templates")]
    [InlineData("POST", "/api/templates/preview")]
    [InlineData("PUT", "/api/templates/1")]
    [InlineData("PUT", "/api/templates/1/default")]
    [InlineData("DELETE", "/api/templates/2")]
    public async Task Nothing_is_answered_without_credentials(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await RefusalAsync(await Anonymous.SendAsync(request), HttpStatusCode.Forbidden);
    }
}
