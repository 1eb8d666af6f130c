using Listmonk.Core.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Listmonk.Web.Auth;

/// <summary>Opens sessions.</summary>
internal static class SignIn
{
    public static Task StartSessionAsync(HttpContext context, Account account) => context.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme,
        Principals.Create(account, CookieAuthenticationDefaults.AuthenticationScheme),
        new AuthenticationProperties { IsPersistent = true });

    /// <summary>Where to go after signing in: a local path with its query, never another site (spec/auth.md 3.1).</summary>
    public static string LocalTarget(string? next) =>
        next is { Length: > 1 } && next[0] == '/' && next[1] is not ('/' or '\\') && !next.AsSpan().ContainsAnyInRange('\0', '\x1f') ? next : "/" + Shell.Urls.Dashboard;
}
