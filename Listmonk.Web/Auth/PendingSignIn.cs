using System.Globalization;
using System.Security.Cryptography;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.DataProtection;

namespace Listmonk.Web.Auth;

/// <summary>Between the password and the code: an encrypted cookie that says for five minutes whose password was right.</summary>
internal static class PendingSignIn
{
    private const string CookieName = "twofa";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public static void Remember(HttpContext context, Account account) => context.Response.Cookies.Append(
        CookieName,
        Protector(context).Protect(string.Create(CultureInfo.InvariantCulture, $"{account.Id} {account.SecurityStamp}"), Life),
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = Life, IsEssential = true });

    /// <summary>Null when it is too late, or the account has changed meanwhile.</summary>
    public static Account? Find(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is not { } text)
        {
            return null;
        }

        try
        {
            var parts = Protector(context).Unprotect(text).Split(' ');
            return context.RequestServices.GetRequiredService<UserDirectory>().Find(int.Parse(parts[0], CultureInfo.InvariantCulture)) is { IsEnabled: true } account
                && account.SecurityStamp == parts[1]
                ? account
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(CookieName);

    private static ITimeLimitedDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("listmonk.twofa").ToTimeLimitedDataProtector();
}
