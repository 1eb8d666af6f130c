using System.Security.Cryptography;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.DataProtection;

namespace Listmonk.Web.Auth;

/// <summary>A sentence for the sign-in page from the request that leads there; sealed, so that no other site can put words there, and shown once.</summary>
internal static class SignInNotice
{
    private const string CookieName = "sign-in-notice";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    public static void Leave(HttpContext context, string text) => context.Response.Cookies.Append(
        CookieName,
        Protector(context).Protect(text, Life),
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = Life, IsEssential = true });

    /// <summary>Back to the sign-in page, which says why.</summary>
    /// <param name="next">Where the person wanted to go.</param>
    public static IResult Refuse(HttpContext context, string? next, string message)
    {
        Leave(context, message);
        return Results.LocalRedirect(string.IsNullOrEmpty(next) ? $"~/{Urls.SignIn}" : $"~/{Urls.SignIn}?next={Uri.EscapeDataString(next)}");
    }

    /// <summary>Null when there is none.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is not { } text)
        {
            return null;
        }

        context.Response.Cookies.Delete(CookieName);
        try
        {
            return Protector(context).Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ITimeLimitedDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("listmonk.sign-in-notice").ToTimeLimitedDataProtector();
}
