namespace Listmonk.Core.Users;

/// <summary>A role as pages and the API show it.</summary>
public sealed record RoleItem
{
    public required int Id { get; init; }

    public required RoleType Type { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>Empty for user roles.</summary>
    public IReadOnlyList<RoleListItem> Lists { get; init; } = [];

    public int UserCount { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What a list role allows on one list, with the list's name.</summary>
public sealed record RoleListItem(int Id, string Name, IReadOnlyList<string> Permissions);
