using System.Net;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Maintenance;

public sealed class MetricsEndpointTests : HttpTest
{
    public MetricsEndpointTests(ListmonkApp app)
        : base(WithMetrics(app))
    {
    }

    [Fact]
    public async Task Figures_are_there_for_whoever_may_maintain_the_installation_only()
    {
        var refused = await Anonymous.GetAsync("/metrics");
        await Anonymous.GetAsync("/health");
        var figures = await (await Api.GetAsync("/metrics")).Content.ReadAsStringAsync();

        Assert.NotEqual(HttpStatusCode.OK, refused.StatusCode);
        Assert.Contains("http_server_request_duration_seconds_count{", figures, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_", figures, StringComparison.Ordinal);
    }

    private static ListmonkApp WithMetrics(ListmonkApp app)
    {
        app.Options["Listmonk:Metrics:Prometheus"] = "true";
        return app;
    }
}
