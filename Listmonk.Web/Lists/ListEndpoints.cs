using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Lists;

/// <summary>listmonk's list API (spec/api.md 8). Rights on single lists are checked in the services.</summary>
internal static class ListEndpoints
{
    public static void MapListEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/lists", Page).RequirePermission()
            .WithSummary("Find lists").WithListFilter().WithQuery<bool>("minimal", "All on one page, without counts of subscribers.").GivesPage<ListResponse>();
        api.MapGet("/lists/{id}", Find).RequirePermission()
            .WithSummary("Read a list").Gives<ListResponse>();
        api.MapPost("/lists", Create).RequirePermission(Permissions.ListsManageAll)
            .WithSummary("Create a list").Takes<ListRequest>().Gives<ListResponse>();
        api.MapPut("/lists/{id}", Update).RequirePermission()
            .WithSummary("Change a list").WithDescription("What is absent keeps its value.").Takes<ListRequest>().Gives<ListResponse>();
        api.MapDelete("/lists/{id}", Delete).RequirePermission()
            .WithSummary("Delete a list").WithDescription("Its subscribers stay.").GivesTrue();
        api.MapDelete("/lists", DeleteMany).RequirePermission()
            .WithSummary("Delete several lists").WithDescription("Those of `id`, or else those that match; without a condition `all=true` is needed.")
            .WithQuery<int[]>("id", "Numbers of lists.").WithListFilter().WithQuery<bool>("all", "All lists that the filter lets through.").GivesTrue();
    }

    private static RouteHandlerBuilder WithListFilter(this RouteHandlerBuilder route) => route
        .WithQuery("query", "Part of the name.")
        .WithQuery<ListType>("type", "Only lists of this type.")
        .WithQuery<ListOptin>("optin", "Only lists with this opt-in.")
        .WithQuery<ListStatus>("status", "Only lists in this state.")
        .WithQuery<string[]>("tag", "Only lists with one of these tags.");

    private static async Task<IResult> Page(HttpContext context, ListQueries lists, CancellationToken cancellationToken)
    {
        var filter = Filter(context.Request);
        if (!context.Request.Flag("minimal"))
        {
            var page = await lists.PageAsync(filter, context.Request.Paging(), context.Actor(), cancellationToken);
            return OutcomeHttp.Page(new PagedList<ListResponse>([.. page.Results.Select(ListResponse.From)], page.Total, page.Request), query: filter.Query);
        }

        var all = await lists.MinimalAsync(filter.Status, context.Actor(), cancellationToken);
        return OutcomeHttp.Page(new PagedList<ListResponse>([.. all.Select(ListResponse.From)], all.Count, new PageRequest { PerPage = all.Count }));
    }

    private static async Task<IResult> Find(string id, HttpContext context, ListQueries lists, CancellationToken cancellationToken) =>
        (await lists.FindAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp(ListResponse.From);

    private static async Task<IResult> Create(HttpContext context, ListService lists, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<ListRequest>(cancellationToken);
        return (await lists.CreateAsync(body.ToDraft(), context.Actor(), cancellationToken)).ToHttp(ListResponse.From);
    }

    private static async Task<IResult> Update(string id, HttpContext context, ListService lists, CancellationToken cancellationToken)
    {
        var listId = ApiRequest.ParseId(id);
        var body = await context.Request.ReadBodyAsync<ListRequest>(cancellationToken);
        return (await lists.UpdateAsync(listId, body.ToDraft(), context.Actor(), cancellationToken)).ToHttp(ListResponse.From);
    }

    private static async Task<IResult> Delete(string id, HttpContext context, ListService lists, CancellationToken cancellationToken) =>
        (await lists.DeleteAsync([ApiRequest.ParseId(id)], context.Actor(), cancellationToken)).ToHttp();

    private static async Task<IResult> DeleteMany(HttpContext context, ListService lists, CancellationToken cancellationToken)
    {
        var ids = context.Request.Ids("id");
        if (ids.Count > 0)
        {
            return (await lists.DeleteAsync(ids, context.Actor(), cancellationToken)).ToHttp();
        }

        var filter = Filter(context.Request);
        return filter.Query.Length > 0 || context.Request.Flag("all")
            ? ((Outcome)await lists.DeleteMatchingAsync(filter, context.Actor(), cancellationToken)).ToHttp()
            : OutcomeHttp.Error(StatusCodes.Status400BadRequest, "One or more IDs are invalid: id or query required");
    }

    private static ListFilter Filter(HttpRequest request) => new()
    {
        Query = request.Text("query"),
        Type = EnumField.Parse<ListType>(request.Text("type"), "type"),
        Optin = EnumField.Parse<ListOptin>(request.Text("optin"), "optin"),
        Status = EnumField.Parse<ListStatus>(request.Text("status"), "status"),
        Tags = [.. request.Query["tag"].Where(tag => !string.IsNullOrWhiteSpace(tag)).Select(tag => tag!.Trim())],
    };
}
