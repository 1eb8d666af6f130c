using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>
/// Checks a person's name and password, then the second factor (spec/auth.md 3.1 and 4). Every refusal reads the same, whatever its
/// cause; ten in a row lock the account for five minutes, whichever factor failed.
/// </summary>
public sealed class SignInService(
    IDbContextFactory<ListmonkDbContext> databases,
    UserDirectory directory,
    TwoFactorService twoFactor,
    SettingsStore settings,
    IPasswordHasher<User> hasher,
    TimeProvider clock)
{
    private const int MaxFailures = 10;
    private static readonly TimeSpan Lockout = TimeSpan.FromMinutes(5);
    private static readonly Outcome<SignInStep> Refused = Outcome<SignInStep>.Invalid("", "Invalid login or password.");

    /// <summary>A user whose hash is made when the name is unknown, so that the answer takes as long.</summary>
    private static readonly User Nobody = new() { Username = "", NormalizedUsername = "", PasswordLogin = true };

    public async Task<Outcome<SignInStep>> CheckPasswordAsync(string nameOrEmail, string password, CancellationToken cancellationToken)
    {
        var name = nameOrEmail.Trim();
        var (upper, lower) = (name.ToUpperInvariant(), name.ToLowerInvariant());
        User? user;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            user = await db.Users.AsNoTracking().OrderByDescending(row => row.NormalizedUsername == upper)
                .FirstOrDefaultAsync(row => row.NormalizedUsername == upper || row.Email == lower, cancellationToken);
        }

        if (user is not { Type: UserType.User, Status: UserStatus.Enabled, PasswordLogin: true, PasswordHash: not null }
            || !settings.Current.Security.TakesPassword(user.UserRoleId == Role.SuperAdminId))
        {
            hasher.HashPassword(Nobody, password);
            return Refused;
        }

        if (IsLockedOut(user))
        {
            return Outcome<SignInStep>.Invalid("", "Too many failed attempts. Wait five minutes and try again.");
        }

        // Hashing is slow on purpose, so it happens before the write gate.
        var verdict = hasher.VerifyHashedPassword(user, user.PasswordHash, password);
        var isRight = verdict != PasswordVerificationResult.Failed;
        await NoteAsync(
            user.Id,
            isRight,
            row =>
            {
                if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
                {
                    row.PasswordHash = hasher.HashPassword(row, password);
                }
            },
            cancellationToken);
        return isRight && directory.Find(user.Id) is { } account ? new SignInStep(account, user.TwoFactorEnabled) : Refused;
    }

    /// <summary>The second step, for an account whose password was right a moment ago.</summary>
    public async Task<Outcome<Account>> CheckCodeAsync(int userId, string code, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                var user = await db.Users.SingleOrDefaultAsync(row => row.Id == userId, cancellationToken);
                if (user is not { Status: UserStatus.Enabled, TwoFactorEnabled: true } || IsLockedOut(user))
                {
                    return false;
                }

                var isRight = twoFactor.Accept(user, code);
                Count(db, user, isRight, isFinal: true);
                return isRight;
            },
            cancellationToken);
        return outcome && directory.Find(userId) is { } account
            ? account
            : Outcome<Account>.Invalid("code", "The code is wrong or has been used. Wait for the next one, or use a recovery code.");
    }

    private bool IsLockedOut(User user) => user.LockoutEnd > clock.GetUtcNow();

    private Task NoteAsync(int userId, bool isRight, Action<User> change, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            if (await db.Users.SingleOrDefaultAsync(row => row.Id == userId, cancellationToken) is { } user)
            {
                change(user);
                Count(db, user, isRight, isFinal: !user.TwoFactorEnabled);
            }
        },
        cancellationToken);

    /// <summary>With two factors, failures are only forgotten after both: a known password must not open the way to guess codes.</summary>
    private void Count(ListmonkDbContext db, User user, bool isRight, bool isFinal)
    {
        if (isRight)
        {
            user.AccessFailedCount = isFinal ? 0 : user.AccessFailedCount;
            return;
        }

        db.Record(new Actor { UserId = user.Id, Name = user.Username }, "session.refused", "session", null, clock.GetUtcNow());
        if (++user.AccessFailedCount >= MaxFailures)
        {
            (user.AccessFailedCount, user.LockoutEnd) = (0, clock.GetUtcNow() + Lockout);
            db.Record(new Actor { UserId = user.Id, Name = user.Username }, "user.lock", "user", user.Id, clock.GetUtcNow());
        }
    }
}

/// <summary>Whose password was right, and whether a code of the second factor is still to come.</summary>
public sealed record SignInStep(Account Account, bool NeedsCode);
