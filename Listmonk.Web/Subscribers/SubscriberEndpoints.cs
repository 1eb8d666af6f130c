using System.Text.Json;
using Listmonk.Core.Analytics.Timeline;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Subscribers;

/// <summary>listmonk's subscriber API (spec/api.md 7).</summary>
internal static class SubscriberEndpoints
{
    private const string TrackingChoiceExample =
        """{"data": {"level": "anonymous", "history": [{"level": "anonymous", "source": "api", "text": "Asked for it by mail.", "at": "2026-03-01T09:30:00Z"}]}}""";

    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    public static void MapSubscriberEndpoints(this IEndpointRouteBuilder api)
    {
        string[] get = [Permissions.SubscribersGetAll, Permissions.SubscribersGet];
        api.MapGet("/subscribers", Page).RequirePermission(get)
            .WithSummary("Find subscribers").WithSubscriberFilter().GivesPage<SubscriberResponse>();
        api.MapGet("/subscribers/export", CsvExport.Run).RequirePermission(get)
            .WithSummary("Export subscribers as CSV").WithSubscriberFilter().WithQuery<int[]>("id", "Only these subscribers.").GivesFile("text/csv");
        api.MapGet("/subscribers/{id}", Find).RequirePermission(get)
            .WithSummary("Read a subscriber").Gives<SubscriberResponse>();
        api.MapGet("/subscribers/{id}/activity", Activity).RequirePermission(get)
            .WithSummary("Read a subscriber's opens and clicks").Gives<ActivityResponse>();
        api.MapGet("/subscribers/{id}/timeline", GetTimeline).RequirePermission(get)
            .WithSummary("Read what happened with a subscriber").WithDescription("Newest first. `next` of the answer, given as `after`, reads on.")
            .WithQuery<TimelineGroup>("show", "Only entries of this kind.").WithQuery("count", "'all' shows machines' opens and clicks too.").WithQuery("after", "Where to read on.")
            .Gives<TimelinePage>("""{"data": {"entries": [{"kind": "opened", "at": "2026-03-01T09:30:00Z", "campaign_id": 7, "campaign_name": "March", "subject": null, "detail": null, "is_machine": false}], "next": null}}""");
        api.MapGet("/subscribers/{id}/engagement", GetEngagement).RequirePermission(get)
            .WithSummary("Read a subscriber's engagement score").Gives<EngagementResponse>();
        api.MapGet("/subscribers/{id}/tracking", GetTrackingChoice).RequirePermission(get)
            .WithSummary("Read how far a subscriber is tracked").WithDescription("With the record of who said what, and when.").Gives<TrackingChoice>(TrackingChoiceExample);
        api.MapGet("/subscribers/{id}/export", Export).RequirePermission(get)
            .WithSummary("Export all that is kept of a subscriber").GivesBare<SubscriberExportResponse>();
        api.MapGet("/subscribers/{id}/bounces", Bounces).RequirePermission(Permissions.BouncesGet)
            .WithSummary("Read a subscriber's bounces").Gives<IReadOnlyList<SubscriberBounceResponse>>();
        api.MapDelete("/subscribers/{id}/bounces", DeleteBounces).RequirePermission(Permissions.BouncesManage)
            .WithSummary("Delete a subscriber's bounces").GivesTrue();
        api.MapGet("/lists/{id}/subscribers", PageOfList).RequirePermission(get)
            .WithSummary("Find subscribers of a list").WithSubscriberFilter().GivesPage<SubscriberResponse>();
        api.MapPost("/subscribers", Create).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Create a subscriber").WithDescription("Lists with double opt-in mail a request to confirm, unless `preconfirm_subscriptions` is set.")
            .Takes<SubscriberRequest>().Gives<SubscriberResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/subscribers/{id}", Replace).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Replace a subscriber").WithDescription("Attributes and lists that are absent are emptied; use PATCH to keep them.")
            .Takes<SubscriberRequest>().Gives<SubscriberResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPatch("/subscribers/{id}", Patch).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Change a subscriber").WithDescription("What is absent keeps its value, and attributes are merged.")
            .Takes<SubscriberRequest>("""{"name": "Ada King", "attribs": {"born": 1815}}""").Gives<SubscriberResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/subscribers/{id}/tracking", SetTrackingChoice).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Set how far a subscriber is tracked").Takes<TrackingChoiceRequest>().Gives<TrackingChoice>(TrackingChoiceExample);
        api.MapPost("/subscribers/{id}/optin", SendOptin).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Mail the request to confirm once more").GivesTrue().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/subscribers/{id}/blocklist", BlocklistOne).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Blocklist a subscriber").GivesTrue();
        api.MapPut("/subscribers/blocklist", Blocklist).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Blocklist several subscribers").Takes<SubscriberActionRequest>("""{"ids": [1, 2]}""").GivesTrue();
        api.MapPut("/subscribers/lists", ChangeLists).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Change the lists of several subscribers").Takes<SubscriberActionRequest>().GivesTrue();
        api.MapPut("/subscribers/lists/{id}", ChangeListsOfOne).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Change the lists of a subscriber").WithDescription("`ids` is not looked at.").Takes<SubscriberActionRequest>("""{"action": "add", "target_list_ids": [1], "status": "confirmed"}""").GivesTrue();
        api.MapDelete("/subscribers/{id}", DeleteOne).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Delete a subscriber").GivesTrue();
        api.MapDelete("/subscribers", Delete).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Delete several subscribers").WithQuery<int[]>("id", "Numbers of subscribers.").GivesTrue();
        api.MapPost("/subscribers/query/delete", DeleteMatching).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Delete all subscribers that match").Takes<SubscriberQueryRequest>("""{"query": "subscribers.name LIKE 'Test %'"}""").GivesTrue();
        api.MapMethods("/subscribers/query/blocklist", [HttpMethods.Put, HttpMethods.Post], BlocklistMatching).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Blocklist all subscribers that match").Takes<SubscriberQueryRequest>("""{"search": "@spam.example"}""").GivesTrue();
        api.MapPut("/subscribers/query/lists", ChangeListsOfMatching).RequirePermission(Permissions.SubscribersManage)
            .WithSummary("Change the lists of all subscribers that match").Takes<SubscriberQueryRequest>().GivesTrue();
    }

    private static RouteHandlerBuilder WithSubscriberFilter(this RouteHandlerBuilder route) => route
        .WithQuery<int[]>("list_id", "Only members of these lists.")
        .WithQuery<SubscriptionStatus>("subscription_status", "Only with such a subscription.")
        .WithQuery<SubscriberStatus>("status", "Only people with this status.")
        .WithQuery("search", "Part of the address or name.")
        .WithQuery("query", "A condition, such as subscribers.attribs->>'city' = 'London'.")
        .WithQuery<int>("segment_id", "Only people of this segment.")
        .WithQuery<HygieneKind>("finding", "Only people whom the last hygiene report found for this.");

    internal static SubscriberFilter Filter(HttpRequest request) => new()
    {
        ListIds = request.Ids("list_id"),
        SubscriptionStatus = EnumField.Parse<SubscriptionStatus>(request.Text("subscription_status"), "subscription_status"),
        Status = EnumField.Parse<SubscriberStatus>(request.Text("status"), "status"),
        Search = request.Text("search"),
        Query = request.Text("query"),
        SegmentId = request.Text("segment_id") is { Length: > 0 } segment ? ApiRequest.ParseId(segment) : null,
        Finding = EnumField.Parse<HygieneKind>(request.Text("finding"), "finding"),
    };

    private static async Task<IResult> GetTimeline(string id, HttpContext context, TimelineQueries timeline, CancellationToken cancellationToken)
    {
        var filter = new TimelineFilter(EnumField.Parse<TimelineGroup>(context.Request.Text("show"), "show"), context.Request.Text("count") == "all", context.Request.Text("after"));
        return (await timeline.PageAsync(ApiRequest.ParseId(id), filter, context.Actor(), cancellationToken)).ToHttp(page => page);
    }

    private static async Task<IResult> GetEngagement(string id, HttpContext context, EngagementQueries engagement, CancellationToken cancellationToken) =>
        (await engagement.FindAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken))
            .ToHttp(EngagementResponse.Of);

    private static async Task<IResult> GetTrackingChoice(string id, HttpContext context, TrackingChoiceService choices, CancellationToken cancellationToken) =>
        (await choices.FindAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(choice => choice);

    private static async Task<IResult> SetTrackingChoice(string id, HttpContext context, TrackingChoiceService choices, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<TrackingChoiceRequest>(cancellationToken);
        var level = EnumField.Parse<TrackingLevel>(body.Level, "level");
        return (await choices.SetAsync(ApiRequest.ParseId(id), level, body.Text, "api", context.Actor(), cancellationToken)).ToHttp(choice => choice);
    }

    private static Task<IResult> Page(HttpContext context, SubscriberQueries people, CancellationToken cancellationToken) =>
        PageAsync(context, people, Filter(context.Request), cancellationToken);

    private static Task<IResult> PageOfList(string id, HttpContext context, SubscriberQueries people, CancellationToken cancellationToken) =>
        PageAsync(context, people, Filter(context.Request) with { ListIds = [ApiRequest.ParseId(id)] }, cancellationToken);

    private static async Task<IResult> PageAsync(HttpContext context, SubscriberQueries people, SubscriberFilter filter, CancellationToken cancellationToken)
    {
        var page = await people.PageAsync(filter, context.Request.Paging(), context.Actor(), cancellationToken);
        return page.IsOk
            ? OutcomeHttp.Page(
                new PagedList<SubscriberResponse>([.. page.Value.Results.Select(SubscriberResponse.From)], page.Value.Total, page.Value.Request),
                filter.Query,
                filter.Search)
            : ((Outcome)page).ToHttp();
    }

    private static async Task<IResult> Find(string id, HttpContext context, SubscriberQueries people, CancellationToken cancellationToken) =>
        (await people.FindAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(SubscriberResponse.From);

    private static async Task<IResult> Activity(string id, HttpContext context, SubscriberQueries people, CancellationToken cancellationToken) =>
        (await people.ActivityAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(ActivityResponse.From);

    private static async Task<IResult> Export(string id, HttpContext context, SubscriberQueries people, CancellationToken cancellationToken)
    {
        var export = await people.ExportAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken);
        return export.IsOk
            ? Results.File(JsonSerializer.SerializeToUtf8Bytes(SubscriberExportResponse.From(export.Value), Indented), "application/json", "data.json")
            : ((Outcome)export).ToHttp();
    }

    private static async Task<IResult> Bounces(string id, HttpContext context, SubscriberQueries people, CancellationToken cancellationToken)
    {
        var subscriberId = ApiRequest.ParseId(id);
        var person = await people.FindAsync(subscriberId, context.Actor(), cancellationToken);
        var bounces = await people.BouncesAsync(subscriberId, context.Actor(), cancellationToken);
        return bounces.ToHttp(rows => rows.Select(bounce => SubscriberBounceResponse.From(bounce, person.Value)).ToList());
    }

    private static async Task<IResult> DeleteBounces(string id, HttpContext context, SubscriberService people, CancellationToken cancellationToken) =>
        (await people.DeleteBouncesAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp();

    private static async Task<IResult> Create(HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberRequest>(cancellationToken);
        return (await people.CreateAsync(body.ToNew(), context.Actor(), cancellationToken)).ToHttp(SubscriberResponse.From);
    }

    private static async Task<IResult> Replace(string id, HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberRequest>(cancellationToken);
        return (await people.UpdateAsync(ApiRequest.ParseId(id), body.ToReplacement(), context.Actor(), cancellationToken)).ToHttp(SubscriberResponse.From);
    }

    private static async Task<IResult> Patch(string id, HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberRequest>(cancellationToken);
        return (await people.UpdateAsync(ApiRequest.ParseId(id), body.ToPatch(), context.Actor(), cancellationToken)).ToHttp(SubscriberResponse.From);
    }

    private static async Task<IResult> SendOptin(string id, HttpContext context, SubscriberService people, CancellationToken cancellationToken) =>
        (await people.SendOptinAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp();

    private static async Task<IResult> BlocklistOne(string id, HttpContext context, SubscriberService people, CancellationToken cancellationToken) =>
        Done(await people.BlocklistAsync(SubscriberSelection.Of(ApiRequest.ParseId(id)), context.Actor(), cancellationToken));

    private static async Task<IResult> Blocklist(HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberActionRequest>(cancellationToken);
        return Done(await people.BlocklistAsync(SubscriberSelection.Of(body.Ids ?? []), context.Actor(), cancellationToken));
    }

    private static async Task<IResult> ChangeLists(HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberActionRequest>(cancellationToken);
        return body.Ids is { Count: > 0 } ids
            ? Done(await people.ChangeSubscriptionsAsync(SubscriberSelection.Of(ids), body.ToChange(), context.Actor(), cancellationToken))
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "No IDs given.");
    }

    private static async Task<IResult> ChangeListsOfOne(string id, HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberActionRequest>(cancellationToken);
        return Done(await people.ChangeSubscriptionsAsync(
            SubscriberSelection.Of(ApiRequest.ParseId(id)), body.ToChange(), context.Actor(), cancellationToken));
    }

    private static async Task<IResult> DeleteOne(string id, HttpContext context, SubscriberService people, CancellationToken cancellationToken) =>
        Done(await people.DeleteAsync(SubscriberSelection.Of(ApiRequest.ParseId(id)), context.Actor(), cancellationToken));

    private static async Task<IResult> Delete(HttpContext context, SubscriberService people, CancellationToken cancellationToken) =>
        Done(await people.DeleteAsync(SubscriberSelection.Of(context.Request.Ids("id")), context.Actor(), cancellationToken));

    private static async Task<IResult> DeleteMatching(HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberQueryRequest>(cancellationToken);
        return NeedsQuery(body) ?? Done(await people.DeleteAsync(SubscriberSelection.Matching(body.ToFilter()), context.Actor(), cancellationToken));
    }

    private static async Task<IResult> BlocklistMatching(HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberQueryRequest>(cancellationToken);
        return NeedsQuery(body) ?? Done(await people.BlocklistAsync(SubscriberSelection.Matching(body.ToFilter()), context.Actor(), cancellationToken));
    }

    private static async Task<IResult> ChangeListsOfMatching(HttpContext context, SubscriberService people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SubscriberQueryRequest>(cancellationToken);
        return Done(await people.ChangeSubscriptionsAsync(
            SubscriberSelection.Matching(body.ToFilter()), body.ToChange(), context.Actor(), cancellationToken));
    }

    /// <summary>An empty filter must not be taken for everybody by accident; only <c>all</c> says so.</summary>
    private static IResult? NeedsQuery(SubscriberQueryRequest body) =>
        body.All || body.ToFilter().HasCondition ? null : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid fields: query");

    private static IResult Done(Outcome outcome) => outcome.ToHttp();
}
