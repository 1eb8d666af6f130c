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

    private const string FromProvider = " provider";

    /// <param name="isFromProvider">Whether it was the OpenID Connect provider that vouched, in place of a password.</param>
    public static void Remember(HttpContext context, Account account, bool isFromProvider = false) => context.Response.Cookies.Append(
        CookieName,
        Protector(context).Protect(string.Create(CultureInfo.InvariantCulture, $"{account.Id} {account.SecurityStamp}{(isFromProvider ? FromProvider : "")}"), Life),
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = Life, IsEssential = true });

    /// <summary>Null when it is too late, or the account has changed meanwhile.</summary>
    public static (Account Account, bool IsFromProvider)? Find(HttpContext context)
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
                ? (account, parts.Length > 2)
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
