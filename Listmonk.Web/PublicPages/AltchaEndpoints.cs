using Listmonk.Core.PublicPages.Captcha;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.PublicPages;

/// <summary>
/// What ALTCHA's widgets load, ours and the official one, from forms on any site (spec/public.md 4). Both are the same for everybody and tell
/// nothing, so every site may read them.
/// </summary>
internal static class AltchaEndpoints
{
    /// <summary>Relative to the base path.</summary>
    public const string ChallengePath = "api/public/captcha/altcha";

    private const string Script = "js/altcha.js";

    public static void MapAltchaChallenge(this IEndpointRouteBuilder api)
    {
        api.MapGet("/public/captcha/altcha", GetChallenge).AllowAnonymous()
            .WithSummary("Read a challenge for ALTCHA's widget").WithDescription("For our own widget, and ALTCHA's up to version 2. It may be solved once, within five minutes.")
            .GivesBare<AltchaChallengeResponse>().Refuses(StatusCodes.Status404NotFound);
        api.MapGet("/public/captcha/altcha/v3", GetChallengeForVersion3).AllowAnonymous()
            .WithSummary("Read a challenge for ALTCHA's widget, version 3").WithDescription("It may be solved once, within five minutes.")
            .GivesBare<AltchaKeyChallengeResponse>().Refuses(StatusCodes.Status404NotFound);
    }

    /// <summary>The address under which forms that were copied from listmonk look for the widget.</summary>
    public static void MapAltchaScript(this IEndpointRouteBuilder app) => app.MapGet("/public/static/altcha.umd.js", GetScript).AllowAnonymous();

    private static IResult GetChallenge(HttpContext context, AltchaService altcha)
    {
        AllowEverySite(context);
        context.Response.Headers.CacheControl = "no-store";
        return altcha.Issue() is { } challenge
            ? OutcomeHttp.Bare(new AltchaChallengeResponse(challenge.Algorithm, challenge.Challenge, challenge.MaxNumber, challenge.Salt, challenge.Signature))
            : OutcomeHttp.Error(StatusCodes.Status404NotFound, "captcha not enabled");
    }

    private static IResult GetChallengeForVersion3(HttpContext context, AltchaService altcha)
    {
        AllowEverySite(context);
        context.Response.Headers.CacheControl = "no-store";
        return altcha.IssueForVersion3() is { } challenge
            ? OutcomeHttp.Bare(AltchaKeyChallengeResponse.From(challenge))
            : OutcomeHttp.Error(StatusCodes.Status404NotFound, "captcha not enabled");
    }

    private static IResult GetScript(HttpContext context, IWebHostEnvironment environment)
    {
        AllowEverySite(context);
        context.Response.Headers.CacheControl = "no-cache";
        var file = environment.WebRootFileProvider.GetFileInfo(Script);
        return file.Exists ? Results.Stream(file.CreateReadStream(), "text/javascript; charset=utf-8", lastModified: file.LastModified) : Results.NotFound();
    }

    private static void AllowEverySite(HttpContext context) => context.Response.Headers.AccessControlAllowOrigin = "*";
}
