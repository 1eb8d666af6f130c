using System.Text.Json;

namespace Listmonk.Core.Subscribers;

/// <summary>The language that a person's attributes name.</summary>
internal static class SubscriberLanguage
{
    private static readonly string[] Names = ["language", "lang", "locale"];

    /// <returns>The code as it stands; null when no attribute names one.</returns>
    public static string? Of(string attributes)
    {
        if (!Names.Any(name => attributes.Contains(name, StringComparison.Ordinal)))
        {
            return null;
        }

        using var json = JsonDocument.Parse(attributes);
        foreach (var name in Names)
        {
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }
        }

        return null;
    }
}
