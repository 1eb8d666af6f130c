using Listmonk.Core.Auth.OpenId;
using Listmonk.Core.Settings;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Auth;

/// <summary>Signing out, for pages (a posted form) and for programs.</summary>
internal static class AuthEndpoints
{
    public static void MapAuthEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPost("/admin/logout", (Delegate)SignOutPerson).RequirePermission();
        app.MapOpenIdEndpoints();
        app.MapPasskeyEndpoints();
        app.MapPost("/api/logout", (Delegate)SignOutProgram).RequirePermission().DisableAntiforgery()
            .WithSummary("End the session").WithTags(ApiTags.System).GivesTrue();
    }

    private static async Task<IResult> SignOutPerson(HttpContext context, OpenIdClient provider, SettingsStore settings, CancellationToken cancellationToken)
    {
        var isFromProvider = context.User.IsFromProvider();
        await SignIn.EndSessionAsync(context);
        return isFromProvider && await provider.SignOutAddressAsync(cancellationToken) is { } address
            ? OpenIdEndpoints.Leave(context, address.AbsoluteUri, settings.Current.Security.OpenId.DisplayName, isSigningOut: true)
            : Results.LocalRedirect("~/admin/login");
    }

    private static async Task<IResult> SignOutProgram(HttpContext context)
    {
        await SignIn.EndSessionAsync(context);
        return OutcomeHttp.True();
    }
}
