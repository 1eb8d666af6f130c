using Listmonk.Core.Doctor;
using Listmonk.Core.Tracking;
using Listmonk.Web.Shell;

namespace Listmonk.Web.Tracking;

/// <summary>What <see cref="TrackingFastPath"/> lets through: links that lead nowhere; and what crawlers must leave alone.</summary>
internal static class TrackingEndpoints
{
    private const string Robots =
        """
        User-agent: *
        Disallow: /track/
        Disallow: /link/
        Disallow: /campaign/
        Disallow: /subscription/
        Allow: /subscription/form

        """;

    public static void MapTrackingEndpoints(this IEndpointRouteBuilder app)
    {
        string[] reading = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods($"{TrackingPaths.LinkRoute}{{**token}}", reading, UnknownLink).AllowAnonymous();
        app.MapMethods("/link/{**path}", reading, UnknownLink).AllowAnonymous();
        app.MapMethods("/robots.txt", reading, () => Results.Text(Robots, "text/plain")).AllowAnonymous();
    }

    private static IResult UnknownLink(HttpContext context, RefusedHits refused, TrackingTokens tokens, ProxyNetworks proxies)
    {
        var path = context.Request.Path.Value ?? "";
        var isGenuine = path.StartsWith(TrackingPaths.LinkRoute, StringComparison.Ordinal) && tokens.TryRead(path.AsSpan(TrackingPaths.LinkRoute.Length), HitKind.Click, out _);
        refused.Note(HitKind.Click, isGenuine ? RefusalReason.UnknownLink : RefusalReason.DamagedAddress, proxies.ClientOf(context));
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        return PublicResults.Message("public.deadLinkTitle", "public.deadLinkInfo", StatusCodes.Status404NotFound);
    }
}
