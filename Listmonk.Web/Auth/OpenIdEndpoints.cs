using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Auth;
using Listmonk.Core.Auth.OpenId;
using Listmonk.Core.Settings;
using Listmonk.Web.Api;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Antiforgery;

namespace Listmonk.Web.Auth;

/// <summary>Signing in at an OpenID Connect provider, at listmonk's addresses (spec/auth.md 6, decision 0036).</summary>
internal static class OpenIdEndpoints
{
    public static void MapOpenIdEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapPost(OpenIdClient.CallbackPath, (Delegate)Post).AllowAnonymous().RequireRateLimiting(RateLimits.SignIns);
        app.MapGet(OpenIdClient.CallbackPath, Finish).AllowAnonymous();
    }

    /// <summary>The button of the sign-in page; or a provider that answers with a form instead of an address, as Apple does.</summary>
    private static async Task<IResult> Post(HttpContext context, SettingsStore settings, IAntiforgery antiforgery, OpenIdClient client, CancellationToken cancellationToken)
    {
        if (!settings.Current.Security.OpenId.Enabled)
        {
            return PublicResults.NothingHere();
        }

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : FormCollection.Empty;
        if (form.ContainsKey("state"))
        {
            return AsAddress(context, form);
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return SignInNotice.Refuse(context, null, "The page was too old. Try again.");
        }

        var next = form["next"].ToString();
        var started = await client.BeginAsync(cancellationToken);
        if (!started.IsOk)
        {
            return SignInNotice.Refuse(context, next, started.Message);
        }

        new OpenIdTicket(started.Value.Request, next).Keep(context);
        var address = started.Value.Address.AbsoluteUri;
        return Leave(context, address, settings.Current.Security.OpenId.DisplayName, isSigningOut: false);
    }

    /// <summary>On to the provider. Not by a redirect: browsers hold every redirect of a posted form against form-action, and a provider may lead on to others.</summary>
    internal static IResult Leave(HttpContext context, string address, string name, bool isSigningOut)
    {
        context.Response.Headers["Refresh"] = $"0; url={address}";
        context.Response.Headers.CacheControl = "no-store";
        return PublicResults.View<OpenIdLeaveView>(new() { ["Name"] = name, ["Address"] = address, ["IsSigningOut"] = isSigningOut });
    }

    /// <summary>The provider sends the person back, with a code or with the reason why there is none.</summary>
    private static async Task<IResult> Finish(HttpContext context, SettingsStore settings, OpenIdClient client, OpenIdSignInService accounts, CancellationToken cancellationToken)
    {
        if (!settings.Current.Security.OpenId.Enabled)
        {
            return PublicResults.NothingHere();
        }

        var query = context.Request.Query;
        if (OpenIdTicket.Take(context) is not { } ticket || !AreEqual(query["state"].ToString(), ticket.Request.State))
        {
            return SignInNotice.Refuse(context, null, "The sign-in took too long, or was begun in another window. Try again.");
        }

        // A mix-up of providers (RFC 9207).
        if (query["error"].Count > 0 || query["code"].ToString().Length == 0 || (query["iss"].ToString() is { Length: > 0 } issuer && issuer != ticket.Request.Issuer))
        {
            client.ReportRefusal($"{query["error"]} {query["error_description"]} {query["iss"]}".Trim());
            return SignInNotice.Refuse(context, ticket.Next, $"{settings.Current.Security.OpenId.DisplayName} did not sign you in.");
        }

        var person = await client.FinishAsync(query["code"].ToString(), ticket.Request, cancellationToken);
        if (!person.IsOk)
        {
            return SignInNotice.Refuse(context, ticket.Next, person.Message);
        }

        var step = await accounts.FindAsync(person.Value, cancellationToken);
        if (!step.IsOk)
        {
            return SignInNotice.Refuse(context, ticket.Next, step.Message);
        }

        var target = SignIn.LocalTarget(context, ticket.Next);
        if (step.Value.NeedsCode)
        {
            PendingSignIn.Remember(context, step.Value.Account, isFromProvider: true);
            return Results.LocalRedirect($"~/{Urls.SignInCode}?next={Uri.EscapeDataString(target)}");
        }

        await SignIn.StartSessionAsync(context, step.Value.Account, SignInMethod.OpenId);
        return Results.LocalRedirect(target);
    }

    /// <summary>A form from another site comes without our cookies; the same as an address comes with them.</summary>
    private static IResult AsAddress(HttpContext context, IFormCollection form)
    {
        var query = QueryString.Create(form.Where(field => field.Key is "state" or "code" or "error" or "error_description" or "iss"));
        context.Response.Headers.Location = context.Request.PathBase + OpenIdClient.CallbackPath + query;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
