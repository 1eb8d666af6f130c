namespace Listmonk.Core.Templates.Blocks;

/// <summary>Decides which addresses a document may put into a mail.</summary>
internal static class BlockAddress
{
    private static readonly string[] LinkSchemes = ["http", "https", "mailto", "tel", "sms"];

    /// <summary>The address as it can be written; null if it is empty or of a scheme that runs something.</summary>
    public static string? Link(string? address) => Clean(address) is { } clean && Allows(clean, isPicture: false) ? clean : null;

    public static string? Picture(string? address) => Clean(address) is { } clean && Allows(clean, isPicture: true) ? clean : null;

    private static string? Clean(string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
        {
            return null;
        }

        // Browsers skip these inside of a scheme, which is how 'java\nscript:' runs.
        return ExpressionText.Transform(address.Trim(), static part => string.Concat(part.Where(letter => !char.IsControl(letter))), static expression => expression);
    }

    private static bool Allows(string address, bool isPicture)
    {
        // What an expression gives at the start of an address is judged when it is rendered.
        if (address.StartsWith("{{", StringComparison.Ordinal))
        {
            return true;
        }

        var end = address.AsSpan().IndexOfAny(":/?#");
        if (end < 0 || address[end] != ':')
        {
            return true;
        }

        var scheme = address[..end].Trim();
        return isPicture
            ? scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase)
                || address.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) || scheme.Equals("cid", StringComparison.OrdinalIgnoreCase)
            : LinkSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase);
    }
}
