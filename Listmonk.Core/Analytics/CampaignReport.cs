using Listmonk.Core.Campaigns;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Analytics;

/// <summary>
/// How a campaign was sent and received. The one source of these figures for pages and API; those that were not measured are null,
/// never zero.
/// </summary>
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

    /// <summary>All recorded bounces and complaints, as listmonk counts them; somebody may have several.</summary>
    public int Bounces { get; init; }

    /// <summary>Recipients whose mail came back; complaints are not among them.</summary>
    public int Bounced { get; init; }

    /// <summary>Recipients who called the mail spam.</summary>
    public int Complained { get; init; }

    /// <summary>Recipients who left lists through this mail.</summary>
    public int Unsubscribes { get; init; }

    /// <summary>Sent and not bounced; what rates are measured against.</summary>
    public int Delivered => Math.Max(0, Sent - Bounced);

    /// <summary>Every recorded reaction.</summary>
    public required ReactionFigures All { get; init; }

    /// <summary>Without scanners, prefetching and privacy proxies.</summary>
    public required ReactionFigures People { get; init; }

    /// <summary>Opens by machines, and the recipients of whom nothing but a machine opened.</summary>
    public (int? Opens, int? Recipients) AutoOpened => (All.Opens - People.Opens, All.UniqueOpens - People.UniqueOpens);

    public ReactionFigures Of(bool all) => all ? All : People;
}

/// <summary>Reactions to one campaign. Unique figures need individual tracking.</summary>
public sealed record ReactionFigures(int? Opens, int? UniqueOpens, int? Clicks, int? UniqueClicks)
{
    /// <summary>Recipients who opened, or the opens where tracking knows no recipients: what rates are made of.</summary>
    public int? Opened => UniqueOpens ?? Opens;

    /// <summary>Recipients who clicked, or the clicks where tracking knows no recipients.</summary>
    public int? Clicked => UniqueClicks ?? Clicks;
}

/// <summary>Reactions to one campaign in one hour or day.</summary>
public sealed record ReactionPoint(DateTimeOffset Time, int Opens, int OpensPeople, int Clicks, int ClicksPeople);

/// <summary>Clicks on one place of a campaign; position 0 is a link of a mail that listmonk sent.</summary>
public sealed record LinkFigures(int LinkId, string Url, int Position, int Clicks, int ClicksPeople);

/// <summary>Reactions in one hour of the day, over the campaign's whole life.</summary>
public sealed record HourOfDay(int Hour, int Opens, int OpensPeople, int Clicks, int ClicksPeople);

/// <summary>Reactions over time in equal steps.</summary>
public sealed record ReactionTimeline(bool IsHourly, IReadOnlyList<ReactionPoint> Points);

/// <summary>A campaign's counters as the database has them, with what is needed to know which of them were measured.</summary>
internal sealed record CampaignCounters
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required string Subject { get; init; }

    public CampaignStatus Status { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public TrackingLevel? Level { get; init; }

    public int ToSend { get; init; }

    public int Sent { get; init; }

    public int Failed { get; init; }

    public int Skipped { get; init; }

    public int Bounces { get; init; }

    public int Unsubscribes { get; init; }

    public required ReactionFigures All { get; init; }

    public required ReactionFigures People { get; init; }

    public required List<int?> Lists { get; init; }
}
