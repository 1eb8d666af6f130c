using System.Text.Json;
using System.Text.Json.Serialization;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>What is to be done to whom: given people, or all who match a filter.</summary>
public sealed record BulkRequest
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    public required BulkAction Action { get; init; }

    /// <summary>For <see cref="BulkAction.ChangeLists"/> only.</summary>
    public SubscriptionChange? Lists { get; init; }

    /// <summary>Null when a filter says who is meant.</summary>
    public IReadOnlyList<int>? Ids { get; init; }

    public SubscriberFilter? Filter { get; init; }

    public static BulkRequest For(SubscriberSelection selection, BulkAction action, SubscriptionChange? lists = null) => new()
    {
        Action = action,
        Lists = lists,
        Ids = selection.Ids is { } ids ? [.. ids.Distinct().Order()] : null,
        Filter = selection.Filter,
    };

    internal static BulkRequest FromJson(string json) => JsonSerializer.Deserialize<BulkRequest>(json, Json)!;

    internal string ToJson() => JsonSerializer.Serialize(this, Json);
}
