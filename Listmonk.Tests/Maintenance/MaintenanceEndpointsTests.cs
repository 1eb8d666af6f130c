using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Core.Maintenance;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Listmonk.Tests.Maintenance;

public sealed class MaintenanceEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Orphans_go_with_their_count_and_other_kinds_are_refused()
    {
        await PostAsync("/api/subscribers", new { email = "orphan@example.com", name = "Orphan" });

        var answer = await DataAsync(await Api.DeleteAsync("/api/maintenance/subscribers/orphan"));

        Assert.True(answer["count"]!.GetValue<int>() >= 1, answer.ToJsonString());
        Assert.Empty((await GetAsync("/api/subscribers?search=orphan@example.com"))["results"]!.AsArray());
        Assert.Equal("Invalid data", await RefusalAsync(await Api.DeleteAsync("/api/maintenance/subscribers/everyone"), HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("?before_date=2030-01-01T00:00:00Z", HttpStatusCode.OK)]
    [InlineData("?before_date=2030-01-01T00:00:00+02:00", HttpStatusCode.OK)]
    [InlineData("?before_date=soon", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task Unconfirmed_subscriptions_need_a_time(string query, HttpStatusCode status) =>
        Assert.Equal(status, (await Api.DeleteAsync("/api/maintenance/subscriptions/unconfirmed" + query)).StatusCode);

    [Fact]
    public async Task About_has_listmonks_members_without_an_envelope()
    {
        var about = JsonNode.Parse(await Api.GetStringAsync("/api/about"))!;
        Assert.Equal($"v{InstanceQueries.Version}", about["version"]!.GetValue<string>());
        Assert.StartsWith("SQLite", about["database"]!["version"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(about["database"]!["size_mb"]!.GetValue<double>() > 0);
        Assert.True(about["system"]!["num_cpu"]!.GetValue<int>() > 0);
        Assert.NotEqual("", about["host"]!["hostname"]!.GetValue<string>());
    }

    [Fact]
    public async Task Logs_are_lines_and_errors_come_as_events()
    {
        var ring = App.Services.GetRequiredService<LogRing>();
        using var response = await Api.GetAsync("/api/events?type=error", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("retry: 3000", await reader.ReadLineAsync());

        ring.Write(LogLevel.Information, "Test", "all is well", null);
        ring.Write(LogLevel.Error, "Test", "the roof burns", null);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string? line;
        do
        {
            line = await reader.ReadLineAsync(limit.Token);
        }
        while (line?.StartsWith("data:", StringComparison.Ordinal) == false);
        var sent = JsonNode.Parse(line!["data:".Length..])!;
        Assert.Equal("error", sent["type"]!.GetValue<string>());
        Assert.EndsWith("error: the roof burns", sent["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(await GetAsync("/api/logs") is JsonArray lines ? lines : [], entry => entry!.GetValue<string>().EndsWith("all is well", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/about")]
    [InlineData("/api/logs")]
    [InlineData("/api/events")]
    [InlineData("/api/config")]
    [InlineData("/api/lang/en")]
    public async Task Strangers_learn_nothing(string path) => await RefusalAsync(await Anonymous.GetAsync(path), HttpStatusCode.Forbidden);
}
