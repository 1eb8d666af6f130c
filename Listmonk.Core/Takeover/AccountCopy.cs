using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Takeover;

/// <summary>
/// Takes over roles and users. They are only ever added: an account or role of the same name here is the admin's own and stays as it is. Passwords
/// work on (the hasher knows bcrypt), as do API tokens and authenticator apps.
/// </summary>
internal sealed class AccountCopy(IDbContextFactory<ListmonkDbContext> databases, ISecretProtector protector, TimeProvider clock)
{
    private const string Roles = "roles";
    private const string Users = "users";

    /// <param name="isDry">Notes what would be, and changes nothing.</param>
    /// <returns>The source's ids of roles with those they have here.</returns>
    public async Task<Dictionary<int, int>> CopyAsync(TakeoverSource source, TakeoverState state, bool isDry, CancellationToken cancellationToken)
    {
        var roles = await source.QueryAsync(
            "SELECT id, type::text, parent_id, list_id, COALESCE(name, ''), COALESCE(to_jsonb(permissions), '[]')::text FROM roles ORDER BY id", cancellationToken);
        var twoFactor = source.Has("users", "twofa_key") ? "twofa_type::text, twofa_key" : "'none', NULL";
        var users = await source.QueryAsync(
            $"""
            SELECT id, username, COALESCE(password_login, false), password, email, COALESCE(name, ''), avatar, type::text, user_role_id, list_role_id, status::text, loggedin_at, {twoFactor}
            FROM users ORDER BY id
            """,
            cancellationToken);
        if (isDry)
        {
            await using var reading = await databases.CreateDbContextAsync(cancellationToken);
            return await AddAsync(reading, roles, users, state, cancellationToken);
        }

        // The first secret of an installation makes a key in a transaction of its own, which on SQLite would wait for ours for ever.
        protector.Protect("");
        return await databases.WriteAsync(db => AddAsync(db, roles, users, state, cancellationToken), cancellationToken);
    }

    private async Task<Dictionary<int, int>> AddAsync(ListmonkDbContext db, List<object?[]> roles, List<object?[]> users, TakeoverState state, CancellationToken cancellationToken)
    {
        var ids = await AddRolesAsync(db, roles, state, cancellationToken);
        await AddUsersAsync(db, users, ids, state, cancellationToken);
        foreach (var (table, highest) in new[] { (Roles, db.Roles.Local.Max(role => (int?)role.Id)), (Users, db.Users.Local.Max(user => (int?)user.Id)) })
        {
            if (highest is { } id && db.Database.CurrentTransaction is not null)
            {
                await db.SaveChangesAsync(cancellationToken);
                await db.Dialect.AdvanceIdentityAsync(db, table, id, cancellationToken);
            }
        }

        return ids;
    }

    private async Task<Dictionary<int, int>> AddRolesAsync(ListmonkDbContext db, List<object?[]> rows, TakeoverState state, CancellationToken cancellationToken)
    {
        var count = state.CountOf(Roles);
        var present = await db.Roles.ToListAsync(cancellationToken);
        var lists = (await db.Lists.Select(list => list.Id).ToListAsync(cancellationToken)).ToHashSet();
        var ids = new Dictionary<int, int> { [Role.SuperAdminId] = Role.SuperAdminId };
        var next = Math.Max(present.Max(role => (int?)role.Id) ?? 0, rows.Count == 0 ? 0 : rows.Max(row => (int)row[0]!)) + 1;
        if (!present.Exists(role => role.Id == Role.SuperAdminId))
        {
            present.Add(Add(db, new Role { Id = Role.SuperAdminId, Name = "Super Admin", Type = RoleType.User, Permissions = [.. Permissions.All] }));
        }

        foreach (var row in rows.Where(row => row[2] is null && (int)row[0]! != Role.SuperAdminId))
        {
            count.Read++;
            var type = (string)row[1]! == "list" ? RoleType.List : RoleType.User;
            if (present.Find(role => role.Type == type && role.Name == (string)row[4]!) is { } same)
            {
                ids.Add((int)row[0]!, same.Id);
                continue;
            }

            var id = present.Exists(role => role.Id == (int)row[0]!) ? next++ : (int)row[0]!;
            var role = Add(db, new Role { Id = id, Name = (string)row[4]!, Type = type, Permissions = Known((string)row[5]!, Permissions.All, state) });
            role.Lists = [.. rows.Where(child => child[2] is int parent && parent == (int)row[0]! && child[3] is int list && lists.Contains(list))
                .Select(child => new RoleList { RoleId = id, ListId = (int)child[3]!, Permissions = Known((string)child[5]!, [Permissions.ListGet, Permissions.ListManage], state) })];
            present.Add(role);
            ids.Add((int)row[0]!, id);
            count.Added++;
        }

        return ids;
    }

