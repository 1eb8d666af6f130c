using Listmonk.Core.Users;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Listmonk.Web.Auth;

/// <summary>The session cookie: seven days idle, ended at once when the account is disabled or its stamp changes.</summary>
internal static class SessionCookie
{
    public const string Name = "session";

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromDays(7);
        options.SlidingExpiration = true;
        options.LoginPath = "/admin/login";
        options.Events.OnValidatePrincipal = context =>
        {
            if (context.Principal?.FindAccount(context.HttpContext.RequestServices.GetRequiredService<UserDirectory>()) is null)
            {
                context.RejectPrincipal();
            }

            return Task.CompletedTask;
        };
    }
}
