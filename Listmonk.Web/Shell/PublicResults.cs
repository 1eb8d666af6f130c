using Listmonk.Core.Campaigns.Archive;
using Listmonk.Core.Common;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Listmonk.Web.Shell;

/// <summary>Answers with a page for recipients.</summary>
internal static class PublicResults
{
    public static IResult View<TComponent>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(parameters) { StatusCode = status, PreventStreamingRendering = true };

    /// <param name="title">A key of the language's texts, or a text; as <paramref name="text"/>.</param>
    public static IResult Message(string title, string text, int status = StatusCodes.Status200OK) =>
        View<MessageView>(new() { ["Title"] = title, ["Text"] = text }, status);

    public static IResult BadAddress() =>
        Message("public.invalidLinkTitle", "public.invalidLinkInfo", StatusCodes.Status400BadRequest);

    public static IResult UnknownPerson() =>
        Message("public.notFoundTitle", "public.unknownPersonInfo", StatusCodes.Status404NotFound);

    /// <summary>What came of a mail that a recipient asked for; <paramref name="title"/> and <paramref name="text"/> where it is on its way.</summary>
    public static IResult Mailed(Outcome outcome, string title, string text) => outcome.Kind switch
    {
        OutcomeKind.Ok => Message(title, text),
        OutcomeKind.NotFound => UnknownPerson(),
        OutcomeKind.Invalid => Message("public.notAvailableTitle", outcome.Message, StatusCodes.Status400BadRequest),
        _ => Message("public.notSentTitle", "public.notSentInfo", StatusCodes.Status500InternalServerError),
    };

    public static IResult NothingHere() =>
        Message("public.pageNotFoundTitle", "public.pageNotFoundInfo", StatusCodes.Status404NotFound);

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
