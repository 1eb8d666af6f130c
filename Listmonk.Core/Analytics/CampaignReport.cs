using Listmonk.Core.Campaigns;

namespace Listmonk.Core.Analytics;

/// <summary>How a campaign was sent and received. Figures that were not measured are null, never zero.</summary>
public sealed record CampaignReport
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required string Subject { get; init; }

    public CampaignStatus Status { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int ToSend { get; init; }

    public int Sent { get; init; }

    public int Failed { get; init; }

    public int Skipped { get; init; }

    public int Bounces { get; init; }

    public int Unsubscribes { get; init; }

    /// <summary>Sent and not bounced; what rates are measured against.</summary>
    public int Delivered => Math.Max(0, Sent - Bounces);

    /// <summary>Every recorded reaction.</summary>
    public required ReactionFigures All { get; init; }

    /// <summary>Without scanners, prefetching and privacy proxies.</summary>
    public required ReactionFigures People { get; init; }
}

/// <summary>Reactions to one campaign. Unique figures need individual tracking.</summary>
public sealed record ReactionFigures(int? Opens, int? UniqueOpens, int? Clicks, int? UniqueClicks);

/// <summary>Reactions to one campaign in one hour or day.</summary>
public sealed record ReactionPoint(DateTimeOffset Time, int Opens, int OpensPeople, int Clicks, int ClicksPeople);

/// <summary>Clicks on one place of a campaign; position 0 is a link of a mail that listmonk sent.</summary>
public sealed record LinkFigures(string Url, int Position, int Clicks, int ClicksPeople);

/// <summary>Reactions over time in equal steps.</summary>
public sealed record ReactionTimeline(bool IsHourly, IReadOnlyList<ReactionPoint> Points);
