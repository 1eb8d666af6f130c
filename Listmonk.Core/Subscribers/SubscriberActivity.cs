using Listmonk.Core.Bounces;

namespace Listmonk.Core.Subscribers;

/// <summary>What one person opened and clicked, newest first.</summary>
public sealed record SubscriberActivity(IReadOnlyList<ViewedCampaign> Views, IReadOnlyList<ClickedLink> Clicks);

/// <summary>One campaign that the person opened.</summary>
public sealed record ViewedCampaign(int CampaignId, Guid CampaignUuid, string Name, string Subject, int ViewCount, DateTimeOffset? LastViewedAt);

/// <summary>One link of one campaign that the person clicked.</summary>
public sealed record ClickedLink(
    int LinkId,
    Guid LinkUuid,
    string Url,
    int CampaignId,
    Guid CampaignUuid,
    string CampaignName,
    string CampaignSubject,
    int ClickCount,
    DateTimeOffset LastClickedAt);

/// <summary>One bounce of the person.</summary>
public sealed record SubscriberBounce(
    int Id, BounceType Type, string Source, string Meta, DateTimeOffset CreatedAt, int? CampaignId, string? CampaignName);

/// <summary>What the installation hands out about one person; a null part is not handed out.</summary>
public sealed record SubscriberExport
{
    public SubscriberItem? Profile { get; init; }

    public IReadOnlyList<SubscriptionItem>? Subscriptions { get; init; }

    public IReadOnlyList<ViewedCampaign>? Views { get; init; }

    public IReadOnlyList<ClickedLink>? Clicks { get; init; }
}
