using System.Text.Json.Nodes;

namespace Listmonk.Core.Settings;

/// <summary>
/// Walks the secrets inside settings values: masks them for readers, puts stored ones back where a writer sent a mask or nothing,
/// and protects them for storage (spec/settings.md 4).
/// </summary>
internal static class SettingsSecrets
{
    /// <summary>Applies <paramref name="change"/> to each secret of the key; returns a changed copy.</summary>
    public static JsonNode? Transform(string key, JsonNode? value, Func<string, string> change)
    {
        if (!SettingsKeys.Secrets.TryGetValue(key, out var paths) || value is null)
        {
            return value;
        }

        var copy = value.DeepClone();
        foreach (var path in paths)
        {
            if (path.Length == 0)
            {
                copy = copy is JsonValue text && text.TryGetValue<string>(out var secret) && secret.Length > 0 ? JsonValue.Create(change(secret)) : copy;
                continue;
            }

            foreach (var holder in Holders(copy, path, out var member))
            {
                if (holder[member] is JsonValue text && text.TryGetValue<string>(out var secret) && secret.Length > 0)
                {
                    holder[member] = change(secret);
                }
            }
        }

        return copy;
    }

    /// <summary>
    /// Fills secrets that the writer left out: absent, empty or all bullets means keep, explicit null means clear. Array blocks are
    /// matched by <c>uuid</c>.
    /// </summary>
    public static JsonNode? Merge(string key, JsonNode? incoming, JsonNode? stored)
    {
        if (!SettingsKeys.Secrets.TryGetValue(key, out var paths) || incoming is null)
        {
            return incoming;
        }

        var copy = incoming.DeepClone();
        foreach (var path in paths)
        {
            if (path.Length == 0)
            {
                copy = IsKept(copy) && stored is not null ? stored.DeepClone() : copy;
                continue;
            }

            var storedHolders = stored is null ? [] : Holders(stored, path, out _).ToList();
            foreach (var holder in Holders(copy, path, out var member))
            {
                if (holder.ContainsKey(member) && holder[member] is null)
                {
                    holder[member] = "";
                }
                else if (IsKept(holder[member]))
                {
                    var match = holder["uuid"] is { } uuid
                        ? storedHolders.Find(other => other["uuid"]?.ToString() == uuid.ToString() && uuid.ToString().Length > 0)
                        : storedHolders.FirstOrDefault();
                    holder[member] = match?[member]?.DeepClone() ?? "";
                }
            }
        }

        return copy;
    }

    private static bool IsKept(JsonNode? node) =>
        node is null || (node is JsonValue value && value.TryGetValue<string>(out var text) && text.AsSpan().IndexOfAnyExcept('•') < 0);

    private static IEnumerable<JsonObject> Holders(JsonNode value, string path, out string member)
    {
        var parts = path.Split('.');
        member = parts[^1];
        IEnumerable<JsonObject> holders = value switch
        {
            JsonArray array => array.OfType<JsonObject>(),
            JsonObject single => [single],
            _ => [],
        };
        foreach (var part in parts.SkipLast(1))
        {
            holders = holders.Select(holder => holder[part]).OfType<JsonObject>();
        }

        return holders;
    }
}