    private async Task AddUsersAsync(ListmonkDbContext db, List<object?[]> rows, Dictionary<int, int> roles, TakeoverState state, CancellationToken cancellationToken)
    {
        var count = state.CountOf(Users);
        var present = await db.Users.ToListAsync(cancellationToken);
        var next = Math.Max(present.Max(user => (int?)user.Id) ?? 0, rows.Count == 0 ? 0 : rows.Max(row => (int)row[0]!)) + 1;
        foreach (var row in rows)
        {
            count.Read++;
            var user = Read(row, roles, state);
            if (user is null)
            {
                count.Skipped++;
                continue;
            }

            if (present.Find(other => other.NormalizedUsername == user.NormalizedUsername || (user.Email is not null && other.Email == user.Email)) is { } same)
            {
                if (state.Before is null)
                {
                    state.Note("users: one of that name or address is here already and stays as it is", same.Username);
                }

                continue;
            }

            if (present.Exists(other => other.Id == user.Id))
            {
                user.Id = next++;
            }

            db.Users.Add(user);
            present.Add(user);
            count.Added++;
        }
    }

    private User? Read(object?[] row, Dictionary<int, int> roles, TakeoverState state)
    {
        var name = (string)row[1]!;
        var isApi = (string)row[7]! == "api";
        if (row[8] is not int role || !roles.TryGetValue(role, out var roleId))
        {
            state.Note("users: left out, since their role is not in the source", name);
            return null;
        }

        var user = new User
        {
            Id = (int)row[0]!,
            Username = name,
            NormalizedUsername = name.ToUpperInvariant(),
            Name = (string)row[5]! is { Length: > 0 } shown ? shown : name,
            Email = isApi ? null : (row[4] as string)?.ToLowerInvariant(),
            Type = isApi ? UserType.Api : UserType.User,
            Status = (string)row[10]! == "enabled" ? UserStatus.Enabled : UserStatus.Disabled,
            PasswordLogin = !isApi && (bool)row[2]!,
            Avatar = row[6] as string,
            UserRoleId = roleId,
            ListRoleId = row[9] is int list && roles.TryGetValue(list, out var listRoleId) ? listRoleId : null,
            LastSignInAt = row[11] as DateTimeOffset?,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = clock.GetUtcNow(),
            UpdatedAt = clock.GetUtcNow(),
        };
        user.PasswordHash = isApi ? TokenHash(row[3] as string) : PasswordHash(row[3] as string, user, state);
        if (row[12] as string == "totp" && row[13] is string { Length: > 0 } secret)
        {
            (user.TwoFactorEnabled, user.AuthenticatorKey) = (true, protector.Protect(secret));
        }

        return user;
    }

    private static string? PasswordHash(string? hash, User user, TakeoverState state)
    {
        if (hash is not null && LegacyPasswords.IsKnown(hash))
        {
            return hash;
        }

        if (user.PasswordLogin)
        {
            state.Note("users: their password cannot be read; they choose a new one by 'Forgot password' on the sign-in page, or you set one", user.Username);
        }

        return null;
    }

    /// <summary>Version 4 kept tokens as they are, later ones their SHA-256.</summary>
    private static string? TokenHash(string? token) => token switch
    {
        null or "" => null,
        { Length: 64 } when token.All(char.IsAsciiHexDigit) => token.ToLowerInvariant(),
        _ => Convert.ToHexStringLower(UserDirectory.HashToken(token)),
    };

    private static List<string> Known(string json, IReadOnlyCollection<string> all, TakeoverState state)
    {
        var names = System.Text.Json.JsonSerializer.Deserialize<List<string>>(json) ?? [];
        foreach (var name in names.Where(name => !all.Contains(name, StringComparer.Ordinal)))
        {
            state.Note("roles: a permission that there is not here", name);
        }

        return [.. names.Where(name => all.Contains(name, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)];
    }

    private Role Add(ListmonkDbContext db, Role role)
    {
        (role.CreatedAt, role.UpdatedAt) = (clock.GetUtcNow(), clock.GetUtcNow());
        return db.Roles.Add(role).Entity;
    }
}
