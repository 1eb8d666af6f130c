using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>The secret that an authenticator app takes in, as text and as the address of its QR code.</summary>
public sealed record TwoFactorOffer(string Secret, string Uri);

/// <summary>
/// Turns the second factor of the own account on and off, and checks its codes. The server only believes secrets that it has offered
/// itself, a code works once, and ten recovery codes stand in for a lost device (spec/auth.md 4).
/// </summary>
public sealed class TwoFactorService(
    IDbContextFactory<ListmonkDbContext> databases,
    UserDirectory directory,
    SettingsStore settings,
    ISecretProtector protector,
    IPasswordHasher<User> hasher,
    TimeProvider clock)
{
    private const int RecoveryCodeCount = 10;
    private const string RecoveryLetters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>Offers a secret. Until a code proves it, it changes nothing: the second factor stays off.</summary>
    public async Task<Outcome<TwoFactorOffer>> OfferAsync(Actor actor, CancellationToken cancellationToken)
    {
        var secret = TotpCode.NewSecret();
        var account = "";
        var outcome = await ChangeAsync(
            actor,
            user =>
            {
                if (user.TwoFactorEnabled)
                {
                    return Outcome.Invalid("", "Two-factor sign-in is on already.");
                }

                account = user.Email ?? user.Username;
                user.AuthenticatorKey = protector.Protect(secret);
                return Outcome.Ok;
            },
            cancellationToken);
        return outcome.IsOk ? new TwoFactorOffer(secret, TotpCode.Uri(secret, settings.Current.General.SiteName, account)) : Outcome<TwoFactorOffer>.From(outcome);
    }

    /// <summary>Turns it on with the app's first code.</summary>
    /// <returns>The recovery codes; only their hashes are kept.</returns>
    public async Task<Outcome<IReadOnlyList<string>>> EnableAsync(string code, Actor actor, CancellationToken cancellationToken)
    {
        var recovery = Enumerable.Range(0, RecoveryCodeCount).Select(_ => NewRecoveryCode()).ToList();
        var outcome = await ChangeAsync(
            actor,
            user =>
            {
                if (user.TwoFactorEnabled)
                {
                    return Outcome.Invalid("", "Two-factor sign-in is on already.");
                }

                if (user.AuthenticatorKey is null || TotpCode.Match(protector.Unprotect(user.AuthenticatorKey), code, clock.GetUtcNow()) is not { } step)
                {
                    return Outcome.Invalid("code", "The code is wrong or too old. Enter the one that the app shows now.");
                }

                (user.TwoFactorEnabled, user.LastAuthenticatorStep) = (true, step);
                user.RecoveryCodes = string.Join(' ', recovery.Select(Hash));
                return Outcome.Ok;
            },
            cancellationToken);
        return outcome.IsOk ? Outcome.Of<IReadOnlyList<string>>(recovery) : Outcome<IReadOnlyList<string>>.From(outcome);
    }

    /// <summary>Turns it off; the password proves who asks.</summary>
    public Task<Outcome> DisableAsync(string password, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        actor,
        user =>
        {
            if (!user.TwoFactorEnabled)
            {
                return Outcome.Invalid("", "Two-factor sign-in is not on.");
            }

            if (user.PasswordHash is null || hasher.VerifyHashedPassword(user, user.PasswordHash, password) == PasswordVerificationResult.Failed)
            {
                return Outcome.Forbidden("Invalid password");
            }

            (user.TwoFactorEnabled, user.AuthenticatorKey, user.RecoveryCodes) = (false, null, null);
            return Outcome.Ok;
        },
        cancellationToken);

    /// <summary>Whether a code of the app or a recovery code is right; it is used up by this. Changes the user, which the caller saves.</summary>
    internal bool Accept(User user, string code)
    {
        if (user.AuthenticatorKey is not null
            && TotpCode.Match(protector.Unprotect(user.AuthenticatorKey), code, clock.GetUtcNow()) is { } step
            && step > user.LastAuthenticatorStep)
        {
            user.LastAuthenticatorStep = step;
            return true;
        }

        var left = (user.RecoveryCodes ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (!left.Remove(Hash(code.Trim().ToLowerInvariant())))
        {
            return false;
        }

        user.RecoveryCodes = string.Join(' ', left);
        return true;
    }

    private static string NewRecoveryCode() =>
        $"{RandomNumberGenerator.GetString(RecoveryLetters, 5)}-{RandomNumberGenerator.GetString(RecoveryLetters, 5)}";

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    private async Task<Outcome> ChangeAsync(Actor actor, Func<User, Outcome> change, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.Users.SingleOrDefaultAsync(row => row.Id == actor.UserId, cancellationToken) is not { } user)
                {
                    return Outcome.NotFound("User not found");
                }

                return user is { Type: UserType.User, PasswordLogin: true }
                    ? change(user)
                    : Outcome.Invalid("", "Two-factor sign-in is for people who sign in with a password.");
            },
            cancellationToken);
        await directory.ReloadAsync(cancellationToken);
        return outcome;
    }
}
