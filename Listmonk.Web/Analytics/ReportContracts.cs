using Listmonk.Core.Analytics;
using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Core.Campaigns;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Analytics;

/// <summary>
/// A campaign's report in the API. Fields without a suffix count everything, as listmonk's do; those that end in <c>_people</c> leave
/// machines out. What was not measured is null.
/// </summary>
[Example("""
    {
        "id": 7, "name": "March", "subject": "News of March", "status": "finished", "started_at": "2026-03-02T08:00:00Z", "finished_at": "2026-03-02T08:05:00Z",
        "to_send": 250, "sent": 249, "failed": 1, "skipped": 0, "delivered": 248, "bounces": 1, "bounced": 1, "complained": 0, "unsubscribed": 2, "views": 120,
        "views_people": 80, "unique_views": 90, "unique_views_people": 70, "clicks": 35, "clicks_people": 30, "unique_clicks": 28, "unique_clicks_people": 25,
        "auto_opened": 40, "unique_auto_opened": 38,
        "links": [{"link_id": 3, "url": "https://example.com/offer", "position": 1, "clicks": 35, "clicks_people": 30}], "breakdown": null
    }
    """)]
internal sealed record ReportResponse
{
    public int Id { get; init; }

    public required string Name { get; init; }

    public required string Subject { get; init; }

    public CampaignStatus Status { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int ToSend { get; init; }

    public int Sent { get; init; }

    public int Failed { get; init; }

    public int Skipped { get; init; }

    public int Delivered { get; init; }

    public int Bounces { get; init; }

    public int Bounced { get; init; }

    public int Complained { get; init; }

    public int Unsubscribed { get; init; }

    public int? Views { get; init; }

    public int? ViewsPeople { get; init; }

    public int? UniqueViews { get; init; }

    public int? UniqueViewsPeople { get; init; }

    public int? Clicks { get; init; }

    public int? ClicksPeople { get; init; }

    public int? UniqueClicks { get; init; }

    public int? UniqueClicksPeople { get; init; }

    public int? AutoOpened { get; init; }

    public int? UniqueAutoOpened { get; init; }

    public required IReadOnlyList<LinkFigures> Links { get; init; }

    /// <summary>Null until it is counted for the first time; asking starts that.</summary>
    public CampaignBreakdown? Breakdown { get; init; }

    public static ReportResponse Of(CampaignReport report, IReadOnlyList<LinkFigures> links, CampaignBreakdown? breakdown) => new()
    {
        Id = report.Id,
        Name = report.Name,
        Subject = report.Subject,
        Status = report.Status,
        StartedAt = report.StartedAt,
        FinishedAt = report.FinishedAt,
        ToSend = report.ToSend,
        Sent = report.Sent,
        Failed = report.Failed,
        Skipped = report.Skipped,
        Delivered = report.Delivered,
        Bounces = report.Bounces,
        Bounced = report.Bounced,
        Complained = report.Complained,
        Unsubscribed = report.Unsubscribes,
        Views = report.All.Opens,
        ViewsPeople = report.People.Opens,
        UniqueViews = report.All.UniqueOpens,
        UniqueViewsPeople = report.People.UniqueOpens,
        Clicks = report.All.Clicks,
        ClicksPeople = report.People.Clicks,
        UniqueClicks = report.All.UniqueClicks,
        UniqueClicksPeople = report.People.UniqueClicks,
        AutoOpened = report.AutoOpened.Opens,
        UniqueAutoOpened = report.AutoOpened.Recipients,
        Links = links,
        Breakdown = breakdown,
    };
}
