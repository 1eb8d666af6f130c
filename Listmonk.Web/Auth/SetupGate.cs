using Listmonk.Core.Users;
using Listmonk.Web.Api;

namespace Listmonk.Web.Auth;

/// <summary>Until the first super admin exists, only the set-up page and what it needs answer.</summary>
internal sealed class SetupGate(RequestDelegate next, UserDirectory directory)
{
    public const string SetupPath = "/admin/setup";

    private static readonly string[] Open = [SetupPath, "/health", "/_framework", "/_content", "/_blazor", "/css", "/js", "/fonts", "/images", "/favicon", "/Listmonk.Web"];

    public Task InvokeAsync(HttpContext context)
    {
        if (directory.IsSetUp || Array.Exists(Open, path => context.Request.Path.Value?.StartsWith(path, StringComparison.Ordinal) == true))
        {
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            context.Response.Redirect(context.Request.PathBase + SetupPath);
            return Task.CompletedTask;
        }

        return OutcomeHttp.Error(StatusCodes.Status503ServiceUnavailable, "The set-up is not done yet. Open /admin/setup in a browser.").ExecuteAsync(context);
    }
}
