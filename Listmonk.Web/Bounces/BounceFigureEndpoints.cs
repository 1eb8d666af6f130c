using System.Globalization;
using System.Text;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Receivers;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Bounces;

/// <summary>The figures of the receivers' page, as JSON and, with <c>format=csv</c>, as tables.</summary>
internal static class BounceFigureEndpoints
{
    private const int MostDays = 366;
    private const int MostLines = 100;
    private const int MostReceivers = 1000;

    public static void MapBounceFigures(this IEndpointRouteBuilder api)
    {
        api.MapGet("/bounces/receivers", Receivers).RequirePermission(Permissions.BouncesGet)
            .WithSummary("Read how mail fares with each receiver").WithDescription("Shares are of one; limits are null where none is published.").WithQuery<int>("days", "How far back.").WithQuery("format", "'csv' for a table.").Gives<IReadOnlyList<ReceiverResponse>>();
        api.MapGet("/bounces/trends", Trends).RequirePermission(Permissions.BouncesGet)
            .WithSummary("Read bounces by day").WithQuery<BounceTrendKey>("by", "What the lines stand for.").WithQuery<int>("days", "How far back.").WithQuery("format", "'csv' for a table.").Gives<BounceTrendResponse>();
    }

    private static async Task<IResult> Receivers(HttpContext context, ReceiverCounter counter, ReceiverQueries receivers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow().AddDays(-Days(context.Request));
        await counter.RefreshAsync(since, cancellationToken);
        var health = (await receivers.HealthAsync(since, MostReceivers, cancellationToken)).Select(ReceiverResponse.From).ToList();
        if (!IsCsv(context.Request))
        {
            return OutcomeHttp.Data(health);
        }

        var text = new StringBuilder("receiver,sent,delivered,bounced,bounce_rate,policy,complaints,complaint_rate,complaint_target,complaint_limit\n");
        foreach (var row in health)
        {
            text.Append(CultureInfo.InvariantCulture, $"{CsvText.Field(row.Receiver)},{row.Sent},{row.Delivered},{row.Bounced},{row.BounceRate},{row.Policy},{row.Complaints},{row.ComplaintRate},{row.ComplaintTarget},{row.ComplaintLimit}\n");
        }

        return Csv(text, "receivers.csv");
    }

    private static async Task<IResult> Trends(HttpContext context, BounceTrends trends, CancellationToken cancellationToken)
    {
        var by = context.Request.Text("by");
        if (!EnumText.TryParse<BounceTrendKey>(by.Length == 0 ? "type" : by, out var key))
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, $"Unknown 'by'. Known are {string.Join(", ", EnumText.All<BounceTrendKey>())}.");
        }

        var trend = await trends.ReadAsync(key, Days(context.Request), MostLines, TimeZoneInfo.Utc, cancellationToken);
        if (!IsCsv(context.Request))
        {
            return OutcomeHttp.Data(BounceTrendResponse.Of(trend));
        }

        var text = new StringBuilder("day");
        foreach (var line in trend.Lines)
        {
            text.Append(',').Append(CsvText.Field(line.Key ?? "unknown"));
        }

        for (var i = 0; i < trend.Days.Count; i++)
        {
            text.Append('\n').Append(trend.Days[i].ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            foreach (var line in trend.Lines)
            {
                text.Append(CultureInfo.InvariantCulture, $",{line.Counts[i]}");
            }
        }

        return Csv(text.Append('\n'), "bounces-by-day.csv");
    }

    private static int Days(HttpRequest request) =>
        int.TryParse(request.Text("days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? Math.Clamp(days, 1, MostDays) : ReceiversPage.DefaultDays;

    private static bool IsCsv(HttpRequest request) => request.Text("format") == "csv";

    private static IResult Csv(StringBuilder text, string name) => Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv", name);
}
