using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Subscribers;

/// <summary>What a person's data must look like (spec/subscribers.md 2 and 3).</summary>
public static class SubscriberRules
{
    public const string InvalidEmail = "Invalid email.";
    public const string Suppressed = "The address is on the suppression list.";
    public const string BlockedDomain = "The e-mail domain is blocklisted.";

    /// <summary>Longest attributes accepted, in characters of JSON.</summary>
    public const int MaxAttributesLength = 1_000_000;

    private static readonly IdnMapping Idn = new();

    /// <summary>A name for an address without one: <c>john.doe@…</c> is John Doe.</summary>
    public static string DeriveName(string email)
    {
        var local = email[..email.LastIndexOf('@')];
        return string.Join(' ', local.Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    /// <summary>Trims, removes characters that no database keeps, and cuts to the longest name.</summary>
    public static string CleanName(string? name)
    {
        var clean = (name ?? "").Replace("\0", "", StringComparison.Ordinal).Trim();
        return clean.Length <= Subscriber.MaxNameLength ? clean : clean[..Subscriber.MaxNameLength];
    }

    /// <summary>
    /// Whether an address may join. With entries in the allow list only those domains may, and the block list has no effect. A leading
    /// <c>*.</c> stands for the domain itself and everything below it.
    /// </summary>
    public static bool AllowsDomain(string email, PrivacySettings privacy)
    {
        if (privacy.DomainAllowlist.Count == 0 && privacy.DomainBlocklist.Count == 0)
        {
            return true;
        }

        var domain = Ascii(EmailAddress.Domain(email));
        return privacy.DomainAllowlist.Count > 0
            ? privacy.DomainAllowlist.Any(entry => Covers(entry, domain))
            : !privacy.DomainBlocklist.Any(entry => Covers(entry, domain));
    }

    /// <summary>Null when the text is a JSON object that can be stored, otherwise what is wrong.</summary>
    public static string? CheckAttributes(string json)
    {
        if (json.Length > MaxAttributesLength)
        {
            return $"The attributes have at most {MaxAttributesLength} characters.";
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? "The attributes must be a JSON object, such as {\"city\": \"Pune\"}."
                : json.Contains("\\u0000", StringComparison.Ordinal) ? "The attributes must not contain the character \\u0000." : null;
        }
        catch (JsonException exception)
        {
            return $"The attributes are no valid JSON (line {exception.LineNumber + 1}, character {exception.BytePositionInLine + 1}).";
        }
    }

    /// <summary>The old object with the new one's members set on the first level; nested objects are replaced, null stays a value.</summary>
    public static string MergeAttributes(string present, string change)
    {
        var merged = JsonNode.Parse(present) as JsonObject ?? [];
        foreach (var (key, value) in (JsonObject)JsonNode.Parse(change)!)
        {
            merged[key] = value?.DeepClone();
        }

        return merged.ToJsonString();
    }

    private static bool Covers(string entry, string domain)
    {
        var pattern = entry.Trim().ToLowerInvariant();
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            return Ascii(pattern) == domain;
        }

        var parent = Ascii(pattern[2..]);
        return domain == parent || domain.EndsWith("." + parent, StringComparison.Ordinal);
    }

    /// <summary>Internationalised names compare in their ASCII form; what cannot be mapped compares as it is.</summary>
    private static string Ascii(string domain)
    {
        try
        {
            return System.Text.Ascii.IsValid(domain) ? domain : Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }
}
