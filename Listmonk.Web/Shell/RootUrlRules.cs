namespace Listmonk.Web.Shell;

/// <summary>Tells whether the links in mails lead to where the person's browser found this installation.</summary>
internal static class RootUrlRules
{
    /// <returns>A sentence that says what is wrong, or null when the root URL fits.</returns>
    public static string? Fault(string rootUrl, string browserBase)
    {
        if (!Uri.TryCreate(rootUrl, UriKind.Absolute, out var root) || !Uri.TryCreate(browserBase, UriKind.Absolute, out var browser))
        {
            return $"The root URL '{rootUrl}' is no address, so links in mails cannot work.";
        }

        if (root.IsLoopback && !browser.IsLoopback)
        {
            return $"Links, unsubscribe pages and tracking in mails point to {rootUrl}, which only this server itself can open. You are using {Place(browser)}.";
        }

        // http and https of one host are told apart only when the port tells too: a proxy may end TLS without saying so.
        var sameHost = root.IsLoopback && browser.IsLoopback || string.Equals(root.Host, browser.Host, StringComparison.OrdinalIgnoreCase);
        var samePort = root.Port == browser.Port || (root.IsDefaultPort && browser.IsDefaultPort);
        var samePath = string.Equals(root.AbsolutePath.TrimEnd('/'), browser.AbsolutePath.TrimEnd('/'), StringComparison.Ordinal);
        return sameHost && samePort && samePath
            ? null
            : $"Links in mails start with {rootUrl}, but you opened this installation at {Place(browser)}. Recipients' links work only if the first address leads here too.";
    }

    private static string Place(Uri browser) => browser.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
