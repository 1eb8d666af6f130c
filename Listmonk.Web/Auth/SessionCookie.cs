using Listmonk.Core.Auth;
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
        options.ExpireTimeSpan = SessionDirectory.MaxIdle;
        options.SlidingExpiration = true;
        options.LoginPath = "/admin/login";
        options.Events.OnValidatePrincipal = async context =>
        {
            var services = context.HttpContext.RequestServices;
            if (context.Principal?.SessionId() is { } begun)
            {
                await services.GetRequiredService<SessionDirectory>().LearnAsync(begun, context.HttpContext.RequestAborted);
            }

            if (context.Principal?.SessionId() is { } session
                && context.Principal.FindAccount(services.GetRequiredService<UserDirectory>(), services.GetRequiredService<SessionDirectory>()) is not null)
            {
                await services.GetRequiredService<SessionService>().TouchAsync(session, context.HttpContext.RequestAborted);
            }
            else
            {
                context.RejectPrincipal();
            }
        };
    }
}
