using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Bounces;

/// <summary>listmonk's bounce API and its generic webhook (spec/bounces.md 4.1 and 5).</summary>
internal static class BounceEndpoints
{
    public static void MapBounceEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/bounces", List).RequirePermission(Permissions.BouncesGet)
            .WithSummary("Find bounces").WithBounceFilter().GivesPage<BounceResponse>();
        api.MapGet("/bounces/export", Export).RequirePermission(Permissions.BouncesGet)
            .WithSummary("Export bounces as CSV").WithBounceFilter().GivesFile("text/csv");
        api.MapGet("/bounces/{id}", Find).RequirePermission(Permissions.BouncesGet)
            .WithSummary("Read a bounce").Gives<BounceResponse>();
        api.MapDelete("/bounces", DeleteMany).RequirePermission(Permissions.BouncesManage)
            .WithSummary("Delete several bounces").WithDescription("Those of `id`; with `all=true` those that match, which without a condition is all.")
            .WithQuery<int[]>("id", "Numbers of bounces.").WithQuery<bool>("all", "All that the filter lets through.").WithBounceFilter().GivesTrue();
        api.MapDelete("/bounces/{id}", DeleteOne).RequirePermission(Permissions.BouncesManage)
            .WithSummary("Delete a bounce").GivesTrue();
        api.MapPut("/bounces/blocklist", Blocklist).RequirePermission(Permissions.BouncesManage)
            .WithSummary("Blocklist everybody with a bounce").GivesTrue();
        api.MapPost("/bounces/{id}/undo", Undo).RequirePermission(Permissions.BouncesManage)
            .WithSummary("Take back what a bounce did").GivesTrue().Refuses(StatusCodes.Status409Conflict);
        api.MapBounceInspection();
        api.MapBounceFigures();
    }

    /// <summary>Outside of <c>/api</c>, as listmonk has it.</summary>
    public static void MapBounceWebhook(this IEndpointRouteBuilder app) =>
        app.MapPost("/webhooks/bounce", Report).RequirePermission(Permissions.WebhooksPostBounce).DisableAntiforgery();

    private static RouteHandlerBuilder WithBounceFilter(this RouteHandlerBuilder route) => route
        .WithQuery<int>("campaign_id", "Only of this campaign.")
        .WithQuery("source", "Only from this source.")
        .WithQuery<BounceType>("type", "Only of this type.")
        .WithQuery("reason", "Only with this reason.")
        .WithQuery("domain", "Only of addresses at this domain.")
        .WithQuery<DateTimeOffset>("from", "A date or time.")
        .WithQuery<DateTimeOffset>("until", "A date or time.")
        .WithQuery("search", "Part of the address.");

    private static async Task<IResult> List(HttpContext context, BounceQueries bounces, CancellationToken cancellationToken)
    {
        var filter = context.Request.BounceFilter();
        var page = await bounces.PageAsync(filter, context.Request.Paging(), cancellationToken);
        return OutcomeHttp.Page(new PagedList<BounceResponse>([.. page.Results.Select(BounceResponse.From)], page.Total, page.Request), search: filter.Search ?? "");
    }

    private static async Task<IResult> Find(string id, BounceQueries bounces, CancellationToken cancellationToken) =>
        (await bounces.FindAsync(ApiRequest.ParseId(id), cancellationToken)).ToHttp(BounceResponse.From);

    private static IResult Export(HttpContext context, BounceQueries bounces, CancellationToken cancellationToken)
    {
        var filter = context.Request.BounceFilter();
        return Results.Stream(stream => BounceCsv.WriteAsync(stream, bounces.StreamAsync(filter, cancellationToken), cancellationToken), "text/csv", "bounces.csv");
    }

    private static async Task<IResult> DeleteOne(string id, BounceService bounces, CancellationToken cancellationToken) =>
        (await bounces.DeleteAsync([ApiRequest.ParseId(id)], cancellationToken)).ToHttp();

    private static async Task<IResult> DeleteMany(HttpContext context, BounceService bounces, CancellationToken cancellationToken)
    {
        if (context.Request.Flag("all"))
        {
            // The conditions of the list narrow this too; none is everything, as with listmonk.
            await bounces.DeleteMatchingAsync(context.Request.BounceFilter(), cancellationToken);
            return OutcomeHttp.True();
        }

        var ids = context.Request.Ids("id");
        return ids.Count == 0 ? OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid ID(s)") : (await bounces.DeleteAsync(ids, cancellationToken)).ToHttp();
    }

    private static async Task<IResult> Blocklist(BounceService bounces, CancellationToken cancellationToken) =>
        (await bounces.BlocklistAllAsync(cancellationToken)).ToHttp();

    private static async Task<IResult> Undo(string id, BounceService bounces, CancellationToken cancellationToken) =>
        (await bounces.UndoAsync(ApiRequest.ParseId(id), cancellationToken)).ToHttp();

    private static async Task<IResult> Report(HttpContext context, SettingsStore settings, BounceRecorder recorder, CancellationToken cancellationToken)
    {
        var rules = settings.Current.Bounces;
        if (!rules.WebhooksEnabled)
        {
            return OutcomeHttp.Error(StatusCodes.Status404NotFound, "404 unknown endpoint");
        }

        if (!rules.Enabled)
        {
            return OutcomeHttp.Error(StatusCodes.Status503ServiceUnavailable, "Bounce processing is off.");
        }

        var body = await context.Request.ReadBodyAsync<BounceBody>(cancellationToken);
        var report = body.ToReport(settings.Current.Privacy);
        if (!report.IsOk)
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, report.Message, report.Errors);
        }

        // Committed when this returns: nothing that was acknowledged is lost by a restart.
        await recorder.RecordAsync(report.Value, cancellationToken);
        return OutcomeHttp.True();
    }
}
