using System.Text;
using Listmonk.Core.Bounces;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Mvc;

namespace Listmonk.Web.Bounces;

/// <summary>The tool that explains a bounce: a mail or a bare SMTP reply in, the verdict out, nothing stored.</summary>
internal static class BounceInspectionEndpoints
{
    /// <summary>Reports return the original, seldom more than a few megabytes.</summary>
    public const int MostBytes = 8 * 1024 * 1024;

    public static void MapBounceInspection(this IEndpointRouteBuilder api) =>
        api.MapPost("/bounces/inspect", Inspect).RequirePermission(Permissions.BouncesGet).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Explain a bounce").WithDescription("A mail or a bare SMTP reply; nothing is stored.").TakesText("message/rfc822", "text/plain").WithQuery("stage", "The SMTP command that a bare reply answered.").Gives<IReadOnlyList<InspectionResponse>>();

    private static async Task<IResult> Inspect(HttpContext context, BounceInspector inspector, CancellationToken cancellationToken)
    {
        var type = (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory, cancellationToken);
        if (memory.Length == 0)
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Send a mail as message/rfc822 or an SMTP reply as text/plain.");
        }

        var body = memory.GetBuffer().AsMemory(0, (int)memory.Length);
        switch (type)
        {
            case "message/rfc822" or "message/global" or "application/octet-stream":
                return OutcomeHttp.Data((await inspector.InspectMailAsync(body, cancellationToken)).Select(InspectionResponse.From).ToList());
            case "text/plain":
                var reply = Encoding.UTF8.GetString(body.Span);
                var stage = context.Request.Text("stage").ToUpperInvariant();
                return OutcomeHttp.Data((await inspector.InspectReplyAsync(reply, stage, cancellationToken)).Select(InspectionResponse.From).ToList());
            default:
                return OutcomeHttp.Error(StatusCodes.Status415UnsupportedMediaType, "Send a mail as message/rfc822 or an SMTP reply as text/plain.");
        }
    }
}
