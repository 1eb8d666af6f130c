using Listmonk.Core.Settings;

namespace Listmonk.Web.Shell;

/// <summary>
/// Lets the root URL carry a path: a request that arrives with the prefix is served as if it came without. Where the proxy strips it,
/// the prefix is still part of each address that the browser is given.
/// </summary>
internal sealed class PathPrefix(RequestDelegate next, SettingsStore settings)
{
    private string _rootUrl = "";
    private PathString _prefix;
    private string _authority = "";

    public Task InvokeAsync(HttpContext context)
    {
        var rootUrl = settings.Current.RootUrl;
        if (!ReferenceEquals(rootUrl, _rootUrl))
        {
            (_prefix, _authority) = Uri.TryCreate(rootUrl, UriKind.Absolute, out var root) ? (new PathString(root.AbsolutePath.TrimEnd('/')), root.Authority) : (default, "");
            _rootUrl = rootUrl;
        }

        if (_prefix.HasValue && context.Request.Path.StartsWithSegments(_prefix, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = context.Request.PathBase.Add(_prefix);
            context.Request.Path = rest;
        }
        else if (_prefix.HasValue && string.Equals(context.Request.Host.Value, _authority, StringComparison.OrdinalIgnoreCase))
        {
            context.Request.PathBase = context.Request.PathBase.Add(_prefix);
        }

        return next(context);
    }
}
