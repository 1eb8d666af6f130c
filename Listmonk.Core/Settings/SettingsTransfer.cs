using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;

namespace Listmonk.Core.Settings;

/// <summary>Settings as a file: a copy to keep, or to carry to another installation. Secrets are never in it, and stay as they are where it is read.</summary>
public sealed class SettingsTransfer(SettingsStore store, SettingsService settings, TimeProvider clock)
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    private const string Format = "listmonk-settings";
    private static readonly JsonSerializerOptions Indented = new(SettingsSnapshot.Json) { WriteIndented = true };

    /// <summary>Every setting with its value, as JSON.</summary>
    public byte[] Export() => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["format"] = Format, ["exported_at"] = clock.GetUtcNow(), ["settings"] = settings.GetMasked() }, Indented);

    /// <summary>
    /// What a file would change here. Takes what <see cref="Export"/> gives, and the answer of listmonk's <c>GET /api/settings</c>, with or
    /// without its envelope (spec/api.md 5). Changes nothing.
    /// </summary>
    public Outcome<SettingsComparison> Compare(ReadOnlyMemory<byte> file)
    {
        if (Parse(file) is not { } values)
        {
            return Outcome<SettingsComparison>.Invalid("file", "This is no file of settings: a JSON object with settings such as \"app.site_name\" is expected.");
        }

        var current = settings.GetMasked();
        var differences = values
            .Select(pair => Difference(pair.Key, current[pair.Key], pair.Value))
            .Where(difference => difference.Before != difference.After)
            .OrderBy(difference => difference.Key, StringComparer.Ordinal)
            .ToList();
        return new SettingsComparison(differences, values.Count - differences.Count);
    }

    /// <summary>Saves the given ones of a comparison, all or none.</summary>
    public Task<Outcome> ApplyAsync(IEnumerable<SettingDifference> differences, Actor actor, CancellationToken cancellationToken) =>
        settings.SaveAsync(new JsonObject(differences.Select(difference => KeyValuePair.Create(difference.Key, difference.Value?.DeepClone()))), actor, cancellationToken);

    private static JsonObject? Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            var root = JsonNode.Parse(file.Span) as JsonObject;
            var values = root?["settings"] as JsonObject ?? root?["data"] as JsonObject ?? root;
            return values is { Count: > 0 } && values.All(pair => pair.Key.Length > 0) && values.Any(pair => SettingsKeys.Defaults.ContainsKey(pair.Key)) ? values : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private SettingDifference Difference(string key, JsonNode? before, JsonNode? after)
    {
        var stored = store.Current.Values.TryGetValue(key, out var text) ? JsonNode.Parse(text) : null;
        return new SettingDifference(key, Text(before), Text(after), after)
        {
            IsKnown = SettingsKeys.Defaults.ContainsKey(key),
            LacksSecrets = Secrets(key, SettingsSecrets.Merge(key, after, stored)) < Secrets(key, after),
        };
    }

    private static int Secrets(string key, JsonNode? value)
    {
        var count = 0;
        SettingsSecrets.Transform(key, value, secret =>
        {
            count++;
            return secret;
        });
        return count;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString(SettingsSnapshot.Json) ?? "";
}

/// <summary>A file of settings beside the settings here.</summary>
/// <param name="Same">Settings in the file that are the same here.</param>
public sealed record SettingsComparison(IReadOnlyList<SettingDifference> Differences, int Same);

/// <summary>A setting that a file would change.</summary>
/// <param name="Before">Its JSON here, secrets masked; empty when it is not set.</param>
/// <param name="After">Its JSON in the file.</param>
/// <param name="Value">What is saved.</param>
public sealed record SettingDifference(string Key, string Before, string After, JsonNode? Value)
{
    /// <summary>False for keys that this version does not use; they are kept all the same.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Something in it had a password where the file was made, and none is known here: it must be entered again.</summary>
    public bool LacksSecrets { get; init; }
}
