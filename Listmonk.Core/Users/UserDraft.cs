namespace Listmonk.Core.Users;

/// <summary>An account as somebody wants it.</summary>
public sealed record UserDraft
{
    public required string Username { get; init; }

    /// <summary>Empty takes the user name.</summary>
    public string Name { get; init; } = "";

    public string? Email { get; init; }

    /// <summary>Fixed once the account exists.</summary>
    public UserType Type { get; init; }

    /// <summary>Null keeps it; a new account is enabled.</summary>
    public UserStatus? Status { get; init; }

    public bool PasswordLogin { get; init; }

    /// <summary>Empty keeps the present one.</summary>
    public string Password { get; init; } = "";

    /// <summary>The person will choose a password by a mailed link, so none is needed now.</summary>
    public bool IsInvited { get; init; }

    /// <summary>Null keeps it; a new account must have one.</summary>
    public int? UserRoleId { get; init; }

    public int? ListRoleId { get; init; }

    /// <summary>For API users; null for a token without end.</summary>
    public DateTimeOffset? TokenExpiresAt { get; init; }
}

/// <summary>A new account and, for API users, the token: this is the only time that it can be seen.</summary>
public sealed record CreatedUser(UserItem User, string? Token);
