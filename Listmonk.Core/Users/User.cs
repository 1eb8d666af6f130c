namespace Listmonk.Core.Users;

public enum UserType
{
    User,
    Api,
}

public enum UserStatus
{
    Enabled,
    Disabled,
}

/// <summary>A person who signs in, or an API user with a token (spec/auth.md 1).</summary>
public sealed class User
{
    public int Id { get; set; }

    public required string Username { get; set; }

    /// <summary>Upper case, for look-ups without regard to case.</summary>
    public required string NormalizedUsername { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Null for API users.</summary>
    public string? Email { get; set; }

    public UserType Type { get; set; }

    public UserStatus Status { get; set; }

    public bool PasswordLogin { get; set; }

    /// <summary>For people: the password's salted hash. For API users: SHA-256 of the token in hex.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes whenever sessions must end.</summary>
    public string SecurityStamp { get; set; } = "";

    public int AccessFailedCount { get; set; }

    public DateTimeOffset? LockoutEnd { get; set; }

    public bool TwoFactorEnabled { get; set; }

    /// <summary>The secret of the authenticator app, encrypted.</summary>
    public string? AuthenticatorKey { get; set; }

    /// <summary>The time step of the last accepted code: none is accepted twice (RFC 6238, 5.2).</summary>
    public long LastAuthenticatorStep { get; set; }

    /// <summary>SHA-256 of each recovery code that is left, in hex, separated by blanks.</summary>
    public string? RecoveryCodes { get; set; }

    /// <summary>What the OpenID provider calls this person: issuer and subject. Null until the first such sign-in.</summary>
    public string? ExternalId { get; set; }

    /// <summary>When an API user's token stops to work; null for never.</summary>
    public DateTimeOffset? TokenExpiresAt { get; set; }

    /// <summary>Last use of an API user's token, to within some minutes.</summary>
    public DateTimeOffset? TokenUsedAt { get; set; }

    public string? Avatar { get; set; }

    public int UserRoleId { get; set; }

    public Role? UserRole { get; set; }

    public int? ListRoleId { get; set; }

    public Role? ListRole { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
