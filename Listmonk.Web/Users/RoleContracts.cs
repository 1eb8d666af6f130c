using Listmonk.Core.Users;

namespace Listmonk.Web.Users;

/// <summary>A user role in the API (spec/api.md 2.8).</summary>
internal sealed record UserRoleResponse(
    int Id, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, RoleType Type, string Name, IReadOnlyList<string> Permissions, IReadOnlyList<RoleListItem>? Lists)
{
    public static UserRoleResponse From(RoleItem role) => new(role.Id, role.CreatedAt, role.UpdatedAt, role.Type, role.Name, role.Permissions, null);
}

/// <summary>A list role in the API.</summary>
internal sealed record ListRoleResponse(int Id, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string Name, IReadOnlyList<RoleListItem> Lists)
{
    public static ListRoleResponse From(RoleItem role) => new(role.Id, role.CreatedAt, role.UpdatedAt, role.Name, role.Lists);
}

/// <summary>The body of create and update, of both kinds.</summary>
internal sealed record RoleRequest
{
    public string? Name { get; init; }

    public List<string>? Permissions { get; init; }

    public List<RoleListRequest>? Lists { get; init; }

    public RoleDraft ToDraft() => new()
    {
        Name = Name ?? "",
        Permissions = Permissions ?? [],
        Lists = [.. (Lists ?? []).Select(list => new RoleListDraft(list.Id, list.Permissions ?? []))],
    };
}

internal sealed record RoleListRequest(int Id, List<string>? Permissions);
