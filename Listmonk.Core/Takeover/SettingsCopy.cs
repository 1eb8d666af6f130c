using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Takeover;

/// <summary>Takes over settings that are known here, one by one, so that one value that is refused leaves the others.</summary>
internal sealed class SettingsCopy(IDbContextFactory<ListmonkDbContext> databases, SettingsStore store, SettingsService service)
{
    private const string Kind = "settings";
    private const string SingleSignOn = "security.oidc";

    /// <summary>Places on the source's machine, and notes to itself.</summary>
    private static readonly HashSet<string> NotTaken = new(StringComparer.Ordinal)
    {
        "migrations", "upload.filesystem.upload_path", "upload.max_file_size",
    };

    /// <param name="roles">The source's ids of roles with those they have here.</param>
    public async Task CopyAsync(TakeoverSource source, IReadOnlyDictionary<int, int> roles, TakeoverState state, bool isDry, CancellationToken cancellationToken)
    {
        var count = state.CountOf(Kind);
        var own = await OwnAsync(state, cancellationToken);
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
            if (key == SingleSignOn)
            {
                MapRoles(value as JsonObject, roles, state);
            }

            if (JsonNode.DeepEquals(value, JsonNode.Parse(store.Current.Values[key])))
            {
                continue;
            }

            if (own.Contains(key))
            {
                count.Skipped++;
                state.Note("settings: saved here since the first run, so the present value stays", key);
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

    /// <summary>Keys that were saved here after the first run had brought the source's.</summary>
    private async Task<HashSet<string>> OwnAsync(TakeoverState state, CancellationToken cancellationToken)
    {
        if (state.SettingsAt is not { } taken)
        {
            return [];
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Settings.Where(row => row.UpdatedAt > taken).Select(row => row.Key).ToHashSetAsync(cancellationToken);
    }

    /// <summary>Single sign-on gives new accounts roles by their ids.</summary>
    private static void MapRoles(JsonObject? value, IReadOnlyDictionary<int, int> roles, TakeoverState state)
    {
        foreach (var field in new[] { "default_user_role_id", "default_list_role_id" })
        {
            if (value?[field] is not JsonValue number || !number.TryGetValue<int>(out var id))
            {
                continue;
            }

            value[field] = roles.TryGetValue(id, out var here) ? here : null;
            if (here == 0)
            {
                state.Note("settings: single sign-on gave new accounts a role that is not in the source", field);
            }
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
