using Listmonk.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Listmonk.Web.Auth;

/// <summary>Signing out, for pages (a posted form) and for programs.</summary>
internal static class AuthEndpoints
{
    public static void MapAuthEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPost("/admin/logout", (Delegate)SignOutPerson).RequirePermission();
        app.MapPost("/api/logout", (Delegate)SignOutProgram).RequirePermission().DisableAntiforgery();
    }

    private static async Task<IResult> SignOutPerson(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect("~/admin/login");
    }

    private static async Task<IResult> SignOutProgram(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return OutcomeHttp.True();
    }
}
