using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>Reads the JSON of mail services: forgiving about numbers written as texts, strict about structure.</summary>
internal static class WebhookJson
{
    /// <exception cref="FormatException">It is no array.</exception>
    public static IEnumerable<JsonElement> Items(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw new FormatException("A list of events was expected.");

    /// <summary>The member, or an undefined element.</summary>
    /// <exception cref="FormatException">The value is no object.</exception>
    public static JsonElement Member(this JsonElement value, string name) =>
        value.ValueKind != JsonValueKind.Object ? throw new FormatException($"An object with '{name}' was expected.")
        : value.TryGetProperty(name, out var found) ? found
        : default;

    /// <summary>An object, or an undefined element when it is absent.</summary>
    public static JsonElement Child(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found : default;

    /// <summary>Texts and numbers as text; null when absent or something else.</summary>
    public static string? Text(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found)
            ? found.ValueKind switch { JsonValueKind.String => found.GetString(), JsonValueKind.Number => found.GetRawText(), _ => null }
            : null;

    /// <exception cref="FormatException">The member is absent or empty.</exception>
    public static string Required(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.Text(name) is { Length: > 0 } text ? text : throw new FormatException($"'{name}' is missing.");

    public static bool Flag(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) && (found.ValueKind == JsonValueKind.True || found.ToString() is "1" or "true");

    /// <summary>A member of a map whatever the case of its name, as header names are.</summary>
    public static string? TextAnyCase(this JsonElement value, string name) =>
        value.ValueKind != JsonValueKind.Object ? null
        : value.EnumerateObject().Where(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind == JsonValueKind.String)
            .Select(member => member.Value.GetString()).FirstOrDefault();

    /// <summary>Seconds since 1970, or a date of ISO 8601; null when it is neither.</summary>
    public static DateTimeOffset? Time(string? text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            // Some services count milliseconds.
            var seconds = number > 1e11 ? number / 1000 : number;
            return seconds is > 0 and < 32_503_680_000 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>A key for events that have none of their own.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
