namespace Listmonk.Core.Tracking;

/// <summary>
/// Where a tracked link leads, as the redirect needs it; kept in memory. A URL with template expressions must be rendered for the
/// person first.
/// </summary>
public sealed record LinkDestination(int Id, Guid Uuid, string Url, bool HasExpressions)
{
    /// <summary>False for a text that must never reach a Location header: control characters, or no http(s) or mail address.</summary>
    public bool CanRedirect { get; } = IsSafe(Url);

    /// <summary>Whether a text may stand in a Location header: an absolute address of a known kind, without control characters.</summary>
    public static bool IsSafe(string url)
    {
        foreach (var character in url.AsSpan())
        {
            if (char.IsControl(character))
            {
                return false;
            }
        }

        return StartsWith(url, "https://") || StartsWith(url, "http://") || StartsWith(url, "mailto:") || StartsWith(url, "tel:");
    }

    private static bool StartsWith(string url, string scheme) => url.Length > scheme.Length && url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
}
