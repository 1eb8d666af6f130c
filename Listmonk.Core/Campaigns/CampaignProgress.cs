namespace Listmonk.Core.Campaigns;

/// <summary>How far a running campaign is; published while it is sent, from the ledger's counters.</summary>
public sealed record CampaignProgress
{
    public required int CampaignId { get; init; }

    public required CampaignStatus Status { get; init; }

    public int ToSend { get; init; }

    public int Sent { get; init; }

    public int Failed { get; init; }

    public int Skipped { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Messages sent within the last minute.</summary>
    public int RatePerMinute { get; init; }

    /// <summary>Set while limits of servers leave the campaign nothing to send.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    public string? HoldReason { get; init; }
}

/// <summary>A campaign's state was changed and committed; whoever sends it must follow at once.</summary>
public sealed record CampaignStatusChanged(int CampaignId, CampaignStatus Status, string? Reason = null);
