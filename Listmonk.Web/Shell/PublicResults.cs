using Listmonk.Core.Campaigns.Archive;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Listmonk.Web.Shell;

/// <summary>Answers with a page for recipients.</summary>
internal static class PublicResults
{
    public static IResult View<TComponent>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(parameters) { StatusCode = status, PreventStreamingRendering = true };

    public static IResult Message(string title, string text, int status = StatusCodes.Status200OK) =>
        View<MessageView>(new() { ["Title"] = title, ["Text"] = text }, status);

    public static IResult BadAddress() =>
        Message("This address is not valid", "Part of the link is missing. Open it again from the mail, complete.", StatusCodes.Status400BadRequest);

    public static IResult UnknownPerson() =>
        Message("Not found", "This address is no longer in our records, so there is nothing to change.", StatusCodes.Status404NotFound);

    public static IResult NothingHere() =>
        Message("Page not found", "There is nothing at this address. Check the link, or ask whoever sent it to you.", StatusCodes.Status404NotFound);

    /// <summary>The content of a mail, which must not act on this site: no scripts, no forms, an origin of its own.</summary>
    public static IResult MailContent(MessagePage message) => new MailContentResult(message);

    private sealed class MailContentResult(MessagePage message) : IResult
    {
        private const string Policy =
            "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src * 'unsafe-inline'; font-src * data:; media-src *; "
            + "frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.ContentSecurityPolicy = Policy;
            httpContext.Response.ContentType = message.IsPlain ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
            return httpContext.Response.WriteAsync(message.Body, httpContext.RequestAborted);
        }
    }
}
