using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Tracking;

/// <summary>
/// Where a tracked link leads, as the redirect needs it; kept in memory. A URL with template expressions must be rendered for the
/// person first.
/// </summary>
public sealed record LinkDestination(int Id, Guid Uuid, string Url, bool HasExpressions)
{
    /// <summary>The Location header of the redirect; null for what must never be one and for what must be rendered first.</summary>
    public string? Location { get; } = HasExpressions ? null : LocationOf(Url);

    /// <summary>A text as a Location header: a web, mail or telephone address in ASCII. Null when it is none, or could break the header.</summary>
    public static string? LocationOf(string url)
    {
        var isAddress = StartsWith(url, "https://") || StartsWith(url, "http://") || StartsWith(url, "mailto:") || StartsWith(url, "tel:");
        return isAddress && !RedirectRules.HasControlCharacter(url) ? RedirectRules.ToLocation(url) : null;
    }

    private static bool StartsWith(string url, string scheme) => url.Length > scheme.Length && url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
}
