using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Sending;

/// <summary>A person whose place in the ledger is claimed, as the database knew them when last read.</summary>
public sealed record Recipient
{
    public required int SubscriberId { get; init; }

    public Guid Uuid { get; init; }

    public string Email { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>A JSON object.</summary>
    public string Attributes { get; init; } = "{}";

    public SubscriberStatus Status { get; init; }

    public TrackingLevel? TrackingLevel { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Attempts so far that a server put off.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the person must not be mailed any more; null when they may.</summary>
    public string? LeftOutReason { get; init; }
}
