using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Listmonk.Web.Auth;

/// <summary>
/// What the sign-in page has asked of the browser, sealed in the page itself: two open sign-in pages do not disturb each other, and no cookie
/// is needed. That it works once is seen by the time (<see cref="Core.Auth.PasskeyService.UseAsync"/>).
/// </summary>
internal sealed record PasskeyTicket(string State, DateTimeOffset AskedAt)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public string Seal(HttpContext context) => Protector(context).Protect(JsonSerializer.Serialize(this), Life);

    /// <summary>Null when it is not ours, or too old.</summary>
    public static PasskeyTicket? Open(HttpContext context, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<PasskeyTicket>(Protector(context).Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ITimeLimitedDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("listmonk.passkey").ToTimeLimitedDataProtector();
}
