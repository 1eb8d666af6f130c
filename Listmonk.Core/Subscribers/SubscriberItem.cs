using Listmonk.Core.Lists;

namespace Listmonk.Core.Subscribers;

/// <summary>A person with all subscriptions, as pages and the API show it.</summary>
public sealed record SubscriberItem
{
    public required int Id { get; init; }

    public required Guid Uuid { get; init; }

    public required string Email { get; init; }

    public required string Name { get; init; }

    /// <summary>A JSON object.</summary>
    public required string Attributes { get; init; }

    public required SubscriberStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public IReadOnlyList<SubscriptionItem> Lists { get; init; } = [];
}

/// <summary>One subscription with its list.</summary>
public sealed record SubscriptionItem
{
    public const string HiddenName = "*Unknown";

    public required int SubscriberId { get; init; }

    public required SubscriptionStatus Status { get; init; }

    /// <summary>A JSON object; may hold <c>optin_ip</c>.</summary>
    public required string Meta { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required ListItem List { get; init; }

    /// <summary>The account may not read the list; its name is hidden.</summary>
    public bool IsRestricted { get; init; }
}
