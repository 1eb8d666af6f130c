using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Tracking;

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

    /// <summary>Single opens and clicks, of those that are handed out, newest first.</summary>
    public IReadOnlyList<ExportedHit> Hits { get; init; } = [];

    /// <summary>What the person decided about being recorded; with the profile.</summary>
    public IReadOnlyList<ExportedConsent> Consents { get; init; } = [];

    /// <summary>When the person left lists through a mail, and what they said about it; with the subscriptions, newest first.</summary>
    public IReadOnlyList<ExportedDeparture> Departures { get; init; } = [];
}

/// <summary>Somebody left lists through a campaign's mail.</summary>
public sealed record ExportedDeparture(string Campaign, UnsubscribeReason? Reason, string? Comment, DateTimeOffset At);

/// <summary>One open or click with everything that is kept of it.</summary>
public sealed record ExportedHit(
    HitKind Kind, DateTimeOffset At, string Campaign, string? Url, HitVerdict Verdict, string Reason, string AgentClass, string? UserAgent, string? Network);

/// <summary>A choice about tracking: when, where and under which words it was made.</summary>
public sealed record ExportedConsent(TrackingLevel Level, string Source, string Text, DateTimeOffset At);
