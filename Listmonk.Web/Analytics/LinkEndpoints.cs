using Listmonk.Core.Tracking.Edits;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Analytics;

/// <summary>A campaign's links over HTTP: where they lead, their clicks, and changes to mails already sent; listmonk has no such thing.</summary>
internal static class LinkEndpoints
{
    public static void MapLinkEndpoints(this IEndpointRouteBuilder api)
    {
        var links = api.MapGroup("/campaigns/{id:int}/links");
        links.MapGet("", GetAll).RequirePermission(Permissions.CampaignsGetAnalytics)
            .WithSummary("Read a campaign's links").WithDescription("With their clicks, and the changes made after sending.").Gives<LinksResponse>().Refuses(StatusCodes.Status404NotFound);
        links.MapPut("/{linkId:int}/{position:int}", Edit).RequirePermission(Permissions.CampaignsManageAll, Permissions.CampaignsManage)
            .WithSummary("Change where a link of a sent mail leads").Takes<LinkRequest>().GivesTrue().Refuses(StatusCodes.Status404NotFound);
        links.MapPost("/changes/{editId:int}/undo", Undo).RequirePermission(Permissions.CampaignsManageAll, Permissions.CampaignsManage)
            .WithSummary("Take back a change of a link").GivesTrue().Refuses(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetAll(int id, HttpContext context, LinkEditQueries links, CancellationToken cancellationToken) =>
        (await links.FindAsync(id, context.Actor(), cancellationToken)).ToHttp(LinksResponse.Of, StatusCodes.Status404NotFound);

    private static async Task<IResult> Edit(int id, int linkId, int position, HttpContext context, LinkEditService edits, CancellationToken cancellationToken)
    {
        var request = await context.Request.ReadBodyAsync<LinkRequest>(cancellationToken);
        return (await edits.EditAsync(id, linkId, position, new LinkChange(request.Url, request.Counted, request.Everywhere), context.Actor(), cancellationToken))
            .ToHttp(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Undo(int id, int editId, HttpContext context, LinkEditService edits, CancellationToken cancellationToken) =>
        (await edits.UndoAsync(id, editId, context.Actor(), cancellationToken)).ToHttp(StatusCodes.Status404NotFound);
}

/// <summary>What a link shall do; without <c>url</c> it leads where the mail was written to lead.</summary>
[Example("""{"url": "https://example.com/new-offer", "counted": true, "everywhere": true}""")]
internal sealed record LinkRequest
{
    public string? Url { get; init; }

    public bool Counted { get; init; } = true;

    /// <summary>Also at the other places with the same address.</summary>
    public bool Everywhere { get; init; }
}

/// <summary>The links of a campaign and the changes to them, newest first.</summary>
[Example("""
    {
        "links": [
            {"link_id": 3, "position": 1, "url": "https://example.com/offer", "destination": "https://example.com/offer", "counted": true, "clicks": 35, "clicks_people": 30, "uniques": 28, "uniques_people": 25}
        ],
        "changes": []
    }
    """)]
internal sealed record LinksResponse(IReadOnlyList<LinksResponse.Link> Links, IReadOnlyList<LinksResponse.Change> Changes)
{
    public static LinksResponse Of(CampaignLinks links) => new(
        [.. links.Links.Select(link => new Link(link.LinkId, link.Position, link.Url, link.Destination, link.IsCounted, link.Clicks, link.ClicksPeople, link.Uniques, link.UniquesPeople))],
        [.. links.History.Select(edit => new Change(edit.Id, edit.LinkId, edit.Position, edit.OldUrl, edit.NewUrl, edit.WasCounted, edit.IsCounted, edit.UserName, edit.At))]);

    internal sealed record Link(int LinkId, int Position, string Url, string Destination, bool Counted, int Clicks, int ClicksPeople, int? Uniques, int? UniquesPeople);

    internal sealed record Change(int Id, int LinkId, int Position, string OldUrl, string NewUrl, bool WasCounted, bool Counted, string UserName, DateTimeOffset At);
}
