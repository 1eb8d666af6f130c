namespace Listmonk.Web.PublicPages;

/// <summary>What every visitor of the site may meet: the landing page, the rules for robots, and the page for unknown addresses.</summary>
internal static class SiteEndpoints
{
    private const string Robots =
        """
        User-agent: *
        Allow: /subscription/form
        Disallow: /subscription/
        Disallow: /campaign/
        Disallow: /link/
        Disallow: /track/
        Disallow: /admin

        """;

    public static void MapSite(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => PublicResults.View<LandingView>([])).AllowAnonymous();
        app.MapGet("/robots.txt", () => Results.Text(Robots)).AllowAnonymous();
        app.MapFallback("{**path}", PublicResults.NothingHere).AllowAnonymous().DisableAntiforgery();
    }
}
