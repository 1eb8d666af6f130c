using System.Security.Cryptography;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Users;

/// <summary>
/// Creates, changes and deletes accounts. Two rules stand above all: one enabled super admin remains, and nobody makes or changes an
/// account that may do more than he may himself (spec/auth.md 1 and 8).
/// </summary>
public sealed class UserService(
    IDbContextFactory<ListmonkDbContext> databases, UserQueries queries, UserDirectory directory, IPasswordHasher<User> hasher, TimeProvider clock)
{
    private const int TokenLength = 48;
    private const string TokenLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public async Task<Outcome<CreatedUser>> CreateAsync(UserDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.UsersManage))
        {
            return Outcome<CreatedUser>.Forbidden($"permission denied: {Permissions.UsersManage}");
        }

        var errors = Check(draft, draft.Type);
        if (draft is { Type: UserType.User, PasswordLogin: true, Password: "", IsInvited: false })
        {
            errors.Add(UserRules.CheckPassword("")!);
        }

        if (draft.UserRoleId is null)
        {
            errors.Add(new FieldError("user_role_id", "Choose a user role."));
        }

        if (errors.Count > 0)
        {
            return Outcome<CreatedUser>.Invalid(errors);
        }

        var user = new User
        {
            Username = "",
            NormalizedUsername = "",
            Type = draft.Type,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            UserRoleId = draft.UserRoleId!.Value,
            CreatedAt = clock.GetUtcNow(),
        };
        var token = draft.Type == UserType.Api ? NewToken(user) : null;
        var outcome = await databases.WriteAsync(
            db =>
            {
                db.Users.Add(user);
                return FillAsync(db, user, draft, actor, cancellationToken);
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            return Outcome<CreatedUser>.From(outcome);
        }

        await directory.ReloadAsync(cancellationToken);
        return new CreatedUser((await queries.FindAsync(user.Id, Actor.System, cancellationToken)).Value, token);
    }

    /// <summary>A new password or a lost right ends the account's sessions.</summary>
    public async Task<Outcome<UserItem>> UpdateAsync(int id, UserDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await ChangeAsync(
            id,
            actor,
            async (db, user) =>
            {
                if (Check(draft, user.Type) is { Count: > 0 } errors)
                {
                    return Outcome.Invalid(errors);
                }

                if (draft.Password.Length > 0 || draft.Status == UserStatus.Disabled)
                {
                    user.SecurityStamp = Guid.NewGuid().ToString("N");
                }

                return await FillAsync(db, user, draft, actor, cancellationToken);
            },
            cancellationToken);
        return outcome.IsOk ? await queries.FindAsync(id, Actor.System, cancellationToken) : Outcome<UserItem>.From(outcome);
    }

    public async Task<Outcome> DeleteAsync(IReadOnlyCollection<int> ids, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.UsersManage))
        {
            return Outcome.Forbidden($"permission denied: {Permissions.UsersManage}");
        }

        var outcome = await databases.WriteAsync(
            async db =>
            {
                var users = await db.Users.Include(user => user.UserRole).Where(user => ids.Contains(user.Id)).ToListAsync(cancellationToken);
                if (users.Count == 0)
                {
                    return Outcome.Invalid("", UserRules.LastSuperAdmin);
                }

                if (users.Exists(user => Exceeds(user.UserRole!, actor)))
                {
                    return Outcome.Forbidden("You cannot delete an account that may do more than you may.");
                }

                db.Users.RemoveRange(users);
                await db.SaveChangesAsync(cancellationToken);
                return await KeepSuperAdminAsync(db, cancellationToken);
            },
            cancellationToken);
        await directory.ReloadAsync(cancellationToken);
        return outcome;
    }

    /// <summary>Gives an API user a new token; the old one stops to work at once.</summary>
    public async Task<Outcome<string>> RotateTokenAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        var token = "";
        var outcome = await ChangeAsync(
            id,
            actor,
            (_, user) =>
            {
                if (user.Type != UserType.Api)
                {
                    return Task.FromResult(Outcome.Invalid("", "Only API users have a token."));
                }

                token = NewToken(user);
                return Task.FromResult(Outcome.Ok);
            },
            cancellationToken);
        return outcome.IsOk ? token : Outcome<string>.From(outcome);
    }

    /// <summary>For somebody who lost the device and the recovery codes.</summary>
    public Task<Outcome> RemoveTwoFactorAsync(int id, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        actor,
        (_, user) =>
        {
            (user.TwoFactorEnabled, user.AuthenticatorKey, user.RecoveryCodes) = (false, null, null);
            return Task.FromResult(Outcome.Ok);
        },
        cancellationToken);

    /// <summary>For somebody who lost a device that signs in by itself. Sessions end too: whoever has the device may be signed in.</summary>
    public Task<Outcome> RemovePasskeysAsync(int id, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        actor,
        async (db, user) =>
        {
            db.Passkeys.RemoveRange(await db.Passkeys.Where(passkey => passkey.UserId == id).ToListAsync(cancellationToken));
            user.SecurityStamp = Guid.NewGuid().ToString("N");
            return Outcome.Ok;
        },
        cancellationToken);

    /// <summary>Forgets which identity of the OpenID Connect provider the account belongs to; the next sign-in there finds it by its address.</summary>
    public Task<Outcome> UnlinkAsync(int id, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        actor,
        (_, user) =>
        {
            user.ExternalId = null;
            user.SecurityStamp = Guid.NewGuid().ToString("N");
            return Task.FromResult(Outcome.Ok);
        },
        cancellationToken);

    /// <summary>Ends every session of the account and lifts a lock that failed attempts have set.</summary>
    public Task<Outcome> SignOutEverywhereAsync(int id, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        id,
        actor,
        (_, user) =>
        {
            user.SecurityStamp = Guid.NewGuid().ToString("N");
            (user.AccessFailedCount, user.LockoutEnd) = (0, null);
            return Task.FromResult(Outcome.Ok);
        },
        cancellationToken);

    private static bool Exceeds(Role role, Actor actor) =>
        !actor.IsSuperAdmin && (role.Id == Role.SuperAdminId || role.Permissions.Exists(name => !actor.Can(name)));

    private static string NewToken(User user)
    {
        var token = RandomNumberGenerator.GetString(TokenLetters, TokenLength);
        user.PasswordHash = Convert.ToHexStringLower(UserDirectory.HashToken(token));
        user.SecurityStamp = Guid.NewGuid().ToString("N");
        user.TokenUsedAt = null;
        return token;
    }

    private static List<FieldError> Check(UserDraft draft, UserType type)
    {
        FieldError?[] checks =
        [
            UserRules.CheckUsername(draft.Username.Trim()),
            type == UserType.User ? UserRules.CheckEmail(draft.Email) : null,
            type == UserType.User && draft.Password.Length > 0 ? UserRules.CheckPassword(draft.Password) : null,
            draft.Name.Length > UserRules.MaxNameLength ? new FieldError("name", "A name has at most 200 characters.") : null,
        ];
        return [.. checks.OfType<FieldError>()];
    }

    private static async Task<Outcome> KeepSuperAdminAsync(ListmonkDbContext db, CancellationToken cancellationToken) =>
        await db.Users.AnyAsync(user => user.Type == UserType.User && user.Status == UserStatus.Enabled && user.UserRoleId == Role.SuperAdminId, cancellationToken)
            ? Outcome.Ok
            : Outcome.Invalid("", UserRules.LastSuperAdmin);

    private async Task<Outcome> ChangeAsync(
        int id, Actor actor, Func<ListmonkDbContext, User, Task<Outcome>> change, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.UsersManage))
        {
            return Outcome.Forbidden($"permission denied: {Permissions.UsersManage}");
        }

        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Users.Include(row => row.UserRole).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } user)
                {
                    return Outcome.NotFound("User not found");
                }

                if (Exceeds(user.UserRole!, actor))
                {
                    return Outcome.Forbidden("You cannot change an account that may do more than you may.");
                }

                user.UpdatedAt = clock.GetUtcNow();
                return await change(db, user);
            },
            cancellationToken);
        if (outcome.IsOk)
        {
            await directory.ReloadAsync(cancellationToken);
        }

        return outcome;
    }

    private async Task<Outcome> FillAsync(ListmonkDbContext db, User user, UserDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        var username = draft.Username.Trim();
        var normalized = username.ToUpperInvariant();
        var email = user.Type == UserType.User && EmailAddress.TryNormalize(draft.Email, out var address) ? address : null;
        if (await db.Users.AnyAsync(other => other.Id != user.Id && other.NormalizedUsername == normalized, cancellationToken))
        {
            return Outcome.Conflict($"The user name '{username}' is taken.");
        }

        if (email is not null && await db.Users.AnyAsync(other => other.Id != user.Id && other.Email == email, cancellationToken))
        {
            return Outcome.Conflict("Another user has this e-mail address.");
        }

        var roleId = draft.UserRoleId ?? user.UserRoleId;
        if (await db.Roles.SingleOrDefaultAsync(role => role.Id == roleId && role.Type == RoleType.User, cancellationToken) is not { } userRole)
        {
            return Outcome.Invalid("user_role_id", "There is no such user role.");
        }

        if (Exceeds(userRole, actor))
        {
            return Outcome.Forbidden("You cannot give a role that allows more than you may do yourself.");
        }

        if (draft.ListRoleId is { } listRoleId && await CheckListRoleAsync(db, user, listRoleId, actor, cancellationToken) is { IsOk: false } refused)
        {
            return refused;
        }

        var wasSuperAdmin = user is { Id: > 0, UserRoleId: Role.SuperAdminId, Type: UserType.User };
        user.Username = username;
        user.NormalizedUsername = normalized;
        user.Name = draft.Name.Trim() is { Length: > 0 } name ? name : username;
        user.Email = email;
        user.Status = draft.Status ?? user.Status;
        user.PasswordLogin = user.Type == UserType.User && draft.PasswordLogin;
        user.UserRoleId = roleId;
        user.ListRoleId = draft.ListRoleId;
        user.UpdatedAt = clock.GetUtcNow();
        if (user.Type == UserType.Api)
        {
            user.TokenExpiresAt = draft.TokenExpiresAt;
        }
        else if (draft.Password.Length > 0)
        {
            user.PasswordHash = hasher.HashPassword(user, draft.Password);
            (user.AccessFailedCount, user.LockoutEnd) = (0, null);
        }

        await db.SaveChangesAsync(cancellationToken);
        return wasSuperAdmin ? await KeepSuperAdminAsync(db, cancellationToken) : Outcome.Ok;
    }

    private static async Task<Outcome> CheckListRoleAsync(ListmonkDbContext db, User user, int listRoleId, Actor actor, CancellationToken cancellationToken)
    {
        var role = await db.Roles.Include(row => row.Lists).SingleOrDefaultAsync(row => row.Id == listRoleId && row.Type == RoleType.List, cancellationToken);
        if (role is null)
        {
            return Outcome.Invalid("list_role_id", "There is no such list role.");
        }

        var isBeyond = role.Lists.Exists(list =>
            !(list.Permissions.Contains(Permissions.ListManage, StringComparer.Ordinal) ? actor.CanManageList(list.ListId) : actor.CanReadList(list.ListId)));
        return isBeyond && user.ListRoleId != listRoleId
            ? Outcome.Forbidden("You cannot give a list role that allows more than you may do yourself.")
            : Outcome.Ok;
    }
}
