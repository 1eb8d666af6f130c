using System.Security.Cryptography;
using System.Text.Json;
using Listmonk.Core.Auth.OpenId;
using Microsoft.AspNetCore.DataProtection;

namespace Listmonk.Web.Auth;

/// <summary>While a person is at the provider: an encrypted cookie that keeps for ten minutes what was asked, and where to go afterwards.</summary>
internal sealed record OpenIdTicket(OpenIdRequest Request, string? Next)
{
    private const string CookieName = "oidc";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public void Keep(HttpContext context) =>
        context.Response.Cookies.Append(CookieName, Protector(context).Protect(JsonSerializer.Serialize(this), Life), Options(context));

    /// <summary>The browser's ticket, which is used up by this; null when there is none or it is too old.</summary>
    public static OpenIdTicket? Take(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is not { } text)
        {
            return null;
        }

        context.Response.Cookies.Delete(CookieName, Options(context));
        try
        {
            return JsonSerializer.Deserialize<OpenIdTicket>(Protector(context).Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Lax, not Strict: the provider's site sends the browser back here.</summary>
    private static CookieOptions Options(HttpContext context) => new()
    {
        Path = context.Request.PathBase + OpenIdClient.CallbackPath,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        MaxAge = Life,
        IsEssential = true,
    };

    private static ITimeLimitedDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("listmonk.oidc").ToTimeLimitedDataProtector();
}
