namespace Listmonk.Web.Shell;

/// <summary>
/// The protective headers of every answer. Scripts come from here only; styles may be inline because MudBlazor writes them and mails
/// need them; previews and the archive show pictures from anywhere over https. An endpoint that needs another policy sets its own.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private static readonly string Policy = PolicyWith("");

    /// <summary>The policy of a page that needs one service besides, for scripts, styles, frames and connections.</summary>
    public static string PolicyWith(string sources) =>
        $"default-src 'self'; script-src 'self'{Also(sources)}; style-src 'self' 'unsafe-inline'{Also(sources)}; img-src 'self' data: https:; font-src 'self' data: https:; "
        + $"connect-src 'self'{Also(sources)}; frame-src 'self'{Also(sources)}; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Apply((HttpContext)state), context);
        return next(context);
    }

    private static string Also(string sources) => sources.Length > 0 ? " " + sources : "";

    private static Task Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", "strict-origin-when-cross-origin");
        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
        {
            headers.TryAdd("Content-Security-Policy", Policy);
            headers.TryAdd("X-Frame-Options", "SAMEORIGIN");
            headers.TryAdd("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
        }

        return Task.CompletedTask;
    }
}
