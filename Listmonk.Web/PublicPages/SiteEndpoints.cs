using Listmonk.Web.Shell;

namespace Listmonk.Web.PublicPages;

/// <summary>What every visitor of the site may meet: the landing page, and the page for unknown addresses.</summary>
internal static class SiteEndpoints
{
    public static void MapSite(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => PublicResults.View<LandingView>([])).AllowAnonymous();
        app.MapFallback("{**path}", PublicResults.NothingHere).AllowAnonymous().DisableAntiforgery();
    }
}
