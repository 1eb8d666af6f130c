using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;

namespace Listmonk.Core.Settings;

/// <summary>Reads settings for people (secrets masked), validates changes, and saves them; the page and the API both call it.</summary>
public sealed class SettingsService(SettingsStore store)
{
    /// <summary>The flat object of listmonk's API, secrets masked.</summary>
    public JsonObject GetMasked()
    {
        var all = new JsonObject();
        foreach (var (key, value) in store.Current.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            all[key] = SettingsSecrets.Transform(key, JsonNode.Parse(value), _ => SettingsKeys.Mask);
        }

        return all;
    }

    /// <summary>
    /// Saves the given keys; keys that are not given stay (a partial client must not wipe the rest). Unknown keys are kept as sent.
    /// </summary>
    public async Task<Outcome> SaveAsync(JsonObject changes, Actor actor, CancellationToken cancellationToken)
    {
        _ = actor;
        var (merged, outcome) = Prepare(changes);
        if (outcome.IsOk)
        {
            await store.SaveAsync(merged, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Whether <see cref="SaveAsync"/> would take these; saves nothing.</summary>
    public Outcome Check(JsonObject changes) => Prepare(changes).Outcome;

    private (Dictionary<string, string> Merged, Outcome Outcome) Prepare(JsonObject changes)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        var errors = new List<FieldError>();
        foreach (var (key, value) in changes)
        {
            if (key.Length is 0 or > 200)
            {
                errors.Add(new FieldError(key, "A settings key has 1 to 200 characters."));
                continue;
            }

            var stored = store.Current.Values.TryGetValue(key, out var text) ? JsonNode.Parse(text) : null;
            var clean = SettingsRules.Clean(key, SettingsSecrets.Merge(key, value, stored));
            merged[key] = clean?.ToJsonString(SettingsSnapshot.Json) ?? "null";
        }

        SettingsSnapshot? candidate = null;
        try
        {
            candidate = new SettingsSnapshot(store.Current.Values.SetItems(merged));
        }
        catch (JsonException exception)
        {
            errors.Add(new FieldError((exception.Path ?? "").TrimStart('$').Trim('.', '[', ']', '\''), $"A value has the wrong type: {exception.Message}"));
        }

        if (candidate is not null)
        {
            errors.AddRange(SettingsRules.Check(candidate, merged.Keys));
        }

        return (merged, Outcome.FromErrors(errors));
    }

    /// <summary>Saves one typed section, as a settings page does.</summary>
    public Task<Outcome> SaveSectionAsync<TSection>(TSection section, Actor actor, CancellationToken cancellationToken)
        where TSection : notnull =>
        SaveAsync(JsonSerializer.SerializeToNode(section, SettingsSnapshot.Json)!.AsObject(), actor, cancellationToken);
}
