using Listmonk.Core.Users;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Users;

/// <summary>A user role in the API (spec/api.md 2.8).</summary>
[Example("""
    {
        "id": 2, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "type": "user", "name": "Editors", "permissions": ["campaigns:get_all", "campaigns:manage_all"], "lists": null
    }
    """)]
internal sealed record UserRoleResponse(
    int Id, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, RoleType Type, string Name, IReadOnlyList<string> Permissions, IReadOnlyList<RoleListItem>? Lists)
{
    public static UserRoleResponse From(RoleItem role) => new(role.Id, role.CreatedAt, role.UpdatedAt, role.Type, role.Name, role.Permissions, null);
}

/// <summary>A list role in the API.</summary>
[Example("""
    {
        "id": 3, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "name": "Editors of the weekly",
        "lists": [{"id": 1, "name": "Weekly news", "permissions": ["list:get", "list:manage"]}]
    }
    """)]
internal sealed record ListRoleResponse(int Id, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string Name, IReadOnlyList<RoleListItem> Lists)
{
    public static ListRoleResponse From(RoleItem role) => new(role.Id, role.CreatedAt, role.UpdatedAt, role.Name, role.Lists);
}

/// <summary>The body of create and update, of both kinds.</summary>
[Example("""{"name": "Editors", "permissions": ["campaigns:get_all", "campaigns:manage_all"]}""")]
internal sealed record RoleRequest
{
    public string? Name { get; init; }

    /// <summary>For a user role.</summary>
    public List<string>? Permissions { get; init; }

    /// <summary>For a list role.</summary>
    public List<RoleListRequest>? Lists { get; init; }

    public RoleDraft ToDraft() => new()
    {
        Name = Name ?? "",
        Permissions = Permissions ?? [],
        Lists = [.. (Lists ?? []).Select(list => new RoleListDraft(list.Id, list.Permissions ?? []))],
    };
}

internal sealed record RoleListRequest(int Id, List<string>? Permissions);
