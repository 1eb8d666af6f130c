using System.Globalization;
using System.Text;
using Listmonk.Core.Analytics;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Analytics;

/// <summary>Dashboard, analytics, and the operator's export and clean-up of hits (spec/api.md 4, 6, 10).</summary>
internal static class AnalyticsEndpoints
{
    public static void MapAnalyticsEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/dashboard/counts", Counts).RequirePermission()
            .WithSummary("Read the dashboard's totals").Gives<DashboardCountsResponse>();
        api.MapGet("/dashboard/charts", Charts).RequirePermission()
            .WithSummary("Read opens and clicks of the last thirty days").Gives<DashboardChartsResponse>();
        api.MapGet("/campaigns/analytics/{type}", Analytics).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Read figures of campaigns over time").WithDescription("With `links`, the answer is a list of `url` and `count` instead.")
            .WithRouteValue("type", "What is counted.", [.. EnumText.All<AnalyticsKind>()]).WithQuery<int[]>("id", "Numbers of campaigns.")
            .WithQuery<DateTimeOffset>("from", "A date or time.").WithQuery<DateTimeOffset>("to", "A date or time.").Gives<IReadOnlyList<AnalyticsBucketResponse>>();
        api.MapReportEndpoints();
        api.MapGet("/maintenance/analytics/{type}/export", Export).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Export opens or clicks as CSV").WithTags(ApiTags.Maintenance).WithRouteValue("type", "Opens or clicks.", "views", "clicks").WithQuery<DateTimeOffset>("since", "A date or time.").GivesFile("text/csv");
        api.MapDelete("/maintenance/analytics/{type}", DeleteOld).RequirePermission(Permissions.SettingsMaintain)
            .WithSummary("Delete old opens and clicks").WithTags(ApiTags.Maintenance).WithRouteValue("type", "What is deleted.", "all", "views", "clicks").WithQuery<DateTimeOffset>("before_date", "All before this date or time.").GivesTrue();
    }

    private static async Task<IResult> Counts(HttpContext context, DashboardQueries dashboard, CancellationToken cancellationToken) =>
        OutcomeHttp.Data(DashboardCountsResponse.Of(await dashboard.CountsAsync(context.Actor(), cancellationToken)));

    private static async Task<IResult> Charts(HttpContext context, DashboardQueries dashboard, CancellationToken cancellationToken) =>
        OutcomeHttp.Data(DashboardChartsResponse.Of(await dashboard.DaysAsync(context.Actor(), TimeZoneInfo.Utc, cancellationToken)));

    private static async Task<IResult> Analytics(string type, HttpContext context, AnalyticsQueries analytics, CancellationToken cancellationToken)
    {
        if (!EnumText.TryParse<AnalyticsKind>(type, out var kind))
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid data");
        }

        var ids = context.Request.Ids("id");
        if (ids.Count == 0)
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Missing field(s): `id`");
        }

        if (!TryParseTime(context.Request.Text("from"), out var from) || !TryParseTime(context.Request.Text("to"), out var to))
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid `from` or `to` dates.");
        }

        var range = new AnalyticsRange(ids, from, to);
        return kind == AnalyticsKind.Links
            ? (await analytics.LinksAsync(range, context.Actor(), cancellationToken)).ToHttp(links => links)
            : (await analytics.CountsAsync(kind, range, context.Actor(), cancellationToken)).ToHttp(buckets => buckets.Select(AnalyticsBucketResponse.Of));
    }

    private static async Task Export(string type, HttpContext context, HitExport export, CancellationToken cancellationToken)
    {
        if (type is not ("views" or "clicks") || !TryParseTime(context.Request.Text("since"), out var since))
        {
            await OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid data").ExecuteAsync(context);
            return;
        }

        var isClicks = type == "clicks";
        context.Response.ContentType = "text/csv";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ContentDisposition = $"attachment; filename=campaign_{type}.csv";
        await using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await writer.WriteAsync($"campaign_id,campaign_uuid,campaign_name,subscriber_id,subscriber_uuid,email,subscriber_name,{(isClicks ? "url," : "")}created_at\n");
        await foreach (var hit in export.ReadAsync(isClicks ? HitKind.Click : HitKind.Open, since, cancellationToken))
        {
            var url = isClicks ? CsvText.Field(hit.Url) + "," : "";
            await writer.WriteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{hit.CampaignId},{hit.CampaignUuid},{CsvText.Field(hit.CampaignName)},{hit.SubscriberId},{hit.SubscriberUuid},{CsvText.Field(hit.Email)},{CsvText.Field(hit.SubscriberName)},{url}{hit.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n"));
        }
    }

    private static async Task<IResult> DeleteOld(string type, HttpContext context, HitRetention retention, CancellationToken cancellationToken)
    {
        if (type is not ("all" or "views" or "clicks") || !TryParseTime(context.Request.Text("before_date"), out var before))
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid data");
        }

        HitKind? kind = type switch { "views" => HitKind.Open, "clicks" => HitKind.Click, _ => null };
        await retention.DeleteBeforeAsync(kind, before, cancellationToken);
        return OutcomeHttp.True();
    }

    /// <summary>A date or a timestamp, 10 to 30 characters; without a zone it is UTC. A plus sign of the zone often arrives as a blank.</summary>
    private static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Length is >= 10 and <= 30
            && (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
                || DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time));
    }
}
