using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Web.Auth;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Listmonk.Web.Maintenance;

/// <summary>
/// Metrics for Prometheus to fetch, and metrics and traces for an OpenTelemetry collector. Both are off until the operator asks: a listener costs every
/// request some time and the process some memory.
/// </summary>
internal static class Telemetry
{
    private const string PrometheusOption = "Listmonk:Metrics:Prometheus";

    /// <summary>The standard name, which every OpenTelemetry program reads.</summary>
    private const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Meters =
        [Measures.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Components.Server.Circuits", "Npgsql"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var hasPrometheus = HasPrometheus(builder.Configuration);
        var hasCollector = !string.IsNullOrEmpty(builder.Configuration[CollectorVariable]);
        if (!hasPrometheus && !hasCollector)
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("listmonk"));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            _ = hasPrometheus ? metrics.AddPrometheusExporter() : metrics;
            _ = hasCollector ? metrics.AddOtlpExporter() : metrics;
        });
        if (hasCollector)
        {
            telemetry.WithTracing(traces => traces.AddSource("Microsoft.AspNetCore", "Npgsql").AddOtlpExporter());
        }
    }

    public static void MapTelemetry(this WebApplication app)
    {
        if (HasPrometheus(app.Configuration))
        {
            app.MapPrometheusScrapingEndpoint("/metrics").RequirePermission(Permissions.SettingsMaintain);
        }
    }

    private static bool HasPrometheus(IConfiguration configuration) => configuration.GetValue<bool>(PrometheusOption);
}
