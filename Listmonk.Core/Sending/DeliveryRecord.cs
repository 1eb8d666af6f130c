namespace Listmonk.Core.Sending;

/// <summary>What the ledger is to hold about one recipient after an attempt, or after leaving the person out.</summary>
public sealed record DeliveryRecord
{
    public required int CampaignId { get; init; }

    public required int SubscriberId { get; init; }

    /// <summary><see cref="DeliveryStatus.Claimed"/> notes an attempt that will be repeated.</summary>
    public required DeliveryStatus Status { get; init; }

    /// <summary>Whether a server was asked.</summary>
    public bool IsAttempt { get; init; } = true;

    public required DateTimeOffset At { get; init; }

    public int? Code { get; init; }

    public string? EnhancedStatus { get; init; }

    public string? Reply { get; init; }

    public string? Server { get; init; }

    /// <summary>Set for a refusal that is also recorded as a bounce.</summary>
    public Bounces.Parsing.RecipientReading? Refusal { get; init; }
}
