using System.Globalization;
using Listmonk.Core.Analytics;
using Listmonk.Core.Common;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Analytics;

/// <summary>One bucket of the analytics API.</summary>
[Example("""{"campaign_id": 7, "count": 35, "timestamp": "2026-03-02T08:00:00Z"}""")]
internal sealed record AnalyticsBucketResponse(int CampaignId, int Count, DateTimeOffset Timestamp)
{
    public static AnalyticsBucketResponse Of(AnalyticsBucket bucket) => new(bucket.CampaignId, bucket.Count, bucket.Timestamp);
}

/// <summary>The dashboard's totals in listmonk's shape.</summary>
[Example("""
    {
        "subscribers": {"total": 250, "blocklisted": 2, "orphans": 1}, "lists": {"total": 2, "private": 1, "public": 1, "optin_single": 1, "optin_double": 1},
        "campaigns": {"total": 3, "by_status": {"draft": 1, "finished": 2}}, "messages": 500
    }
    """)]
internal sealed record DashboardCountsResponse(
    DashboardCountsResponse.SubscriberCounts Subscribers, DashboardCountsResponse.ListCounts Lists, DashboardCountsResponse.CampaignCounts Campaigns, long Messages)
{
    public static DashboardCountsResponse Of(DashboardCounts counts) => new(
        new SubscriberCounts(counts.Subscribers, counts.Blocklisted, counts.Orphans),
        new ListCounts(counts.Lists, counts.PrivateLists, counts.PublicLists, counts.SingleOptinLists, counts.DoubleOptinLists),
        new CampaignCounts(counts.Campaigns.Values.Sum(), counts.Campaigns.ToDictionary(pair => EnumText.Of(pair.Key), pair => pair.Value, StringComparer.Ordinal)),
        counts.Messages);

    internal sealed record SubscriberCounts(int Total, int Blocklisted, int Orphans);

    internal sealed record ListCounts(int Total, int Private, int Public, int OptinSingle, int OptinDouble);

    internal sealed record CampaignCounts(int Total, IReadOnlyDictionary<string, int> ByStatus);
}

/// <summary>The dashboard's two series: the last thirty days with quiet ones as zero, or nothing at all when nothing happened.</summary>
[Example("""{"link_clicks": [{"count": 35, "date": "2026-03-02"}], "campaign_views": [{"count": 120, "date": "2026-03-02"}]}""")]
internal sealed record DashboardChartsResponse(IReadOnlyList<DashboardChartsResponse.Point> LinkClicks, IReadOnlyList<DashboardChartsResponse.Point> CampaignViews)
{
    public static DashboardChartsResponse Of(IReadOnlyList<DayFigures> days) => new(Series(days, day => day.Clicks), Series(days, day => day.Opens));

    private static IReadOnlyList<Point> Series(IReadOnlyList<DayFigures> days, Func<DayFigures, int> count) =>
        days.Any(day => count(day) > 0) ? [.. days.Select(day => new Point(count(day), day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))] : [];

    internal sealed record Point(int Count, string Date);
}
