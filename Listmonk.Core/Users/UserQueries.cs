using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Users;

/// <summary>Reads accounts with their roles. There are dozens of them, so they come whole.</summary>
public sealed class UserQueries(IDbContextFactory<ListmonkDbContext> databases, RoleQueries roles)
{
    /// <summary>Oldest first.</summary>
    public async Task<Outcome<IReadOnlyList<UserItem>>> AllAsync(Actor actor, CancellationToken cancellationToken) => actor.Can(Permissions.UsersGet)
        ? Outcome.Of<IReadOnlyList<UserItem>>(await ReadAsync(null, cancellationToken))
        : Outcome<IReadOnlyList<UserItem>>.Forbidden($"permission denied: {Permissions.UsersGet}");

    /// <summary>Everybody may read the own account.</summary>
    public async Task<Outcome<UserItem>> FindAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.UserId != id && !actor.Can(Permissions.UsersGet))
        {
            return Outcome<UserItem>.Forbidden($"permission denied: {Permissions.UsersGet}");
        }

        return await ReadAsync(id, cancellationToken) is [var user] ? user : Outcome<UserItem>.NotFound("User not found");
    }

    private async Task<List<UserItem>> ReadAsync(int? id, CancellationToken cancellationToken)
    {
        var rolesById = (await roles.ReadAsync(null, cancellationToken)).ToDictionary(role => role.Id);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var users = await db.Users.AsNoTracking().Where(user => id == null || user.Id == id).OrderBy(user => user.Id).ToListAsync(cancellationToken);
        var passkeys = await db.Passkeys.Where(passkey => id == null || passkey.UserId == id).GroupBy(passkey => passkey.UserId)
            .Select(group => new { UserId = group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.UserId, row => row.Count, cancellationToken);
        return [.. users.Select(user => Item(user, rolesById, passkeys.GetValueOrDefault(user.Id)))];
    }

    private static UserItem Item(User user, Dictionary<int, RoleItem> roles, int passkeyCount) => new()
    {
        Id = user.Id,
        Username = user.Username,
        Name = user.Name,
        Email = user.Email,
        Type = user.Type,
        Status = user.Status,
        PasswordLogin = user.PasswordLogin,
        HasPassword = user.PasswordHash is not null,
        Avatar = user.Avatar,
        IsLinked = user.ExternalId is not null,
        TwoFactorEnabled = user.TwoFactorEnabled,
        PasskeyCount = passkeyCount,
        LockoutEnd = user.LockoutEnd,
        UserRole = roles[user.UserRoleId],
        ListRole = user.ListRoleId is { } listRole ? roles.GetValueOrDefault(listRole) : null,
        LastSignInAt = user.LastSignInAt,
        TokenUsedAt = user.TokenUsedAt,
        TokenExpiresAt = user.TokenExpiresAt,
        CreatedAt = user.CreatedAt,
        UpdatedAt = user.UpdatedAt,
    };
}
