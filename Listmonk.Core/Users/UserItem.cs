namespace Listmonk.Core.Users;

/// <summary>An account as pages and the API show it; no secret is in it.</summary>
public sealed record UserItem
{
    public required int Id { get; init; }

    public required string Username { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public required UserType Type { get; init; }

    public required UserStatus Status { get; init; }

    public required bool PasswordLogin { get; init; }

    /// <summary>False for somebody invited who has not chosen a password yet.</summary>
    public required bool HasPassword { get; init; }

    public string? Avatar { get; init; }

    /// <summary>Whether a sign-in at the OpenID Connect provider has tied the account to an identity there.</summary>
    public required bool IsLinked { get; init; }

    public required bool TwoFactorEnabled { get; init; }

    /// <summary>How many passkeys open the account.</summary>
    public required int PasskeyCount { get; init; }

    public DateTimeOffset? LockoutEnd { get; init; }

    public required RoleItem UserRole { get; init; }

    public RoleItem? ListRole { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }

    public DateTimeOffset? TokenUsedAt { get; init; }

    public DateTimeOffset? TokenExpiresAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
