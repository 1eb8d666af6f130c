namespace Listmonk.Core.Messengers.Mime;

/// <summary>What differs from message to message, apart from the bodies.</summary>
public readonly record struct MessageRecipient
{
    /// <summary>The bare address.</summary>
    public required string Address { get; init; }

    public required string Subject { get; init; }

    public required DateTimeOffset Date { get; init; }

    public int? SubscriberId { get; init; }

    public Guid? SubscriberUuid { get; init; }

    /// <summary>Required when the draft has the unsubscribe header.</summary>
    public string? UnsubscribeUrl { get; init; }

    /// <summary>Without angle brackets. By default the one that belongs to campaign and subscriber; a test mail must bring its own, or mail readers take the real one for a repeat.</summary>
    public string? MessageId { get; init; }

    /// <summary>The values of <see cref="MessageBlueprint.RenderedHeaders"/>, in that order.</summary>
    public IReadOnlyList<string>? HeaderValues { get; init; }

    public RecipientProfile? Profile { get; init; }
}
