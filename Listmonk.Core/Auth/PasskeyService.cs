using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>
/// Keeps the own passkeys, and lets in whoever has used one (decision 0043). A passkey stands in for password and code together, so it
/// opens only what a password may open.
/// </summary>
public sealed class PasskeyService(
    IDbContextFactory<ListmonkDbContext> databases,
    UserDirectory directory,
    SessionDirectory sessions,
    SettingsStore settings,
    IPasswordHasher<User> hasher,
    TimeProvider clock)
{
    private const int MaxPasskeys = 20;
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(10);
    private static readonly Outcome Gone = Outcome.NotFound("The passkey is gone. Load the page again.");

    /// <summary>Whether the session has begun so lately that it needs no password besides.</summary>
    public bool IsFresh(Guid? session) => session is { } id && sessions.Find(id) is { } row && row.CreatedAt + FreshFor > clock.GetUtcNow();

    /// <summary>Whether the actor may have one more, asked before the device is.</summary>
    public async Task<Outcome> MayAddAsync(PasskeyProof proof, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == actor.UserId, cancellationToken) is not { } user)
        {
            return Outcome.NotFound("User not found");
        }

        if (!TakesPasskey(user))
        {
            return Outcome.Invalid("", "Passkeys are for people who sign in with a password.");
        }

        if (await db.Passkeys.CountAsync(row => row.UserId == user.Id, cancellationToken) >= MaxPasskeys)
        {
            return Outcome.Invalid("", $"An account has at most {MaxPasskeys} passkeys. Remove one that is not used any more.");
        }

        return Check(user, proof);
    }

    /// <param name="passkey">What a ceremony has verified.</param>
    public async Task<Outcome> AddAsync(UserPasskeyInfo passkey, string name, PasskeyProof proof, Actor actor, CancellationToken cancellationToken)
    {
        var allowed = await MayAddAsync(proof, actor, cancellationToken);
        if (!allowed.IsOk)
        {
            return allowed;
        }

        passkey.Name = CleanName(name);
        return await databases.WriteAsync(
            async db =>
            {
                if (await db.Passkeys.AnyAsync(row => row.CredentialId == passkey.CredentialId, cancellationToken))
                {
                    return Outcome.Conflict("This passkey is in use already.");
                }

                var row = passkey.ToPasskey(actor.UserId!.Value);
                row.CreatedAt = clock.GetUtcNow();
                db.Passkeys.Add(row);
                return Outcome.Ok;
            },
            cancellationToken);
    }

    public Task<Outcome> RenameAsync(int id, string name, Actor actor, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            if (await db.Passkeys.SingleOrDefaultAsync(row => row.Id == id && row.UserId == actor.UserId, cancellationToken) is not { } row)
            {
                return Gone;
            }

            row.Name = CleanName(name);
            return Outcome.Ok;
        },
        cancellationToken);

    public async Task<Outcome> RemoveAsync(int id, PasskeyProof proof, Actor actor, CancellationToken cancellationToken)
    {
        await using (var reading = await databases.CreateDbContextAsync(cancellationToken))
        {
            // Hashing is slow on purpose, so it happens before the write gate.
            if (await reading.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == actor.UserId, cancellationToken) is { } owner && Check(owner, proof) is { IsOk: false } refused)
            {
                return refused;
            }
        }

        return await databases.WriteAsync(
            async db =>
            {
                if (await db.Passkeys.SingleOrDefaultAsync(row => row.Id == id && row.UserId == actor.UserId, cancellationToken) is not { } row)
                {
                    return Gone;
                }

                db.Passkeys.Remove(row);
                return Outcome.Ok;
            },
            cancellationToken);
    }

    /// <summary>The account that a verified passkey opens.</summary>
    /// <param name="used">The passkey with its new count, as the ceremony has verified it.</param>
    /// <param name="askedAt">When its challenge was made: one made before the last use may be spent, so it opens nothing.</param>
    public async Task<Outcome<Account>> UseAsync(UserPasskeyInfo used, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                var row = await db.Passkeys.SingleOrDefaultAsync(passkey => passkey.CredentialId == used.CredentialId, cancellationToken);
                if (row is null || await db.Users.SingleOrDefaultAsync(user => user.Id == row.UserId, cancellationToken) is not { } user)
                {
                    return Outcome<User>.Invalid("", "This passkey was removed here. Sign in in another way, and delete it on your device.");
                }

                if (row.LastUsedAt >= askedAt)
                {
                    return Outcome<User>.Invalid("", "The page was too old. Try again.");
                }

                if (user is not { Type: UserType.User, Status: UserStatus.Enabled } || !TakesPasskey(user))
                {
                    return Outcome<User>.Forbidden("This passkey may not be used any more. Ask an administrator.");
                }

                (row.LastUsedAt, row.SignCount, row.IsBackedUp) = (clock.GetUtcNow(), used.SignCount, used.IsBackedUp);
                return user;
            },
            cancellationToken);
        if (outcome.Kind == OutcomeKind.Forbidden)
        {
            await NoteRefusalAsync(used.CredentialId, cancellationToken);
        }

        return outcome.IsOk && directory.Find(outcome.Value.Id) is { } account ? account : Outcome<Account>.From(outcome.IsOk ? Gone : outcome);
    }

    /// <summary>Puts a refused use of a known passkey on record; a wrong signature or count may mean that somebody has copied it.</summary>
    public Task NoteRefusalAsync(byte[] credentialId, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            if (await db.Users.SingleOrDefaultAsync(row => db.Passkeys.Any(passkey => passkey.UserId == row.Id && passkey.CredentialId == credentialId), cancellationToken) is { } user)
            {
                db.Record(new Actor { UserId = user.Id, Name = user.Username }, "session.refused", "session", null, clock.GetUtcNow());
            }
        },
        cancellationToken);

    private static string CleanName(string name) => name.Trim() is { Length: > 0 } text ? ShortText.Cut(text, UserRules.MaxNameLength) : "Passkey";

    private bool TakesPasskey(User user) => user.PasswordLogin && settings.Current.Security.TakesPassword(user.UserRoleId == Role.SuperAdminId);

    private Outcome Check(User user, PasskeyProof proof)
    {
        if (IsFresh(proof.Session))
        {
            return Outcome.Ok;
        }

        return user.PasswordHash is null ? Outcome.Invalid("", "Sign out, sign in again, and do this within ten minutes.")
            : hasher.VerifyHashedPassword(user, user.PasswordHash, proof.Password) == PasswordVerificationResult.Failed ? Outcome.Invalid("current_password", "This is not your password.")
            : Outcome.Ok;
    }
}
