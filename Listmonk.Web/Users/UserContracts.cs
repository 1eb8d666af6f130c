using System.Text.Json.Serialization;
using Listmonk.Core.Auth;
using Listmonk.Core.Users;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Users;

/// <summary>An account in the API (spec/api.md 2.7).</summary>
[Example("""
    {
        "id": 2, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "username": "shop", "password": null, "password_login": true, "email": null,
        "name": "Shop", "type": "api", "status": "enabled", "avatar": null, "twofa_type": "none", "loggedin_at": null,
        "user_role": {"id": 1, "name": "Super Admin", "permissions": ["subscribers:manage"]}, "list_role": null
    }
    """)]
internal sealed record UserResponse(
    int Id,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string Username,
    string? Password,
    bool PasswordLogin,
    string? Email,
    string Name,
    UserType Type,
    UserStatus Status,
    string? Avatar,
    string TwofaType,
    DateTimeOffset? LoggedinAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ListRoleId,
    UserRoleReference UserRole,
    ListRoleReference? ListRole)
{
    /// <summary>Ours: when a token ends and was last used; absent for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? TokenExpiresAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? TokenUsedAt { get; init; }

    public static UserResponse From(UserItem user) => From(user, null);

    /// <summary>With the token of a new API user in <c>password</c>.</summary>
    public static UserResponse From(CreatedUser created) => From(created.User, created.Token);

    private static UserResponse From(UserItem user, string? token) => new(
        user.Id, user.CreatedAt, user.UpdatedAt, user.Username, token, user.PasswordLogin || user.Type == UserType.Api, user.Email, user.Name, user.Type, user.Status,
        user.Avatar, user.TwoFactorEnabled ? "totp" : "none", user.LastSignInAt, user.ListRole?.Id,
        new UserRoleReference(user.UserRole.Id, user.UserRole.Name, user.UserRole.Permissions),
        user.ListRole is { } role ? new ListRoleReference(role.Id, role.Name, role.Lists) : null)
    {
        TokenExpiresAt = user.TokenExpiresAt,
        TokenUsedAt = user.TokenUsedAt,
    };
}

internal sealed record UserRoleReference(int Id, string Name, IReadOnlyList<string> Permissions);

internal sealed record ListRoleReference(int Id, string Name, IReadOnlyList<RoleListItem> Lists);

/// <summary>The body of create and update (spec/api.md 15); an update replaces the account, except for what cannot be empty.</summary>
[Example("""{"username": "shop", "name": "Shop", "type": "api", "status": "enabled", "user_role_id": 1}""")]
internal sealed record UserRequest
{
    public string? Username { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    /// <summary>user or api.</summary>
    public string? Type { get; init; }

    /// <summary>enabled or disabled.</summary>
    public string? Status { get; init; }

    public bool? PasswordLogin { get; init; }

    public string? Password { get; init; }

    public int? UserRoleId { get; init; }

    public int? ListRoleId { get; init; }

    public DateTimeOffset? TokenExpiresAt { get; init; }

    public UserDraft ToDraft() => new()
    {
        Username = Username ?? "",
        Name = Name ?? "",
        Email = Email,
        Type = EnumField.Parse<UserType>(Type, "type") ?? UserType.User,
        Status = EnumField.Parse<UserStatus>(Status, "status"),
        PasswordLogin = PasswordLogin ?? false,
        Password = Password ?? "",
        UserRoleId = UserRoleId,
        ListRoleId = ListRoleId,
        TokenExpiresAt = TokenExpiresAt,
    };
}

/// <summary>The body of a change of the own account.</summary>
[Example("""{"name": "Ada Lovelace", "email": "ada@example.com"}""")]
internal sealed record ProfileRequest
{
    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Password { get; init; }

    public string? CurrentPassword { get; init; }

    public ProfileDraft ToDraft() => new() { Name = Name, Email = Email, Password = Password ?? "", CurrentPassword = CurrentPassword };
}

/// <summary>A new token, which is never shown again.</summary>
[Example("""{"token": "Zk3v9cXb0nQwT1yLr5uPd8sAa2eHf6gJ"}""")]
internal sealed record TokenResponse(string Token);

/// <summary>Codes that stand in for a lost authenticator app, each once.</summary>
[Example("""{"recovery_codes": ["a1b2-c3d4-e5f6"]}""")]
internal sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes);

/// <summary>What an authenticator app needs: the secret, and the same as a QR code (PNG in base 64).</summary>
[Example("""{"secret": "JBSWY3DPEHPK3PXP", "qr": "iVBORw0KGgo="}""")]
internal sealed record TwoFactorResponse(string Secret, string Qr);

/// <summary>A code that proves the app; the secret is the one that was offered, whatever is sent.</summary>
internal sealed record TwoFactorRequest
{
    public string? Code { get; init; }

    public string? Password { get; init; }
}
