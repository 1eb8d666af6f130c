namespace Listmonk.Core.Users;

/// <summary>A role as somebody wants it: permissions for a user role, lists for a list role.</summary>
public sealed record RoleDraft
{
    public required string Name { get; init; }

    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>Entries without permissions are left out when saved.</summary>
    public IReadOnlyList<RoleListDraft> Lists { get; init; } = [];
}

/// <summary>What a list role is to allow on one list.</summary>
public sealed record RoleListDraft(int ListId, IReadOnlyList<string> Permissions);
