using System.Data.Common;
using System.Text.Json;
using Listmonk.Core.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Filtering;

/// <summary>What PostgreSQL has and SQLite lacks: regular expressions, folding of all letters, JSON containment.</summary>
internal static class SqliteFunctions
{
    /// <summary>Teaches the context's connection the functions; call before it is opened.</summary>
    public static void Register(ListmonkDbContext db) => Register(db.Database.GetDbConnection());

    /// <summary>Teaches a connection the functions, where it is SQLite's.</summary>
    public static void Register(DbConnection database)
    {
        if (database is not SqliteConnection connection)
        {
            return;
        }

        connection.CreateFunction(
            "listmonk_regex",
            (string? text, string pattern, bool ignoresCase) => text is null ? (bool?)null : ExpressionRegex.IsMatch(text, pattern, ignoresCase),
            isDeterministic: true);
        connection.CreateFunction("listmonk_fold", (string? text) => text?.ToLowerInvariant(), isDeterministic: true);
        connection.CreateFunction(
            "listmonk_json_contains", (string? outer, string? inner) => outer is null || inner is null ? (bool?)null : Contains(outer, inner), isDeterministic: true);
    }

    internal static bool Contains(string outer, string inner)
    {
        using var left = JsonDocument.Parse(outer);
        using var right = JsonDocument.Parse(inner);
        return Contains(left.RootElement, right.RootElement);
    }

    private static bool Contains(JsonElement outer, JsonElement inner) => (outer.ValueKind, inner.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) => inner.EnumerateObject().All(member =>
            outer.TryGetProperty(member.Name, out var value) && Contains(value, member.Value)),
        (JsonValueKind.Array, JsonValueKind.Array) => inner.EnumerateArray().All(item => outer.EnumerateArray().Any(candidate => Contains(candidate, item))),
        // PostgreSQL: an array contains a bare scalar that is one of its elements.
        (JsonValueKind.Array, not JsonValueKind.Object) => outer.EnumerateArray().Any(candidate => JsonElement.DeepEquals(candidate, inner)),
        _ => JsonElement.DeepEquals(outer, inner),
    };
}
