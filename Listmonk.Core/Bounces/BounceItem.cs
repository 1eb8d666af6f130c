using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Bounces;

/// <summary>A bounce as lists show it.</summary>
public sealed record BounceItem
{
    public required int Id { get; init; }

    public required BounceType Type { get; init; }

    public required string Source { get; init; }

    public required string Meta { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required int SubscriberId { get; init; }

    public required Guid SubscriberUuid { get; init; }

    public required string Email { get; init; }

    public required SubscriberStatus SubscriberStatus { get; init; }

    public int? CampaignId { get; init; }

    public string? CampaignName { get; init; }

    public string? Status { get; init; }

    public string? Reason { get; init; }

    public string? Line { get; init; }

    public string? DecidedBy { get; init; }

    public BounceMatchedBy MatchedBy { get; init; }

    public BounceAction Action { get; init; }

    public bool CanUndo { get; init; }

    /// <summary>The recipient's domain when it bounced.</summary>
    public string? Domain { get; init; }
}

/// <summary>A campaign of which mails came back.</summary>
public sealed record BouncedCampaign(int Id, string Name);
