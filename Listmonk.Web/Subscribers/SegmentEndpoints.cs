using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Subscribers;

/// <summary>
/// Segments by API: ours, in the manner of listmonk's lists. The people of one are read as <c>GET /api/subscribers?segment_id=</c>, and a
/// campaign names one as <c>segment_id</c>.
/// </summary>
internal static class SegmentEndpoints
{
    private const int PreviewSize = 10;

    public static void MapSegmentEndpoints(this IEndpointRouteBuilder api)
    {
        string[] get = [Permissions.SubscribersGetAll, Permissions.SubscribersGet];
        api.MapGet("/segments", All).RequirePermission(get)
            .WithSummary("Read all segments").WithDescription("Without counts; reading one counts its people.").Gives<IReadOnlyList<SegmentResponse>>();
        api.MapGet("/segments/{id}", Find).RequirePermission(get)
            .WithSummary("Read a segment").WithDescription("Its people are `GET /api/subscribers?segment_id=`.").Gives<SegmentResponse>();
        api.MapPost("/segments/preview", Preview).RequirePermission(Permissions.SubscribersSqlQuery)
            .WithSummary("See whom a condition matches").Takes<SegmentRequest>().Gives<SegmentPreviewResponse>();
        api.MapPost("/segments", Create).RequirePermission(Permissions.SubscribersSqlQuery)
            .WithSummary("Create a segment").Takes<SegmentRequest>().Gives<SegmentResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/segments/{id}", Update).RequirePermission(Permissions.SubscribersSqlQuery)
            .WithSummary("Change a segment").Takes<SegmentRequest>().Gives<SegmentResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapDelete("/segments/{id}", Delete).RequirePermission(Permissions.SubscribersSqlQuery)
            .WithSummary("Delete a segment").GivesTrue().Refuses(StatusCodes.Status409Conflict);
    }

    /// <summary>Without counts: each costs a query.</summary>
    private static async Task<IResult> All(SegmentQueries segments, CancellationToken cancellationToken) =>
        OutcomeHttp.Data((await segments.AllAsync(cancellationToken)).Select(segment => SegmentResponse.From(segment)).ToList());

    private static async Task<IResult> Find(string id, HttpContext context, SegmentQueries segments, CancellationToken cancellationToken)
    {
        var found = await segments.FindAsync(ApiRequest.ParseId(id), cancellationToken);
        if (!found.IsOk)
        {
            return ((Outcome)found).ToHttp();
        }

        var count = await segments.CountAsync(found.Value.Id, context.Actor(), cancellationToken);
        return count.ToHttp(total => SegmentResponse.From(found.Value, total));
    }

    private static async Task<IResult> Preview(HttpContext context, SubscriberQueries people, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SegmentRequest>(cancellationToken);
        var filter = new SubscriberFilter { Query = (body.Expression ?? "").Trim() };
        return filter.Query.Length == 0
            ? OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Invalid fields: expression")
            : (await people.PageAsync(filter, new PageRequest { PerPage = PreviewSize }, context.Actor(), cancellationToken))
                .ToHttp(page => new SegmentPreviewResponse(page.Total, [.. page.Results.Select(SubscriberResponse.From)]));
    }

    private static async Task<IResult> Create(HttpContext context, SegmentService segments, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SegmentRequest>(cancellationToken);
        return (await segments.CreateAsync(body.ToDraft(), context.Actor(), cancellationToken)).ToHttp(SegmentResponse.From);
    }

    private static async Task<IResult> Update(string id, HttpContext context, SegmentService segments, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<SegmentRequest>(cancellationToken);
        return (await segments.UpdateAsync(ApiRequest.ParseId(id), body.ToDraft(), context.Actor(), cancellationToken)).ToHttp(SegmentResponse.From);
    }

    private static async Task<IResult> Delete(string id, HttpContext context, SegmentService segments, CancellationToken cancellationToken) =>
        (await segments.DeleteAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp();
}
