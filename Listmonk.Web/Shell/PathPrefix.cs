using Listmonk.Core.Settings;

namespace Listmonk.Web.Shell;

/// <summary>
/// Lets the root URL carry a path: a request that arrives with the prefix is served as if it came without, whether or not the proxy
/// strips it.
/// </summary>
internal sealed class PathPrefix(RequestDelegate next, SettingsStore settings)
{
    private string _rootUrl = "";
    private PathString _prefix;

    public Task InvokeAsync(HttpContext context)
    {
        var rootUrl = settings.Current.RootUrl;
        if (!ReferenceEquals(rootUrl, _rootUrl))
        {
            _prefix = Uri.TryCreate(rootUrl, UriKind.Absolute, out var root) ? new PathString(root.AbsolutePath.TrimEnd('/')) : default;
            _rootUrl = rootUrl;
        }

        if (_prefix.HasValue && context.Request.Path.StartsWithSegments(_prefix, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = context.Request.PathBase.Add(_prefix);
            context.Request.Path = rest;
        }

        return next(context);
    }
}
