using Listmonk.Core.Auth;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Listmonk.Web.Auth;

/// <summary>Opens sessions.</summary>
internal static class SignIn
{
    public static async Task StartSessionAsync(HttpContext context, Account account, SignInMethod method)
    {
        var session = await context.RequestServices.GetRequiredService<SessionService>().StartAsync(
            account, method, context.Connection.RemoteIpAddress?.ToString(), context.Request.Headers.UserAgent.ToString(), context.RequestAborted);
        await context.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            Principals.Create(account, CookieAuthenticationDefaults.AuthenticationScheme, session, isFromProvider: method == SignInMethod.OpenId),
            new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>Ends the session on the server too, so that a copied cookie is worth nothing.</summary>
    public static async Task EndSessionAsync(HttpContext context)
    {
        if (context.User.SessionId() is { } session)
        {
            await context.RequestServices.GetRequiredService<SessionService>().EndAsync(session, context.Actor(), context.RequestAborted);
        }

        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <summary>Where to go after signing in: a local path with its query, never another site (spec/auth.md 3.1).</summary>
    public static string LocalTarget(string? next) =>
        next is { Length: > 1 } && next[0] == '/' && next[1] is not ('/' or '\\') && !next.AsSpan().ContainsAnyInRange('\0', '\x1f') ? next : "/" + Shell.Urls.Dashboard;

    /// <summary>The same, below the path prefix that this request came with.</summary>
    public static string LocalTarget(HttpContext context, string? next)
    {
        var target = LocalTarget(next);
        return context.Request.PathBase.HasValue && !target.StartsWith(context.Request.PathBase, StringComparison.Ordinal) ? context.Request.PathBase + target : target;
    }
}
