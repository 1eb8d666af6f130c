using System.Text.Json;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Campaigns;

/// <summary>listmonk's campaign API (spec/api.md 10).</summary>
internal static class CampaignEndpoints
{
    private static readonly string[] Get = [Permissions.CampaignsGetAll, Permissions.CampaignsGet];
    private static readonly string[] Manage = [Permissions.CampaignsManageAll, Permissions.CampaignsManage];

    public static void MapCampaignEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/campaigns", GetPage).RequirePermission(Get)
            .WithSummary("Find campaigns").WithCampaignFilter().WithQuery<bool>("no_body", "Leaves the bodies out.").GivesPage<CampaignResponse>();
        api.MapGet("/campaigns/running/stats", GetRunning).RequirePermission(Get)
            .WithSummary("Read how far running campaigns are").Gives<IReadOnlyList<CampaignRunningResponse>>();
        api.MapGet("/campaigns/{id}", GetOne).RequirePermission(Get)
            .WithSummary("Read a campaign").WithQuery<bool>("no_body", "Leaves the body out.").Gives<CampaignResponse>();
        api.MapMethods("/campaigns/{id}/preview", [HttpMethods.Get, HttpMethods.Post], Preview).RequirePermission(Get)
            .WithSummary("See a campaign as a mail").WithDescription("With POST, unsaved content stands in for what is stored.").Takes<CampaignPreviewRequest>().GivesFile("text/html");
        api.MapGet("/campaigns/{id}/preflight", Preflight).RequirePermission(Get)
            .WithSummary("Check a campaign before it is sent").WithQuery<bool>("links", "Also follow the links, which may take seconds.").WithQuery<bool>("dns", "Also look up the sender's domain.").Gives<PreflightResponse>();
        api.MapPost("/campaigns/{id}/text", Preview).RequirePermission(Permissions.CampaignsGet)
            .WithSummary("See unsaved content as a mail").WithDescription("As the preview.").Takes<CampaignPreviewRequest>().GivesFile("text/html");
        api.MapPost("/campaigns/{id}/preview/archive", PreviewArchive).RequirePermission(Get)
            .WithSummary("See a campaign as a page of the archive").Takes<CampaignArchivePreviewRequest>().GivesFile("text/html");
        api.MapPost("/campaigns/{id}/content", ConvertContent).RequirePermission(Manage)
            .WithSummary("Convert Markdown to HTML").Takes<CampaignContentRequest>().Gives<string>("""{"data": "<p>Hello <strong>world</strong></p>"}""");
        api.MapPost("/campaigns/{id}/test", SendTest).RequirePermission(Manage)
            .WithSummary("Send a test of a campaign").WithDescription("To `subscribers`, with what else is given in place of what is stored.")
            .Takes<CampaignRequest>("""{"subscribers": ["ada@example.com"]}""").GivesTrue().Refuses(StatusCodes.Status409Conflict);
        api.MapPost("/campaigns", Create).RequirePermission(Manage)
            .WithSummary("Create a campaign").WithDescription("A draft, until its status is changed.").Takes<CampaignRequest>().Gives<CampaignResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPost("/campaigns/{id}/resend", Resend).RequirePermission(Manage)
            .WithSummary("Draft a campaign for those who did not open").Gives<CampaignResponse>();
        api.MapPut("/campaigns/{id}", Update).RequirePermission(Manage)
            .WithSummary("Change a campaign").WithDescription("What is absent keeps its value, except for `lists`, `media` and `attribs`, which are emptied.").Takes<CampaignRequest>().Gives<CampaignResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/campaigns/{id}/status", ChangeStatus).RequirePermission(Permissions.CampaignsSend)
            .WithSummary("Schedule, start, pause or cancel a campaign").Takes<CampaignStatusRequest>().Gives<CampaignResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/campaigns/{id}/archive", SetArchive).RequirePermission(Manage)
            .WithSummary("Publish a campaign in the archive").Takes<CampaignArchiveContract>().Gives<CampaignArchiveContract>().Refuses(StatusCodes.Status409Conflict);
        api.MapDelete("/campaigns/{id}", Delete).RequirePermission(Manage)
            .WithSummary("Delete a campaign").GivesTrue();
        api.MapDelete("/campaigns", DeleteMany).RequirePermission(Manage)
            .WithSummary("Delete several campaigns").WithDescription("Those of `id`, or else those that match; without a condition `all=true` is needed.")
            .WithQuery<int[]>("id", "Numbers of campaigns.").WithCampaignFilter().WithQuery<bool>("all", "All campaigns that the filter lets through.").GivesTrue();
    }

    private static RouteHandlerBuilder WithCampaignFilter(this RouteHandlerBuilder route) => route
        .WithQuery("query", "Part of the name or subject.")
        .WithQuery<CampaignStatus[]>("status", "Only campaigns in one of these states.")
        .WithQuery<string[]>("tag", "Only campaigns with one of these tags.");

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

    private static async Task<IResult> Preview(
        string id, HttpContext context, CampaignService campaigns, MessageRenderer renderer, CancellationToken cancellationToken)
    {
        var body = HttpMethods.IsPost(context.Request.Method)
            ? await context.Request.ReadBodyAsync<CampaignPreviewRequest>(cancellationToken)
            : new CampaignPreviewRequest();
        var composed = await campaigns.ComposeAsync(ApiRequest.ParseId(id), body.ApplyTo, context.Actor(), cancellationToken);
        if (!composed.IsOk)
        {
            return composed.ToHttp(campaign => campaign.Id);
        }

        // Links of a preview lead to nobody's pages.
        composed.Value.Uuid = Guid.Empty;
        var rendered = await renderer.RenderAsync(composed.Value, MessageRenderer.DemoRecipient, cancellationToken);
        return rendered.IsOk ? new RenderedMail(rendered.Value, composed.Value.ContentType != CampaignContentType.Plain) : rendered.ToHttp(mail => mail);
    }

    /// <summary>Ours. <c>links=true</c> follows the links, <c>dns=true</c> looks up the sender's domain; both may take seconds.</summary>
    private static async Task<IResult> Preflight(
        string id, HttpContext context, CampaignService campaigns, PreflightService preflight, CancellationToken cancellationToken)
    {
        var composed = await campaigns.ComposeAsync(ApiRequest.ParseId(id), draft => draft, context.Actor(), cancellationToken);
        var scope = new PreflightScope(TestsLinks: context.Request.Flag("links"), LooksUpDomain: context.Request.Flag("dns"));
        return composed.IsOk
            ? OutcomeHttp.Data(PreflightResponse.Of(await preflight.CheckAsync(composed.Value, scope, cancellationToken)))
            : composed.ToHttp(campaign => campaign.Id);
    }

    private static async Task<IResult> PreviewArchive(
        string id, HttpContext context, CampaignService campaigns, MessageRenderer renderer, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<CampaignArchivePreviewRequest>(cancellationToken);
        var composed = await campaigns.ComposeAsync(ApiRequest.ParseId(id), draft => draft, context.Actor(), cancellationToken);
        if (!composed.IsOk)
        {
            return composed.ToHttp(campaign => campaign.Id);
        }

        var campaign = composed.Value;
        campaign.TemplateId = body.TemplateId is > 0 ? body.TemplateId : campaign.ArchiveTemplateId ?? campaign.TemplateId;
        var rendered = await renderer.RenderAsync(campaign, body.Reader(campaign.ArchiveMeta), cancellationToken);
        return rendered.IsOk ? new RenderedMail(rendered.Value, campaign.ContentType != CampaignContentType.Plain) : rendered.ToHttp(mail => mail);
    }

    private static async Task<IResult> ConvertContent(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        ApiRequest.ParseId(id);
        var body = await request.ReadBodyAsync<CampaignContentRequest>(cancellationToken);
        return body is { From: "markdown", To: "html" or "richtext" }
            ? OutcomeHttp.Data(MarkdownBody.ToHtml(body.Body ?? ""))
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Only markdown can be converted, to html or richtext.");
    }

    private static async Task<IResult> SendTest(
        string id, HttpContext context, CampaignService campaigns, MessageRenderer renderer, SubscriberQueries subscribers, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<CampaignRequest>(cancellationToken);
        if (body.Subscribers is not { Count: > 0 } addresses)
        {
            return OutcomeHttp.Error(StatusCodes.Status400BadRequest, "Give the addresses of one or more subscribers.");
        }

        var composed = await campaigns.ComposeAsync(ApiRequest.ParseId(id), body.ApplyTo, context.Actor(), cancellationToken);
        return composed.IsOk
            ? (await renderer.SendTestAsync(composed.Value, await VisibleAsync(addresses, context.Actor(), subscribers, cancellationToken), cancellationToken)).ToHttp()
            : composed.ToHttp(campaign => campaign.Id);
    }

    /// <summary>An account that sees only some people can send tests only to those.</summary>
    private static async Task<IReadOnlyCollection<string>> VisibleAsync(
        IReadOnlyCollection<string> addresses, Actor actor, SubscriberQueries subscribers, CancellationToken cancellationToken)
    {
        if (actor.Can(Permissions.SubscribersGetAll))
        {
            return addresses;
        }

        var visible = new List<string>();
        foreach (var address in addresses.Select(address => address.Trim().ToLowerInvariant()).Distinct(StringComparer.Ordinal))
        {
            var found = await subscribers.PageAsync(new SubscriberFilter { Search = address }, new PageRequest(), actor, cancellationToken);
            if (found.IsOk && found.Value.Results.Any(subscriber => subscriber.Email == address))
            {
                visible.Add(address);
            }
        }

        return visible;
    }

    private static async Task<IResult> Create(HttpContext context, CampaignService campaigns, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<CampaignRequest>(cancellationToken);
        return (await campaigns.CreateAsync(body.ToDraft(), context.Actor(), cancellationToken)).ToHttp(CampaignResponse.Of);
    }

    /// <summary>Ours: a draft for those who did not open a sent campaign.</summary>
    private static async Task<IResult> Resend(string id, HttpContext context, CampaignService campaigns, CancellationToken cancellationToken) =>
        (await campaigns.CreateResendAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(CampaignResponse.Of);

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
