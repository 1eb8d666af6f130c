using System.Globalization;
using System.Text;
using Listmonk.Core.Analytics;
using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Analytics;

/// <summary>A campaign's report over HTTP: figures, tables and the people behind them. listmonk has no such thing.</summary>
internal static class ReportEndpoints
{
    private const int MaxCampaigns = 100;
    private const int MaxDays = 3660;

    public static void MapReportEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/analytics/campaigns.csv", GetCampaignsCsv).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Export figures of campaigns as CSV").WithQuery<int[]>("id", "Numbers of campaigns.").GivesFile("text/csv");
        api.MapGet("/analytics/week.csv", GetWeekCsv).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Export reactions by hour of the week as CSV").WithQuery("zone", "A time zone, such as Europe/Paris.").WithQuery<int>("days", "How far back.").GivesFile("text/csv");
        var report = api.MapGroup("/campaigns/{id:int}");
        report.MapGet("/report", Get).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Read a campaign's report").Gives<ReportResponse>().Refuses(StatusCodes.Status404NotFound);
        report.MapGet("/report.csv", GetCsv).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Export a table of a campaign's report as CSV").WithQuery("table", "figures, reactions, links, places, lists, domains, devices, clients, hours or times.").GivesFile("text/csv").Refuses(StatusCodes.Status404NotFound);
        report.MapGet("/report/people", GetPeople).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Find the people behind a report's figure").WithReactionFilter().GivesPage<ReactedPerson>("""{"data": {"results": [{"subscriber_id": 1, "email": "ada@example.com", "name": "Ada Lovelace", "opens": 2, "opens_people": 1, "clicks": 1, "clicks_people": 1, "first_open_at": "2026-03-02T09:00:00Z", "first_click_at": "2026-03-02T09:01:00Z"}], "search": "", "query": "", "total": 1, "per_page": 20, "page": 1}}""").Refuses(StatusCodes.Status404NotFound);
        report.MapGet("/report/people.csv", GetPeopleCsv).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Export the people behind a report's figure as CSV").WithReactionFilter().GivesFile("text/csv").Refuses(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder WithReactionFilter(this RouteHandlerBuilder route) => route
        .WithQuery<Reaction>("reaction", "What they did, or what happened to them.")
        .WithQuery("count", "'all' counts machines too.")
        .WithQuery<int>("link", "Only who clicked this link.")
        .WithQuery<int>("place", "Only who clicked at this place of the mail.")
        .WithQuery("domain", "Only at this domain.")
        .WithQuery<int>("list", "Only members of this list.")
        .WithQuery("device", "Only with this class of device.")
        .WithQuery("client", "Only with this mail program.");

    private static async Task<IResult> Get(int id, HttpContext context, CampaignReportQueries reports, BreakdownStore breakdowns, CancellationToken cancellationToken)
    {
        var report = await reports.FindAsync(id, context.Actor(), cancellationToken);
        return report.IsOk
            ? OutcomeHttp.Data(ReportResponse.Of(report.Value, await reports.LinksAsync(id, cancellationToken), await breakdowns.FindAsync(id, cancellationToken)))
            : report.ToHttp(_ => true, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetCsv(
        int id, HttpContext context, CampaignReportQueries reports, BreakdownStore breakdowns, ListQueries lists, CancellationToken cancellationToken)
    {
        var report = await reports.FindAsync(id, context.Actor(), cancellationToken);
        if (!report.IsOk)
        {
            return report.ToHttp(_ => true, StatusCodes.Status404NotFound);
        }

        var table = context.Request.Text("table") is { Length: > 0 } asked ? asked : "reactions";
        var text = table switch
        {
            "figures" => ReportCsv.Campaigns([report.Value]),
            "reactions" => ReportCsv.Reactions(await reports.TimelineAsync(id, TimeZoneInfo.Utc, cancellationToken)),
            "hours" => ReportCsv.Hours(await reports.HoursOfDayAsync(id, TimeZoneInfo.Utc, cancellationToken)),
            "links" or "places" => ReportCsv.Links(await reports.LinksAsync(id, cancellationToken), await CountedAsync(breakdowns, id, cancellationToken), table == "places"),
            "lists" => ReportCsv.Rows("list", (await CountedAsync(breakdowns, id, cancellationToken)).Lists, await ListNamesAsync(lists, context.Actor(), cancellationToken)),
            "domains" => ReportCsv.Rows("domain", (await CountedAsync(breakdowns, id, cancellationToken)).Domains, domain => domain),
            "devices" => ReportCsv.Hits("device", (await CountedAsync(breakdowns, id, cancellationToken)).Devices),
            "clients" => ReportCsv.Hits("client", (await CountedAsync(breakdowns, id, cancellationToken)).Clients),
            "times" => ReportCsv.Times(await CountedAsync(breakdowns, id, cancellationToken)),
            _ => null,
        };
        return text is null
            ? OutcomeHttp.Error(
                StatusCodes.Status400BadRequest,
                "Unknown table. Known are figures, reactions, links, places, lists, domains, devices, clients, hours, times.",
                [new FieldError("table", "Unknown table")])
            : Csv(text, $"campaign-{id}-{table}.csv");
    }

    private static async Task<IResult> GetCampaignsCsv(HttpContext context, CampaignReportQueries reports, CancellationToken cancellationToken) =>
        Csv(ReportCsv.Campaigns(await reports.ManyAsync([.. context.Request.Ids("id").Take(MaxCampaigns)], context.Actor(), cancellationToken)), "campaigns.csv");

    /// <summary>In the zone that is asked for; an unknown one means UTC.</summary>
    private static async Task<IResult> GetWeekCsv(HttpContext context, ReactionTimeQueries times, CancellationToken cancellationToken)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(context.Request.Text("zone"), out var known) ? known : TimeZoneInfo.Utc;
        var days = Math.Clamp(Number(context.Request, "days") ?? MaxDays, 1, MaxDays);
        return Csv(ReportCsv.Week(await times.WeekAsync(days, zone, context.Actor(), cancellationToken)), "week.csv");
    }

    private static IResult Csv(string text, string name) => Results.File(Encoding.UTF8.GetBytes(text), "text/csv; charset=utf-8", name);

    private static async Task<IResult> GetPeople(int id, HttpContext context, ReactedPeopleQueries people, CancellationToken cancellationToken)
    {
        if (Filter(context.Request) is not { } filter)
        {
            return UnknownReaction();
        }

        var page = await people.PageAsync(id, filter, context.Request.Paging(), context.Actor(), cancellationToken);
        return page.IsOk ? OutcomeHttp.Page(page.Value) : page.ToHttp(_ => true, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetPeopleCsv(
        int id, HttpContext context, CampaignReportQueries reports, ReactedPeopleQueries people, CancellationToken cancellationToken)
    {
        if (Filter(context.Request) is not { } filter)
        {
            return UnknownReaction();
        }

        var actor = context.Actor();
        var report = await reports.FindAsync(id, actor, cancellationToken);
        return report.IsOk
            ? Results.Stream(
                stream => WriteAsync(stream, people.StreamAsync(id, filter, actor, cancellationToken), cancellationToken),
                "text/csv; charset=utf-8",
                $"campaign-{id}-{EnumText.Of(filter.Reaction)}.csv")
            : report.ToHttp(_ => true, StatusCodes.Status404NotFound);
    }

    private static async Task WriteAsync(Stream stream, IAsyncEnumerable<ReactedPerson> people, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(ReportCsv.PeopleHeader.AsMemory(), cancellationToken);
        await foreach (var person in people.WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(ReportCsv.Person(person).AsMemory(), cancellationToken);
        }
    }

    /// <summary>A download may wait for the first count.</summary>
    private static async Task<CampaignBreakdown> CountedAsync(BreakdownStore breakdowns, int id, CancellationToken cancellationToken) =>
        await breakdowns.FindAsync(id, cancellationToken) ?? await breakdowns.CountAsync(id, cancellationToken);

    private static async Task<Func<string, string>> ListNamesAsync(ListQueries lists, Actor actor, CancellationToken cancellationToken)
    {
        var names = (await lists.MinimalAsync(null, actor, cancellationToken)).ToDictionary(list => list.Id.ToString(CultureInfo.InvariantCulture), list => list.Name, StringComparer.Ordinal);
        return id => names.GetValueOrDefault(id, id);
    }

    /// <summary>Null when the reaction is none of ours.</summary>
    private static ReactionFilter? Filter(HttpRequest request) =>
        EnumText.TryParse<Reaction>(request.Text("reaction") is { Length: > 0 } reaction ? reaction : EnumText.Of(Reaction.Opened), out var known)
            ? new ReactionFilter(
                known, request.Text("count") == "all", Number(request, "link"), Number(request, "place"), request.Text("domain"), Number(request, "list"),
                request.Text("device"), request.Text("client"))
            : null;

    private static int? Number(HttpRequest request, string name) =>
        int.TryParse(request.Text(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IResult UnknownReaction() => OutcomeHttp.Error(
        StatusCodes.Status400BadRequest, $"Unknown reaction. Known are {string.Join(", ", EnumText.All<Reaction>())}.", [new FieldError("reaction", "Unknown reaction")]);
}
