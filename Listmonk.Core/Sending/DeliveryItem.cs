namespace Listmonk.Core.Sending;

/// <summary>A row of a campaign's ledger as people read it.</summary>
public sealed record DeliveryItem
{
    public required int SubscriberId { get; init; }

    /// <summary>Null when the person was deleted since, or for a reader who may not see them.</summary>
    public string? Email { get; init; }

    public string? Name { get; init; }

    public required DeliveryStatus Status { get; init; }

    public required int Attempts { get; init; }

    public required DateTimeOffset ClaimedAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public int? SmtpCode { get; init; }

    public string? Reply { get; init; }

    public string? Server { get; init; }
}

/// <summary>Which rows of the ledger are asked for.</summary>
/// <param name="Search">Part of the address, name, reply or server, whatever the case.</param>
public sealed record DeliveryFilter(DeliveryStatus? Status = null, string? Search = null);

/// <summary>How a campaign's deliveries stand.</summary>
public sealed record DeliverySummary
{
    public required string CampaignName { get; init; }

    public required Campaigns.CampaignStatus CampaignStatus { get; init; }

    public required IReadOnlyDictionary<DeliveryStatus, int> Counts { get; init; }

    /// <summary>Failures that a server did not refuse for good: trying again may help.</summary>
    public required int Retryable { get; init; }

    public required bool CanManage { get; init; }

    public int Total => Counts.Values.Sum();
}
