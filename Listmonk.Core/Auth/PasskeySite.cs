using System.Net;

namespace Listmonk.Core.Auth;

/// <summary>
/// Where this installation's passkeys work: they belong to the root URL's host, and browsers use them on secure pages only
/// (WebAuthn, 'relying party identifier').
/// </summary>
public sealed class PasskeySite
{
    /// <param name="rootUrl">The root URL as the settings have it.</param>
    public PasskeySite(string rootUrl)
    {
        if (!Uri.TryCreate(rootUrl, UriKind.Absolute, out var root))
        {
            Fault = "The root URL under Settings, General is not complete.";
            return;
        }

        Host = root.IdnHost.ToLowerInvariant();
        Origin = root.IsDefaultPort ? $"{root.Scheme}://{Host}" : $"{root.Scheme}://{Host}:{root.Port}";
        Fault = IPAddress.TryParse(root.Host.Trim('[', ']'), out _) ? $"Passkeys need a host name, and the root URL under Settings, General is {Origin}."
            : root.Scheme != Uri.UriSchemeHttps && !IsThisMachine ? $"Passkeys need https, and the root URL under Settings, General is {Origin}."
            : null;
    }

    /// <summary>The relying party's id.</summary>
    public string Host { get; } = "";

    /// <summary>Scheme, host and, where it is not the usual one, port, as browsers write them.</summary>
    public string Origin { get; } = "";

    /// <summary>Why nobody can use passkeys here, as a sentence; null when they can.</summary>
    public string? Fault { get; }

    /// <summary>Browsers take localhost for secure.</summary>
    private bool IsThisMachine => Host == "localhost" || Host.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>Why passkeys do not work on a page, as a sentence; null when they do.</summary>
    /// <param name="page">The page's address as the browser has it.</param>
    public string? FaultOn(Uri page)
    {
        var origin = new PasskeySite(page.AbsoluteUri).Origin;
        return Fault ?? (origin == Origin ? null : $"Passkeys work at {Origin} only, the root URL under Settings, General. This page was opened at {origin}.");
    }
}
