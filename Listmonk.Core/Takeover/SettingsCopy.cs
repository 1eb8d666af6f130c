using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Takeover;

/// <summary>Takes over settings that are known here, one by one, so that one value that is refused leaves the others.</summary>
internal sealed class SettingsCopy(SettingsStore store, SettingsService service)
{
    private const string Kind = "settings";

    /// <summary>Places on the source's machine, and notes to itself.</summary>
    private static readonly HashSet<string> NotTaken = new(StringComparer.Ordinal)
    {
        "migrations", "upload.filesystem.upload_path", "upload.max_file_size",
    };

    public async Task CopyAsync(TakeoverSource source, TakeoverState state, bool isDry, CancellationToken cancellationToken)
    {
        var count = state.CountOf(Kind);
        foreach (var row in await source.QueryAsync("SELECT key, COALESCE(value, 'null')::text, updated_at FROM settings ORDER BY key", cancellationToken))
        {
            var key = (string)row[0]!;
            count.Read++;
            if (NotTaken.Contains(key) || (state.Before is { } before && row[2] as DateTimeOffset? < before))
            {
                continue;
            }

            if (!SettingsKeys.Defaults.ContainsKey(key))
            {
                count.Skipped++;
                state.Note("settings: not known here", key);
                continue;
            }

            var value = JsonNode.Parse((string)row[1]!);
            if (JsonNode.DeepEquals(value, JsonNode.Parse(store.Current.Values[key])))
            {
                continue;
            }

            var outcome = await SaveAsync(key, value, isDry, cancellationToken);
            if (outcome.IsOk)
            {
                count.Added++;
                continue;
            }

            count.Skipped++;
            state.Note("settings: refused, so the present value stays", $"{key}: {outcome.Message}");
        }
    }

    private async Task<Outcome> SaveAsync(string key, JsonNode? value, bool isDry, CancellationToken cancellationToken)
    {
        var changes = new JsonObject { [key] = value };
        try
        {
            return isDry ? service.Check(changes) : await service.SaveAsync(changes, Actor.System, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Outcome.Invalid(key, "The value has another form than it has here.");
        }
    }
}
