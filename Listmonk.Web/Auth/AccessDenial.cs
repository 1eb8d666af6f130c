using Listmonk.Web.Api;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Listmonk.Web.Auth;

/// <summary>
/// What a refused caller gets: 403 with listmonk's message on the API (it never uses 401), the sign-in page for people.
/// </summary>
internal sealed class AccessDenial : IAuthorizationMiddlewareResultHandler
{
    public const string ReasonItem = "listmonk:auth-reason";

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        if (context.Request.Path.StartsWithSegments("/admin", StringComparison.Ordinal) && context.User.Identity?.IsAuthenticated != true)
        {
            var target = context.Request.PathBase + context.Request.Path + context.Request.QueryString;
            context.Response.Redirect($"{context.Request.PathBase}/admin/login?next={Uri.EscapeDataString(target)}");
            return Task.CompletedTask;
        }

        // No endpoint means an unknown address, which is a 404 and no question of rights.
        if (context.GetEndpoint() is null)
        {
            return next(context);
        }

        if (context.Request.Path.StartsWithSegments("/admin", StringComparison.Ordinal))
        {
            return PublicResults.View<ForbiddenView>(new() { ["UserName"] = context.User.Identity!.Name }, StatusCodes.Status403Forbidden).ExecuteAsync(context);
        }

        var reason = authorizeResult.AuthorizationFailure?.FailureReasons.Select(failure => failure.Message).FirstOrDefault(message => message.Length > 0);
        var message = context.User.Identity?.IsAuthenticated == true
            ? reason ?? "permission denied"
            : context.Items[ReasonItem] as string ?? "invalid session";
        return OutcomeHttp.Error(StatusCodes.Status403Forbidden, message).ExecuteAsync(context);
    }
}
