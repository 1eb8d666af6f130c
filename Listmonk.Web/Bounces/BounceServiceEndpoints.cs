using Listmonk.Core.Bounces.Webhooks;
using Listmonk.Core.Settings;
using Listmonk.Web.Api;
using Microsoft.Net.Http.Headers;

namespace Listmonk.Web.Bounces;

/// <summary>Where mail services report bounces, at listmonk's addresses (spec/bounces.md 4). Open to everybody: each call proves itself.</summary>
internal static class BounceServiceEndpoints
{
    /// <summary>The largest batches of the services have a few megabytes.</summary>
    private const int MostBytes = 10 * 1024 * 1024;

    public static void MapBounceServices(this IEndpointRouteBuilder app) =>
        app.MapPost("/webhooks/service/{service}", Report).AllowAnonymous().DisableAntiforgery();

    private static async Task<IResult> Report(string service, HttpContext context, SettingsStore settings, BounceWebhookService webhooks, CancellationToken cancellationToken)
    {
        if (!settings.Current.Bounces.WebhooksEnabled)
        {
            return OutcomeHttp.Error(StatusCodes.Status404NotFound, "404 unknown endpoint");
        }

        if (await ReadAsync(context.Request, cancellationToken) is not { } body)
        {
            return OutcomeHttp.Error(StatusCodes.Status413PayloadTooLarge, "The body is too large.");
        }

        var answer = await webhooks.HandleAsync(
            service,
            new WebhookRequest
            {
                Body = body,
                Header = name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
                Query = name => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null,
            },
            cancellationToken);
        switch (answer.Verdict)
        {
            case WebhookVerdict.Accepted:
                return answer.Json is { } json ? Results.Text(json, "application/json") : OutcomeHttp.True();
            case WebhookVerdict.Off:
                return OutcomeHttp.Error(StatusCodes.Status503ServiceUnavailable, answer.Message);
            case WebhookVerdict.Incomplete:
                return OutcomeHttp.Error(StatusCodes.Status500InternalServerError, answer.Message);
            case WebhookVerdict.Unauthorized:
                context.Response.Headers[HeaderNames.WWWAuthenticate] = "Basic realm=\"webhook\"";
                return OutcomeHttp.Error(StatusCodes.Status401Unauthorized, answer.Message);
            default:
                return OutcomeHttp.Error(StatusCodes.Status400BadRequest, answer.Message);
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MostBytes)
        {
            return null;
        }

        using var memory = new MemoryStream((int)(request.ContentLength ?? 4096));
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (memory.Length + count > MostBytes)
            {
                return null;
            }

            memory.Write(buffer, 0, count);
        }

        return memory.ToArray();
    }
}
