namespace Listmonk.Core.Subscribers;

/// <summary>What is entered for a person; a null member means "not given": the default of a new person, or the present value.</summary>
public sealed record SubscriberDraft
{
    public string? Email { get; init; }

    public string? Name { get; init; }

    public SubscriberStatus? Status { get; init; }

    /// <summary>A JSON object.</summary>
    public string? Attributes { get; init; }

    /// <summary>Keep members of the present attributes that are not named here (first level only).</summary>
    public bool MergesAttributes { get; init; }

    /// <summary>The whole set of lists, within those that the account may manage.</summary>
    public IReadOnlyList<int>? ListIds { get; init; }

    /// <summary>Lists named by UUID, in addition to <see cref="ListIds"/>.</summary>
    public IReadOnlyList<Guid>? ListUuids { get; init; }

    /// <summary>New subscriptions are confirmed and no opt-in mail is sent.</summary>
    public bool IsPreconfirmed { get; init; }
}

public enum SubscriptionAction
{
    Add,
    Remove,
    Unsubscribe,
}

/// <summary>A change of many people's subscriptions.</summary>
public sealed record SubscriptionChange
{
    public required SubscriptionAction Action { get; init; }

    public required IReadOnlyCollection<int> ListIds { get; init; }

    /// <summary>For adding: the status of new subscriptions (unconfirmed when null) and, unless kept, of present ones.</summary>
    public SubscriptionStatus? Status { get; init; }

    /// <summary>Present subscriptions keep their status even when one is given.</summary>
    public bool KeepsExisting { get; init; }
}
