using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>Changes the own account.</summary>
public sealed class ProfileService(
    IDbContextFactory<ListmonkDbContext> databases,
    UserQueries queries,
    UserDirectory directory,
    SessionDirectory sessions,
    IPasswordHasher<User> hasher,
    TimeProvider clock)
{
    /// <summary>A new password ends every other session of the account; <paramref name="session"/> is the one that stays.</summary>
    public async Task<Outcome<UserItem>> UpdateAsync(ProfileDraft draft, Guid? session, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.UserId is not { } id)
        {
            return Outcome<UserItem>.Forbidden("invalid session");
        }

        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Users.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } user)
                {
                    return Outcome.NotFound("User not found");
                }

                if (draft.Name is not null)
                {
                    if (draft.Name.Length > UserRules.MaxNameLength)
                    {
                        return Outcome.Invalid("name", "A name has at most 200 characters.");
                    }

                    user.Name = draft.Name.Trim() is { Length: > 0 } name ? name : user.Username;
                }

                user.UpdatedAt = clock.GetUtcNow();
                return user.Type == UserType.Api ? Outcome.Ok : await ChangePersonAsync(db, user, draft, session, cancellationToken);
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            return Outcome<UserItem>.From(outcome);
        }

        await directory.ReloadAsync(cancellationToken);
        await sessions.ReloadAsync(cancellationToken);
        return await queries.FindAsync(id, actor, cancellationToken);
    }

    private async Task<Outcome> ChangePersonAsync(ListmonkDbContext db, User user, ProfileDraft draft, Guid? session, CancellationToken cancellationToken)
    {
        if (draft.Email is not null)
        {
            if (!EmailAddress.TryNormalize(draft.Email, out var email))
            {
                return Outcome.Invalid([UserRules.CheckEmail(draft.Email)!]);
            }

            if (await db.Users.AnyAsync(other => other.Id != user.Id && other.Email == email, cancellationToken))
            {
                return Outcome.Conflict("Another user has this e-mail address.");
            }

            user.Email = email;
        }

        if (draft.Password.Length == 0)
        {
            return Outcome.Ok;
        }

        if (!user.PasswordLogin)
        {
            return Outcome.Invalid("password", "This account does not sign in with a password.");
        }

        if (draft.CurrentPassword is not null
            && (user.PasswordHash is null || hasher.VerifyHashedPassword(user, user.PasswordHash, draft.CurrentPassword) == PasswordVerificationResult.Failed))
        {
            return Outcome.Invalid("current_password", "This is not your present password.");
        }

        if (UserRules.CheckPassword(draft.Password) is { } error)
        {
            return Outcome.Invalid([error]);
        }

        user.PasswordHash = hasher.HashPassword(user, draft.Password);
        db.Sessions.RemoveRange(await db.Sessions.Where(row => row.UserId == user.Id && row.Id != session).ToListAsync(cancellationToken));
        return Outcome.Ok;
    }
}
