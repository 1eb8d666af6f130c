using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Listmonk.Web.PublicPages;

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
}
