namespace Listmonk.Core.Tracking;

/// <summary>Renders destinations that hold template expressions for the person who clicked.</summary>
public sealed class DestinationRenderer
{
    private readonly Common.BoundedCache<int, string?> _fixed = new(1_000);

    /// <summary>Null when nothing is left that a browser could be sent to.</summary>
    public ValueTask<string?> RenderAsync(LinkDestination link, ReceivedHit hit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_fixed.TryGet(hit.LinkId, out var url))
        {
            url = WithoutExpressions(link.Url);
            _fixed.Set(hit.LinkId, url);
        }

        return new(url);
    }

    /// <summary>The part before the first expression, if it names at least a host: the right site is better than an error.</summary>
    internal static string? WithoutExpressions(string url)
    {
        var at = url.IndexOf("{{", StringComparison.Ordinal);
        var fixedPart = at < 0 ? url : url[..at];
        var host = fixedPart.IndexOf("://", StringComparison.Ordinal);
        if (host < 0 || !LinkDestination.IsSafe(fixedPart))
        {
            return null;
        }

        var slash = fixedPart.IndexOf('/', host + 3);
        if (slash < 0)
        {
            return at < 0 ? fixedPart : null;
        }

        // A query or path segment that was cut in half says something else; the last whole one counts.
        var query = fixedPart.IndexOf('?', StringComparison.Ordinal);
        return query >= 0 ? fixedPart[..query] : fixedPart[..(fixedPart.LastIndexOf('/') + 1)];
    }
}
