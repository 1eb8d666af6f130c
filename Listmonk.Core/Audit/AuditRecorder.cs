using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Media;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Templates;
using Listmonk.Core.Users;
using Listmonk.Core.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Listmonk.Core.Audit;

/// <summary>
/// Writes the audit log from what the context is about to save, so that no service can forget it. Statements that bypass the context's
/// tracking (bulk updates and deletions) are told by their services with <see cref="Record"/>.
/// </summary>
/// <remarks>
/// Of subscribers only the status is kept: a log that outlives a person's data must not hold it. Secrets are left out or said to have
/// changed. Long texts are cut.
/// </remarks>
internal static class AuditRecorder
{
    private const int MaxText = 300;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly FrozenDictionary<Type, Watched> Types = new Dictionary<Type, Watched>
    {
        [typeof(MailingList)] = new("list"),
        [typeof(Subscriber)] = new("subscriber") { Only = ["Status"] },
        [typeof(Segment)] = new("segment"),
        [typeof(Template)] = new("template"),
        [typeof(Campaign)] = new("campaign"),
        [typeof(MediaFile)] = new("media"),
        [typeof(SettingsRow)] = new("setting"),
        [typeof(User)] = new("user") { Secret = ["PasswordHash", "AuthenticatorKey", "RecoveryCodes"] },
        [typeof(Passkey)] = new("passkey") { Only = ["UserId", "Name"] },
        [typeof(Role)] = new("role"),
        [typeof(Webhook)] = new("webhook") { Secret = ["Secrets"] },
        [typeof(RoleList)] = new("role_list") { IdProperty = "RoleId" },
    }.ToFrozenDictionary();

    /// <summary>Stamps and counters that say nothing about what a person decided.</summary>
    private static readonly FrozenSet<string> Ignored =
    [
        "Id", "CreatedAt", "UpdatedAt", "NormalizedUsername", "SecurityStamp", "AccessFailedCount", "LockoutEnd", "LastAuthenticatorStep",
        "LastSignInAt", "TokenUsedAt", "Sent", "ToSend", "Failed", "Skipped", "LeaseUntil", "LeaseOwner", "LeaseEpoch", "Revision", "RevisionId",
    ];

    /// <summary>What is about to be saved on behalf of a person or program; empty for background work.</summary>
    public static Changes Collect(ListmonkDbContext db)
    {
        if (AuditAuthor.Current is not { } author)
        {
            return default;
        }

        List<(EntityEntry Entry, AuditEntry Line)>? changes = null;
        foreach (var entry in db.ChangeTracker.Entries())
        {
            if (Types.TryGetValue(entry.Metadata.ClrType, out var watched) && Describe(entry, watched) is { } line)
            {
                (line.UserId, line.UserName) = (author.UserId, author.Name);
                (changes ??= []).Add((entry, line));
            }
        }

        return new Changes(changes);
    }

    /// <summary>Adds a line about something that the change tracker does not see.</summary>
    public static void Record(this ListmonkDbContext db, Actor actor, string action, string entity, int? entityId, DateTimeOffset at, string? before = null, string? after = null)
    {
        if (actor.UserId is { } userId)
        {
            db.AuditLog.Add(new AuditEntry
            {
                At = at,
                UserId = userId,
                UserName = actor.Name,
                Action = action,
                Entity = entity,
                EntityId = entityId,
                Before = before,
                After = after,
            });
        }
    }

    private static AuditEntry? Describe(EntityEntry entry, Watched watched)
    {
        var (verb, before, after) = entry.State switch
        {
            EntityState.Added => ("create", null, Fields(entry, watched, isBefore: false, onlyChanged: false)),
            EntityState.Modified => ("update", Fields(entry, watched, isBefore: true, onlyChanged: true), Fields(entry, watched, isBefore: false, onlyChanged: true)),
            EntityState.Deleted => ("delete", Fields(entry, watched, isBefore: true, onlyChanged: false), null),
            _ => ("", null, null),
        };
        return verb.Length == 0 || (verb == "update" && after!.Count == 0)
            ? null
            : new AuditEntry
            {
                At = TimeProvider.System.GetUtcNow(),
                UserName = "",
                Action = $"{watched.Name}.{verb}",
                Entity = watched.Name,
                Before = before?.ToJsonString(Json),
                After = after?.ToJsonString(Json),
            };
    }

    private static JsonObject Fields(EntityEntry entry, Watched watched, bool isBefore, bool onlyChanged)
    {
        var fields = new JsonObject();
        foreach (var property in entry.Properties)
        {
            var name = property.Metadata.Name;
            if (Ignored.Contains(name) || (watched.Only.Length > 0 && !watched.Only.Contains(name, StringComparer.Ordinal)))
            {
                continue;
            }

            var comparer = property.Metadata.GetValueComparer();
            if (onlyChanged && (!property.IsModified || comparer.Equals(property.OriginalValue, property.CurrentValue)))
            {
                continue;
            }

            var value = isBefore ? property.OriginalValue : property.CurrentValue;
            fields[JsonNamingPolicy.SnakeCaseLower.ConvertName(name)] =
                watched.Secret.Contains(name, StringComparer.Ordinal) ? Secret(value) : Value(entry, name, value);
        }

        return fields;
    }

    private static JsonValue? Secret(object? value) => value is null ? null : JsonValue.Create("(secret)");

    private static JsonNode? Value(EntityEntry entry, string name, object? value) => value switch
    {
        null => null,
        string text when entry.Entity is SettingsRow row && name == nameof(SettingsRow.Value) => Setting(row.Key, text),
        string text => Cut(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        Enum member => JsonValue.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString())),
        DateTimeOffset time => JsonValue.Create(time.ToString("O", CultureInfo.InvariantCulture)),
        IEnumerable<string> list => new JsonArray([.. list.Select(text => (JsonNode?)Cut(text))]),
        IFormattable other => Cut(other.ToString(null, CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static JsonNode? Setting(string key, string json)
    {
        var masked = SettingsSecrets.Transform(key, JsonNode.Parse(json), _ => SettingsKeys.Mask)?.ToJsonString(Json) ?? "null";
        return masked.Length <= MaxText ? JsonNode.Parse(masked) : Cut(masked);
    }

    private static JsonValue Cut(string text) => JsonValue.Create(text.Length <= MaxText
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, MaxText)}… ({text.Length:N0} characters)"));

    /// <summary>Lines that wait for the ids of new rows.</summary>
    internal readonly struct Changes(List<(EntityEntry Entry, AuditEntry Line)>? lines)
    {
        /// <returns>Whether anything was added that is to be saved.</returns>
        public bool Write(ListmonkDbContext db)
        {
            foreach (var (entry, line) in lines ?? [])
            {
                line.EntityId = entry.Metadata.FindProperty(Types[entry.Metadata.ClrType].IdProperty) is { } id && id.ClrType == typeof(int)
                    ? (int?)entry.Property(id).CurrentValue
                    : null;
                db.AuditLog.Add(line);
            }

            return lines is not null;
        }
    }

    private sealed record Watched(string Name)
    {
        public string IdProperty { get; init; } = "Id";

        /// <summary>When not empty, nothing else is kept.</summary>
        public string[] Only { get; init; } = [];

        /// <summary>Said to be set or unset, never shown.</summary>
        public string[] Secret { get; init; } = [];
    }
}
