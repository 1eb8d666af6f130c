using System.Text.Json;
using System.Threading.Channels;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Maintenance;

/// <summary>The log in memory: as a list, and its errors as they come (spec/api.md 5).</summary>
internal static class LogEndpoints
{
    /// <summary>Errors that one slow reader may be behind; more are left out.</summary>
    private const int MaxWaiting = 100;

    /// <summary>Proxies close connections that stay silent for longer.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    public static void MapLogEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/logs", (LogRing ring) => OutcomeHttp.Data(ring.All().Select(line => line.ToString()))).RequirePermission(Permissions.SettingsGet)
            .WithSummary("Read the log").Gives<IReadOnlyList<string>>("""{"data": ["2026-03-01T09:30:00Z Information Campaigns: Campaign 7 has started"]}""");
        api.MapGet("/events", Stream).RequirePermission(Permissions.SettingsGet)
            .WithSummary("Follow errors as they come").WithDescription("Server-sent events; the connection stays open.").GivesFile("text/event-stream");
    }

    private static async Task Stream(HttpContext context, LogRing ring, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var waiting = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        using var subscription = ring.Written.Subscribe(line =>
        {
            if (line.Level >= LogLevel.Error)
            {
                waiting.Writer.TryWrite(line);
            }
        });
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            // Something at once, so that the browser knows it is connected.
            await WriteAsync(context, "retry: 3000\n: connected\n\n", ending.Token);
            while (true)
            {
                await WriteAsync(context, await NextAsync(waiting.Reader, clock, ending.Token) is { } line ? Format(line) : ": still here\n\n", ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or the program stops.
        }
    }

    /// <returns>Null when it is time for a heartbeat.</returns>
    private static async Task<LogLine?> NextAsync(ChannelReader<LogLine> lines, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Heartbeat, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await lines.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string Format(LogLine line) =>
        $"retry: 3000\ndata: {JsonSerializer.Serialize(new EventResponse("", "error", line.ToString(), null), ApiJson.Options)}\n\n";

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.WriteAsync(text, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
