using System.Text.Json;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Campaigns;

/// <summary>listmonk's campaign API (spec/api.md 10).</summary>
internal static class CampaignEndpoints
{
    private static readonly string[] Get = [Permissions.CampaignsGetAll, Permissions.CampaignsGet];
    private static readonly string[] Manage = [Permissions.CampaignsManageAll, Permissions.CampaignsManage];

    public static void MapCampaignEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/campaigns", GetPage).RequirePermission(Get);
        api.MapGet("/campaigns/running/stats", GetRunning).RequirePermission(Get);
        api.MapGet("/campaigns/{id}", GetOne).RequirePermission(Get);
        api.MapPost("/campaigns", Create).RequirePermission(Manage);
        api.MapPut("/campaigns/{id}", Update).RequirePermission(Manage);
        api.MapPut("/campaigns/{id}/status", ChangeStatus).RequirePermission(Permissions.CampaignsSend);
        api.MapPut("/campaigns/{id}/archive", SetArchive).RequirePermission(Manage);
        api.MapDelete("/campaigns/{id}", Delete).RequirePermission(Manage);
        api.MapDelete("/campaigns", DeleteMany).RequirePermission(Manage);
    }

    private static async Task<IResult> GetPage(HttpContext context, CampaignQueries campaigns, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var filter = Filter(request) with { WithBodies = !request.Flag("no_body") };
        var page = await campaigns.PageAsync(filter, request.Paging(), context.Actor(), cancellationToken);
        return OutcomeHttp.Page(new PagedList<CampaignResponse>([.. page.Results.Select(CampaignResponse.Of)], page.Total, page.Request), query: filter.Search);
    }

    private static async Task<IResult> GetRunning(HttpContext context, CampaignQueries campaigns, TimeProvider clock, CancellationToken cancellationToken) =>
        OutcomeHttp.Data((await campaigns.RunningAsync(context.Actor(), cancellationToken)).Select(progress => CampaignRunningResponse.Of(progress, clock.GetUtcNow())));

    private static async Task<IResult> GetOne(string id, HttpContext context, CampaignQueries campaigns, CancellationToken cancellationToken)
    {
        var withBody = !context.Request.Flag("no_body");
        return (await campaigns.FindAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken))
            .ToHttp(campaign => CampaignResponse.Of(withBody ? campaign : campaign with { Body = "", BodySource = null, AltBody = null }));
    }

    private static async Task<IResult> Create(HttpContext context, CampaignService campaigns, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<CampaignRequest>(cancellationToken);
        return (await campaigns.CreateAsync(body.ToDraft(), context.Actor(), cancellationToken)).ToHttp(CampaignResponse.Of);
    }

    private static async Task<IResult> Update(string id, HttpContext context, CampaignService campaigns, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<CampaignRequest>(cancellationToken);
        return (await campaigns.UpdateAsync(ApiRequest.ParseId(id), body.ApplyTo, context.Actor(), cancellationToken)).ToHttp(CampaignResponse.Of);
    }

    private static async Task<IResult> ChangeStatus(string id, HttpContext context, CampaignService campaigns, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<CampaignStatusRequest>(cancellationToken);
        return EnumText.TryParse<CampaignStatus>(body.Status, out var status)
            ? (await campaigns.ChangeStatusAsync(ApiRequest.ParseId(id), status, context.Actor(), cancellationToken)).ToHttp(CampaignResponse.Of)
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, $"The status must be one of: {string.Join(", ", EnumText.All<CampaignStatus>())}.");
    }

    private static async Task<IResult> SetArchive(string id, HttpContext context, CampaignService campaigns, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<CampaignArchiveContract>(cancellationToken);
        var meta = body.ArchiveMeta is { ValueKind: not JsonValueKind.Null } given ? given.GetRawText() : "{}";
        var outcome = await campaigns.SetArchiveAsync(
            ApiRequest.ParseId(id), body.Archive, body.ArchiveSlug, body.ArchiveTemplateId, meta, context.Actor(), cancellationToken);
        return outcome.ToHttp(campaign => new CampaignArchiveContract
        {
            Archive = campaign.Archive,
            ArchiveTemplateId = campaign.ArchiveTemplateId,
            ArchiveMeta = JsonElement.Parse(campaign.ArchiveMetaJson),
            ArchiveSlug = campaign.ArchiveSlug,
        });
    }

    private static async Task<IResult> Delete(string id, HttpContext context, CampaignService campaigns, CancellationToken cancellationToken) =>
        (await campaigns.DeleteAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp();

    private static async Task<IResult> DeleteMany(HttpContext context, CampaignService campaigns, CancellationToken cancellationToken)
    {
        var ids = context.Request.Ids("id");
        var filter = Filter(context.Request);
        if (ids.Count == 0 && filter.Search.Length == 0 && !context.Request.Flag("all"))
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Give the id of one or more campaigns, a query, or all=true.");
        }

        _ = ids.Count > 0
            ? await campaigns.DeleteManyAsync(ids, context.Actor(), cancellationToken)
            : await campaigns.DeleteMatchingAsync(filter, context.Actor(), cancellationToken);
        return OutcomeHttp.True();
    }

    private static CampaignFilter Filter(HttpRequest request) => new()
    {
        Search = request.Text("query"),
        Statuses =
        [
            .. request.Query["status"].Where(status => !string.IsNullOrEmpty(status)).Select(status => EnumText.TryParse<CampaignStatus>(status, out var known)
                ? known
                : throw new ApiException(StatusCodes.Status400BadRequest, $"There is no campaign status '{status}'.")),
        ],
        // Clients follow the documentation, which says 'tags', or the server, which reads 'tag'.
        Tags = [.. request.Query["tag"].Concat(request.Query["tags"]).Where(tag => !string.IsNullOrEmpty(tag)).Select(tag => tag!)],
    };
}
