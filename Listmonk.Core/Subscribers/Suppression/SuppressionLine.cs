using Listmonk.Core.Common;

namespace Listmonk.Core.Subscribers.Suppression;

/// <summary>One line that somebody pasted or that a file has: an address or a domain, and maybe a reason behind a comma, semicolon or tab.</summary>
public sealed record SuppressionLine(SuppressionKind Kind, string Value, string Reason)
{
    private static readonly string[] Headings = ["value", "email", "e-mail", "address", "domain"];

    /// <summary>Null for an empty line or the heading of a file; false in <paramref name="isValid"/> when it is neither an address nor a domain.</summary>
    public static SuppressionLine? Parse(string line, out bool isValid)
    {
        var end = line.AsSpan().IndexOfAny(',', ';', '\t');
        var value = Clean(end < 0 ? line : line[..end]).ToLowerInvariant();
        var rest = end < 0 ? "" : line[(end + 1)..];
        var reason = Clean(rest.AsSpan().IndexOfAny(';', '\t') is var next and >= 0 ? rest[..next] : Field(rest));
        isValid = true;
        if (value.Length == 0 || Headings.Contains(value, StringComparer.Ordinal))
        {
            return null;
        }

        reason = reason.Length <= SuppressedAddress.MaxReasonLength ? reason : reason[..SuppressedAddress.MaxReasonLength];
        if (EmailAddress.TryNormalize(value, out var email))
        {
            return new SuppressionLine(SuppressionKind.Address, email, reason);
        }

        // '@x.org' and '*.x.org' mean the domain, too.
        var domain = value.TrimStart('@', '*').TrimStart('.');
        isValid = domain.Contains('.', StringComparison.Ordinal) && EmailAddress.TryNormalize($"x@{domain}", out _);
        return isValid ? new SuppressionLine(SuppressionKind.Domain, domain, reason) : null;
    }

    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal).Trim().Trim('\uFEFF').Trim('"').Trim();

    /// <summary>The first field of what is left, whose quotes may hold a comma.</summary>
    private static string Field(string rest)
    {
        var text = rest.TrimStart();
        var end = text.StartsWith('"') ? text.IndexOf('"', 1) : text.IndexOf(',', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
