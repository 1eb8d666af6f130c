using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;
using Listmonk.Web.Auth;

namespace Listmonk.Web.Users;

/// <summary>listmonk's API of user roles and list roles (spec/api.md 16).</summary>
internal static class RoleEndpoints
{
    public static void MapRoleEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/roles/users", AllUserRoles).RequirePermission(Permissions.RolesGet)
            .WithSummary("Read all user roles").Gives<IReadOnlyList<UserRoleResponse>>();
        api.MapGet("/roles/lists", AllListRoles).RequirePermission(Permissions.RolesGet)
            .WithSummary("Read all list roles").Gives<IReadOnlyList<ListRoleResponse>>();
        api.MapPost("/roles/users", CreateUserRole).RequirePermission(Permissions.RolesManage)
            .WithSummary("Create a user role").Takes<RoleRequest>().Gives<UserRoleResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPost("/roles/lists", CreateListRole).RequirePermission(Permissions.RolesManage)
            .WithSummary("Create a list role").Takes<RoleRequest>("""{"name": "Editors of the weekly", "lists": [{"id": 1, "permissions": ["list:get", "list:manage"]}]}""").Gives<ListRoleResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/roles/users/{id}", UpdateUserRole).RequirePermission(Permissions.RolesManage)
            .WithSummary("Change a user role").Takes<RoleRequest>().Gives<UserRoleResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapPut("/roles/lists/{id}", UpdateListRole).RequirePermission(Permissions.RolesManage)
            .WithSummary("Change a list role").Takes<RoleRequest>("""{"name": "Readers of the weekly", "lists": [{"id": 1, "permissions": ["list:get"]}]}""").Gives<ListRoleResponse>().Refuses(StatusCodes.Status409Conflict);
        api.MapDelete("/roles/{id}", Delete).RequirePermission(Permissions.RolesManage)
            .WithSummary("Delete a role").GivesTrue();
    }

    private static async Task<IResult> AllUserRoles(HttpContext context, RoleQueries roles, CancellationToken cancellationToken) =>
        (await roles.AllAsync(RoleType.User, context.Actor(), cancellationToken)).ToHttp(all => all.Select(UserRoleResponse.From));

    private static async Task<IResult> AllListRoles(HttpContext context, RoleQueries roles, CancellationToken cancellationToken) =>
        (await roles.AllAsync(RoleType.List, context.Actor(), cancellationToken)).ToHttp(all => all.Select(ListRoleResponse.From));

    private static async Task<IResult> CreateUserRole(HttpContext context, RoleService roles, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<RoleRequest>(cancellationToken);
        return (await roles.CreateAsync(RoleType.User, body.ToDraft(), context.Actor(), cancellationToken)).ToAnswer(UserRoleResponse.From);
    }

    private static async Task<IResult> CreateListRole(HttpContext context, RoleService roles, CancellationToken cancellationToken)
    {
        var body = await context.Request.ReadBodyAsync<RoleRequest>(cancellationToken);
        return (await roles.CreateAsync(RoleType.List, body.ToDraft(), context.Actor(), cancellationToken)).ToAnswer(ListRoleResponse.From);
    }

    private static async Task<IResult> UpdateUserRole(string id, HttpContext context, RoleService roles, CancellationToken cancellationToken)
    {
        var roleId = ApiRequest.ParseId(id);
        var body = await context.Request.ReadBodyAsync<RoleRequest>(cancellationToken);
        return (await roles.UpdateAsync(roleId, RoleType.User, body.ToDraft(), context.Actor(), cancellationToken)).ToAnswer(UserRoleResponse.From);
    }

    private static async Task<IResult> UpdateListRole(string id, HttpContext context, RoleService roles, CancellationToken cancellationToken)
    {
        var roleId = ApiRequest.ParseId(id);
        var body = await context.Request.ReadBodyAsync<RoleRequest>(cancellationToken);
        return (await roles.UpdateAsync(roleId, RoleType.List, body.ToDraft(), context.Actor(), cancellationToken)).ToAnswer(ListRoleResponse.From);
    }

    private static async Task<IResult> Delete(string id, HttpContext context, RoleService roles, CancellationToken cancellationToken) =>
        (await roles.DeleteAsync(ApiRequest.ParseId(id), context.Actor(), cancellationToken)).ToHttp();
}
