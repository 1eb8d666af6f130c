using System.Net;
using System.Net.Http.Json;
using System.Text;
using Listmonk.Tests.Bounces.Parsing;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Bounces;

/// <summary>listmonk's bounce API, the generic webhook and the inspection.</summary>
public sealed class BounceEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_report_is_recorded_listed_and_deleted()
    {
        await EnableAsync();
        var email = await PersonAsync();

        Assert.True((bool)await DataAsync(await Api.PostAsJsonAsync("/webhooks/bounce", new { email, type = "soft", source = "kit", meta = new { a = 1 } })));

        var page = await DataAsync(await Api.GetAsync("/api/bounces?source=kit&type=soft&order_by=campaign_name"));
        var row = page["results"]!.AsArray().Single(one => (string)one!["email"]! == email)!;
        Assert.Equal(("soft", "kit", 1), ((string)row["type"]!, (string)row["source"]!, (int)row["meta"]!["a"]!));
        var id = (int)row["id"]!;
        Assert.Equal(email, (string)(await DataAsync(await Api.GetAsync($"/api/bounces/{id}")))["email"]!);

        Assert.True((bool)await DataAsync(await Api.DeleteAsync($"/api/bounces/{id}")));
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.GetAsync($"/api/bounces/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.DeleteAsync("/api/bounces")).StatusCode);
    }

    [Theory]
    [InlineData("{\"email\":\"a@reader.test\",\"type\":\"funny\"}")]
    [InlineData("{\"type\":\"hard\"}")]
    [InlineData("{\"email\":\"no address\",\"type\":\"hard\"}")]
    [InlineData("{\"subscriber_uuid\":\"x\",\"type\":\"hard\"}")]
    [InlineData("{")]
    public async Task A_malformed_report_is_refused(string body)
    {
        await EnableAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.PostAsync("/webhooks/bounce", new StringContent(body, Encoding.UTF8, "application/json"))).StatusCode);
    }

    [Fact]
    public async Task Nobody_reports_without_an_account()
    {
        await EnableAsync();
        Assert.Contains((await Anonymous.PostAsJsonAsync("/webhooks/bounce", new { email = "a@reader.test", type = "hard" })).StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
        Assert.Contains((await Anonymous.PostAsync("/api/bounces/inspect", new StringContent("550 x"))).StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
    }

    [Fact]
    public async Task An_inspection_names_person_class_and_reason_and_stores_nothing()
    {
        var email = await PersonAsync();
        var content = new ByteArrayContent(SampleMails.Report(SampleMails.Block(email, "5.2.2", "smtp; 552 5.2.2 Mailbox full")));
        content.Headers.ContentType = new("message/rfc822");

        var entry = (await DataAsync(await Api.PostAsync("/api/bounces/inspect", content))).AsArray().Single()!;

        Assert.Equal((email, "soft", "5.2.2", "mailbox-full"), ((string)entry["recipient"]!, (string)entry["class"]!, (string)entry["status"]!, (string)entry["reason"]!));
        Assert.Equal((email, "address", "possible"), ((string)entry["subscriber"]!["email"]!, (string)entry["matched_by"]!, (string)entry["certainty"]!));
        Assert.Contains("Decided by", (string)entry["explanation"]!, StringComparison.Ordinal);
        Assert.DoesNotContain((await DataAsync(await Api.GetAsync("/api/bounces?per_page=all")))["results"]!.AsArray(), row => (string)row!["email"]! == email);
    }

    [Fact]
    public async Task A_bare_reply_is_inspected_with_its_stage()
    {
        var entry = (await DataAsync(await Api.PostAsync("/api/bounces/inspect?stage=CONN", new StringContent("554 go away", Encoding.UTF8, "text/plain")))).AsArray().Single()!;

        Assert.Equal(("policy", "blocked"), ((string)entry["class"]!, (string)entry["reason"]!));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Api.PostAsJsonAsync("/api/bounces/inspect", new { a = 1 })).StatusCode);
    }

    [Fact]
    public async Task What_matches_is_exported_and_deleted()
    {
        await EnableAsync();
        var email = await PersonAsync();
        foreach (var type in new[] { "soft", "policy" })
        {
            await DataAsync(await Api.PostAsJsonAsync("/webhooks/bounce", new { email, type, source = email }));
        }

        var lines = (await Api.GetStringAsync($"/api/bounces/export?source={email}&type=policy&from=2000-01-01T00:00:00Z")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains($",{email},enabled,policy,", lines[1], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.GetAsync("/api/bounces?from=yesterday")).StatusCode);

        await DataAsync(await Api.DeleteAsync($"/api/bounces?all=true&source={email}&type=policy"));
        Assert.Equal("soft", (string)(await DataAsync(await Api.GetAsync($"/api/bounces?source={email}")))["results"]!.AsArray().Single()!["type"]!);
    }

    [Fact]
    public async Task Figures_of_receivers_and_days_are_given_as_json_and_as_tables()
    {
        await EnableAsync();
        var email = await PersonAsync();
        await DataAsync(await Api.PostAsJsonAsync("/webhooks/bounce", new { email, type = "complaint" }));

        var receiver = (await DataAsync(await Api.GetAsync("/api/bounces/receivers?days=7"))).AsArray().Single(row => (string)row!["receiver"]! == "reader.test")!;
        Assert.True((int)receiver["complaints"]! > 0);
        Assert.Equal("fine", (string)receiver["state"]!);
        Assert.StartsWith("receiver,sent,", await Api.GetStringAsync("/api/bounces/receivers?format=csv"), StringComparison.Ordinal);

        var trend = await DataAsync(await Api.GetAsync("/api/bounces/trends?by=domain&days=7"));
        Assert.Equal(7, trend["days"]!.AsArray().Count);
        Assert.Contains("reader.test", trend["lines"]!.AsArray().Select(line => (string?)line!["key"]));
        Assert.Equal(9, (await Api.GetStringAsync("/api/bounces/trends?days=7&format=csv")).Split('\n').Length);
        Assert.Equal(HttpStatusCode.BadRequest, (await Api.GetAsync("/api/bounces/trends?by=moon")).StatusCode);
    }

    private async Task EnableAsync() =>
        await DataAsync(await Api.PutAsJsonAsync("/api/settings/bounce.enabled", true) is { IsSuccessStatusCode: true } ? await Api.PutAsJsonAsync("/api/settings/bounce.webhooks_enabled", true) : throw new InvalidOperationException("The settings were not saved."));

    private async Task<string> PersonAsync()
    {
        var email = $"p{Guid.NewGuid():N}@reader.test";
        await DataAsync(await Api.PostAsJsonAsync("/api/subscribers", new { email, name = "Pat", status = "enabled" }));
        return email;
    }
}
