using System.Globalization;
using System.Security.Claims;
using Listmonk.Core.Common;
using Listmonk.Core.Users;

namespace Listmonk.Web.Auth;

/// <summary>From a request's principal to the acting account. Rights are looked up fresh each time, never read from the cookie.</summary>
internal static class Principals
{
    public const string StampClaim = "stamp";

    public static ClaimsPrincipal Create(Account account, string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, account.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(ClaimTypes.Name, account.Username),
            new Claim(StampClaim, account.SecurityStamp),
        ],
        scheme));

    /// <summary>Null when nobody is signed in, or the account was disabled, or its sessions were ended.</summary>
    public static Account? FindAccount(this ClaimsPrincipal principal, UserDirectory directory) =>
        principal.Identity?.IsAuthenticated == true
        && int.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var id)
        && directory.Find(id) is { IsEnabled: true } account
        && string.Equals(principal.FindFirstValue(StampClaim), account.SecurityStamp, StringComparison.Ordinal)
            ? account
            : null;

    public static Actor? FindActor(this ClaimsPrincipal principal, UserDirectory directory) => principal.FindAccount(directory)?.Actor;

    /// <summary>Who calls; anonymous on routes that need no account.</summary>
    public static Actor Actor(this HttpContext context) =>
        context.User.FindActor(context.RequestServices.GetRequiredService<UserDirectory>()) ?? Core.Common.Actor.Anonymous;
}
