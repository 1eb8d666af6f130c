namespace Listmonk.Web.Users;

/// <summary>A short name for a browser's long description of itself, good enough to recognise one's own.</summary>
internal static class BrowserNames
{
    /// <summary>Order matters: most browsers also claim to be others.</summary>
    private static readonly (string Mark, string Name)[] Programs =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")];

    public static string Of(string? description)
    {
        if (string.IsNullOrWhiteSpace(description))
        {
            return "Unknown";
        }

        var program = Find(Programs, description);
        var system = Find(Systems, description);
        return (program, system) switch
        {
            (null, null) => description.Length > 40 ? description[..40] + "…" : description,
            (_, null) => program,
            (null, _) => system,
            _ => T["{0} on {1}", program, system],
        };
    }

    private static string? Find((string Mark, string Name)[] known, string description) =>
        known.FirstOrDefault(one => description.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
