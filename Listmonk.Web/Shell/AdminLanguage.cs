using Listmonk.Core.Languages;
using Listmonk.Web.Auth;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Net.Http.Headers;

namespace Listmonk.Web.Shell;

/// <summary>
/// The language of the admin pages: what the person chose in the account menu, else the browser's wish, else the installation's. It is set
/// for the request, and with it for the circuit that the request opens.
/// </summary>
internal sealed class AdminLanguage(RequestDelegate next, LanguageDirectory languages)
{
    public const string Cookie = "listmonk_language";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/admin", StringComparison.Ordinal) || context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            T.Use(languages.ChooseForAdmin([context.Request.Cookies[Cookie], .. Accepted(context.Request)]));
        }

        return next(context);
    }

    /// <summary>The codes that the browser names, the most wanted first.</summary>
    public static IEnumerable<string?> Accepted(HttpRequest request) =>
        request.GetTypedHeaders().AcceptLanguage
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language, StringWithQualityHeaderValueComparer.QualityComparer)
            .Select(language => language.Value.Value);

    /// <summary>Keeps the choice in the browser and goes back to the page, which is then drawn anew.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/admin/language", async (HttpContext context, LanguageDirectory languages) =>
        {
            var language = (await context.Request.ReadFormAsync(context.RequestAborted))["language"].ToString();
            context.Response.Cookies.Append(Cookie, languages.ChooseForAdmin([language]).Code, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = Lifetime,
                Path = context.Request.PathBase.HasValue ? context.Request.PathBase : "/",
                SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
            });
            return Results.LocalRedirect(PageBefore(context.Request));
        }).RequirePermission().WithMetadata(new RequireAntiforgeryTokenAttribute());

    private static string PageBefore(HttpRequest request) =>
        request.GetTypedHeaders().Referer is { } page && page.Authority == request.Host.Value && page.AbsolutePath.StartsWith(request.PathBase + "/admin", StringComparison.Ordinal)
            ? page.PathAndQuery
            : "~/admin";
}
