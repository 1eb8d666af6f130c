using System.Text.Json.Nodes;
using Listmonk.Core.Audit;

namespace Listmonk.Web.Audit;

/// <summary>One field of an audit line, before and after.</summary>
internal sealed record AuditChange(string Field, string? Before, string? After)
{
    public static IReadOnlyList<AuditChange> Of(AuditEntry entry)
    {
        var (before, after) = (Parse(entry.Before), Parse(entry.After));
        return [.. before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key), StringComparer.Ordinal)
            .Select(field => new AuditChange(field, Text(before[field]), Text(after[field])))];
    }

    /// <summary>The thing's name, or the names of what has changed.</summary>
    public static string Summary(AuditEntry entry)
    {
        var (before, after) = (Parse(entry.Before), Parse(entry.After));
        if (entry.Before is not null && entry.After is not null)
        {
            return string.Join(", ", after.Select(pair => pair.Key));
        }

        var all = entry.After is null ? before : after;
        return Text(all["name"] ?? all["username"] ?? all["key"] ?? all["status"]) ?? "details";
    }

    private static JsonObject Parse(string? json) => json is null ? [] : JsonNode.Parse(json) as JsonObject ?? [];

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString();
}
