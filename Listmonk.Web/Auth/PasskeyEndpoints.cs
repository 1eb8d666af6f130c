using Listmonk.Core.Auth;
using Listmonk.Web.Api;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Antiforgery;

namespace Listmonk.Web.Auth;

/// <summary>Signing in with a passkey: the sign-in page's form, filled in by its script.</summary>
internal static class PasskeyEndpoints
{
    public static void MapPasskeyEndpoints(this IEndpointRouteBuilder app) =>
        app.MapPost("/" + Urls.SignInPasskey, (Delegate)SignInByPasskey).AllowAnonymous().RequireRateLimiting(RateLimits.SignIns);

    private static async Task<IResult> SignInByPasskey(HttpContext context, IAntiforgery antiforgery, PasskeyCeremony ceremony, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(context))
        {
            return SignInNotice.Refuse(context, null, "The page was too old. Try again.");
        }

        var form = await context.Request.ReadFormAsync(cancellationToken);
        var next = form["next"].ToString();
        if (PasskeyTicket.Open(context, form["state"].ToString()) is not { } ticket)
        {
            return SignInNotice.Refuse(context, next, "The page was too old. Try again.");
        }

        var found = await ceremony.FinishAsync(form["credential"].ToString(), ticket.State, ticket.AskedAt, cancellationToken);
        if (!found.IsOk)
        {
            return SignInNotice.Refuse(context, next, found.Message);
        }

        await SignIn.StartSessionAsync(context, found.Value, SignInMethod.Passkey);
        return Results.LocalRedirect(SignIn.LocalTarget(context, next));
    }
}
