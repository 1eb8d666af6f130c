namespace Listmonk.Core.Auth;

/// <summary>What people change of their own account.</summary>
public sealed record ProfileDraft
{
    /// <summary>Null keeps it; empty takes the user name.</summary>
    public string? Name { get; init; }

    /// <summary>Null keeps it. API users have none.</summary>
    public string? Email { get; init; }

    /// <summary>Empty keeps the present one.</summary>
    public string Password { get; init; } = "";

    /// <summary>The present password, as proof. Null where it is not asked: listmonk's API does not.</summary>
    public string? CurrentPassword { get; init; }
}
