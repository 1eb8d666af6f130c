namespace Listmonk.Core.Users;

public enum RoleType
{
    /// <summary>Carries permissions on the whole installation.</summary>
    User,

    /// <summary>Carries permissions on named lists.</summary>
    List,
}

/// <summary>A named set of permissions (spec/auth.md 8 and 9).</summary>
public sealed class Role
{
    /// <summary>The role that passes every check and can be neither changed nor deleted.</summary>
    public const int SuperAdminId = 1;

    public int Id { get; set; }

    public RoleType Type { get; set; }

    public required string Name { get; set; }

    public List<string> Permissions { get; set; } = [];

    public List<RoleList> Lists { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>What a list role allows on one list.</summary>
public sealed class RoleList
{
    public int RoleId { get; set; }

    public int ListId { get; set; }

    public List<string> Permissions { get; set; } = [];
}
