using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Users;

/// <summary>One account as requests need it: who it is, whether it may act, and with which rights.</summary>
public sealed record Account(
    int Id, string Username, UserType Type, bool IsEnabled, string SecurityStamp, byte[] TokenHash, DateTimeOffset? TokenExpiresAt, Actor Actor);

/// <summary>
/// All accounts in memory, so that neither a request nor a page asks the database who is calling. Reloaded after each change of
/// users or roles, other processes' changes included; there are dozens, not millions.
/// </summary>
public sealed class UserDirectory(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock) : IRevised
{
    private Snapshot _current = new([]);

    string IRevised.Revision => Revision.Accounts;

    /// <summary>False on a fresh installation: then only the set-up page answers. An API user from the environment opens it too.</summary>
    public bool IsSetUp => Volatile.Read(ref _current).IsSetUp;

    /// <summary>Whether a person can sign in as super admin; until then the set-up page stays open.</summary>
    public bool HasSuperAdmin => Volatile.Read(ref _current).HasSuperAdmin;

    public Account? Find(int userId) => Volatile.Read(ref _current).ById.GetValueOrDefault(userId);

    /// <summary>The enabled API user whose token this is, compared in constant time; null for anything else (spec/auth.md 7).</summary>
    public Account? FindByToken(string username, string token)
    {
        var account = Volatile.Read(ref _current).ApiUsers.GetValueOrDefault(username);
        return account is { IsEnabled: true } && CryptographicOperations.FixedTimeEquals(account.TokenHash, HashToken(token))
            && !(account.TokenExpiresAt <= clock.GetUtcNow())
            ? account
            : null;
    }

    /// <summary>SHA-256: tokens are long and random, so a slow hash would only slow down requests.</summary>
    public static byte[] HashToken(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var users = await db.Users.AsNoTracking().Include(user => user.UserRole).Include(user => user.ListRole!.Lists).ToListAsync(cancellationToken);
        Volatile.Write(ref _current, new Snapshot(users));
    }

    private static Account ToAccount(User user) => new(
        user.Id,
        user.Username,
        user.Type,
        user.Status == UserStatus.Enabled,
        user.SecurityStamp,
        user.Type == UserType.Api && user.PasswordHash is { Length: 64 } hash ? Convert.FromHexString(hash) : [],
        user.TokenExpiresAt,
        new Actor
        {
            UserId = user.Id,
            Name = user.Username,
            Picture = user.Avatar,
            IsSuperAdmin = user.UserRoleId == Role.SuperAdminId,
            Permissions = (user.UserRole?.Permissions ?? []).ToFrozenSet(StringComparer.Ordinal),
            ReadableLists = ListsWith(user.ListRole, Permissions.ListGet),
            ManageableLists = ListsWith(user.ListRole, Permissions.ListManage),
        });

    private static FrozenSet<int> ListsWith(Role? role, string permission) =>
        (role?.Lists ?? []).Where(list => list.Permissions.Contains(permission, StringComparer.Ordinal)).Select(list => list.ListId).ToFrozenSet();

    private sealed class Snapshot(List<User> users)
    {
        public FrozenDictionary<int, Account> ById { get; } = users.Select(ToAccount).ToFrozenDictionary(account => account.Id);

        public FrozenDictionary<string, Account> ApiUsers { get; } =
            users.Where(user => user.Type == UserType.Api).Select(ToAccount).ToFrozenDictionary(account => account.Username, StringComparer.Ordinal);

        public bool IsSetUp { get; } = users.Exists(user => user is { Status: UserStatus.Enabled, UserRoleId: Role.SuperAdminId });

        public bool HasSuperAdmin { get; } =
            users.Exists(user => user is { Type: UserType.User, Status: UserStatus.Enabled, UserRoleId: Role.SuperAdminId });
    }
}
