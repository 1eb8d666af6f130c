using System.Globalization;
using System.Security.Claims;
using Listmonk.Core.Auth;
using Listmonk.Core.Common;
using Listmonk.Core.Users;

namespace Listmonk.Web.Auth;

/// <summary>From a request's principal to the acting account. Rights are looked up fresh each time, never read from the cookie.</summary>
internal static class Principals
{
    public const string StampClaim = "stamp";
    public const string SessionClaim = "session";

    /// <summary>There when the person came from the OpenID Connect provider.</summary>
    private const string ProviderClaim = "provider";

    /// <param name="session">The session of a browser; programs have none.</param>
    /// <param name="isFromProvider">Whether the OpenID Connect provider has vouched for the person.</param>
    public static ClaimsPrincipal Create(Account account, string scheme, Guid? session = null, bool isFromProvider = false)
    {
        var claims = new List<Claim>
        {
            new(ClaimTypes.NameIdentifier, account.Id.ToString(CultureInfo.InvariantCulture)),
            new(ClaimTypes.Name, account.Username),
            new(StampClaim, account.SecurityStamp),
        };
        if (session is { } id)
        {
            claims.Add(new Claim(SessionClaim, id.ToString("N")));
        }

        if (isFromProvider)
        {
            claims.Add(new Claim(ProviderClaim, "true"));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    public static bool IsFromProvider(this ClaimsPrincipal principal) => principal.HasClaim(claim => claim.Type == ProviderClaim);

    public static Guid? SessionId(this ClaimsPrincipal principal) =>
        Guid.TryParseExact(principal.FindFirstValue(SessionClaim), "N", out var id) ? id : null;

    /// <summary>Null when nobody is signed in, or the account was disabled, or its sessions were ended.</summary>
    public static Account? FindAccount(this ClaimsPrincipal principal, UserDirectory directory, SessionDirectory sessions) =>
        principal.Identity?.IsAuthenticated == true
        && int.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var id)
        && directory.Find(id) is { IsEnabled: true } account
        && string.Equals(principal.FindFirstValue(StampClaim), account.SecurityStamp, StringComparison.Ordinal)
        && (principal.SessionId() is not { } session || sessions.IsOpen(session, id))
            ? account
            : null;

    public static Actor? FindActor(this ClaimsPrincipal principal, UserDirectory directory, SessionDirectory sessions) =>
        principal.FindAccount(directory, sessions)?.Actor;

    /// <summary>Who calls; anonymous on routes that need no account.</summary>
    public static Actor Actor(this HttpContext context) =>
        context.User.FindActor(context.RequestServices.GetRequiredService<UserDirectory>(), context.RequestServices.GetRequiredService<SessionDirectory>())
        ?? Core.Common.Actor.Anonymous;
}
