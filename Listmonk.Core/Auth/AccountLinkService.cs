using System.Security.Cryptography;
using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Notifications;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>Links by mail with which people choose a password: after forgetting theirs, or invited to a new account (spec/auth.md 5).</summary>
public sealed class AccountLinkService(
    IDbContextFactory<ListmonkDbContext> databases,
    UserDirectory directory,
    SystemMailer mailer,
    SettingsStore settings,
    IPasswordHasher<User> hasher,
    TimeProvider clock)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly TimeSpan ResetLife = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan InvitationLife = TimeSpan.FromDays(7);

    /// <summary>Mails a reset link if the address belongs to an enabled person with a password. Tells nobody whether it does.</summary>
    internal async Task SendResetAsync(string email, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryNormalize(email, out var address))
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(row => row.Email == address, cancellationToken);
        if (user is { Type: UserType.User, Status: UserStatus.Enabled, PasswordLogin: true } && MayHavePassword(user))
        {
            await SendAsync(
                user,
                ResetLife,
                new SystemMail
                {
                    Subject = "Choose a new password",
                    Heading = "Choose a new password",
                    Paragraphs = ["Somebody, probably you, asked for a new password for your account.", "The button works once, within 30 minutes. If it was not you, ignore this mail: nothing changes."],
                    Facts = [new("User name", user.Username)],
                },
                "Choose a password",
                cancellationToken);
        }
    }

    /// <summary>Mails a new person the way in.</summary>
    public async Task<Outcome> InviteAsync(int userId, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.UsersManage))
        {
            return Outcome.Forbidden($"permission denied: {Permissions.UsersManage}");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(row => row.Id == userId, cancellationToken);
        if (user is not { Type: UserType.User, Email: not null, PasswordLogin: true, PasswordHash: null })
        {
            return Outcome.Invalid("", "Only people who have not chosen a password yet can be invited.");
        }

        if (!MayHavePassword(user))
        {
            return Outcome.Invalid("", $"No invitation is needed: people sign in at {settings.Current.Security.OpenId.DisplayName} only.");
        }

        return await SendAsync(
            user,
            InvitationLife,
            new SystemMail
            {
                Subject = $"Your account at {settings.Current.General.SiteName}",
                Heading = "You have an account",
                Paragraphs = [$"{actor.Name} made an account for you at {settings.Current.RootUrl}. Choose a password to use it.", "The button works once, within seven days."],
                Facts = [new("User name", user.Username)],
            },
            "Choose a password",
            cancellationToken);
    }

    /// <summary>Whether a link still works.</summary>
    public async Task<bool> IsValidAsync(string token, string email, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await FindAsync(db, token, email, cancellationToken) is not null;
    }

    /// <summary>Sets the password, uses the link up, and ends all sessions of the account.</summary>
    public async Task<Outcome<SignInStep>> UseAsync(string token, string email, string password, CancellationToken cancellationToken)
    {
        if (UserRules.CheckPassword(password) is { } error)
        {
            return Outcome<SignInStep>.Invalid([error]);
        }

        var hash = hasher.HashPassword(new User { Username = "", NormalizedUsername = "" }, password);
        var outcome = await databases.WriteAsync<Outcome<User>>(
            async db =>
            {
                if (await FindAsync(db, token, email, cancellationToken) is not { } user)
                {
                    return Outcome<User>.Invalid("", "The link is invalid or has expired. Ask for a new one.");
                }

                user.PasswordHash = hash;
                user.SecurityStamp = Guid.NewGuid().ToString("N");
                (user.AccessFailedCount, user.LockoutEnd) = (0, null);
                db.AccountLinks.RemoveRange(db.AccountLinks.Where(link => link.UserId == user.Id));
                db.Record(new Actor { UserId = user.Id, Name = user.Username }, "user.password", "user", user.Id, clock.GetUtcNow());
                return user;
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            return Outcome<SignInStep>.From(outcome);
        }

        await directory.ReloadAsync(cancellationToken);
        return new SignInStep(directory.Find(outcome.Value.Id)!, outcome.Value.TwoFactorEnabled);
    }

    private async Task<User?> FindAsync(ListmonkDbContext db, string token, string email, CancellationToken cancellationToken)
    {
        var (hash, address, now) = (Hash(token), email.Trim().ToLowerInvariant(), clock.GetUtcNow());
        var found = await db.Users.SingleOrDefaultAsync(
            user => user.Email == address && user.Status == UserStatus.Enabled && user.Type == UserType.User && user.PasswordLogin
                && db.AccountLinks.Any(link => link.UserId == user.Id && link.TokenHash == hash && link.ExpiresAt > now),
            cancellationToken);
        return found is not null && MayHavePassword(found) ? found : null;
    }

    private bool MayHavePassword(User user) => settings.Current.Security.TakesPassword(user.UserRoleId == Role.SuperAdminId);

    private async Task<Outcome> SendAsync(User user, TimeSpan life, SystemMail mail, string action, CancellationToken cancellationToken)
    {
        var token = RandomNumberGenerator.GetString(Letters, 64);
        await databases.WriteAsync(
            async db =>
            {
                if (await db.AccountLinks.SingleOrDefaultAsync(row => row.UserId == user.Id, cancellationToken) is not { } link)
                {
                    db.AccountLinks.Add(link = new AccountLink { UserId = user.Id, TokenHash = "" });
                }

                (link.TokenHash, link.ExpiresAt) = (Hash(token), clock.GetUtcNow() + life);
            },
            cancellationToken);
        var url = $"{settings.Current.RootUrl}/admin/reset?token={token}&email={Uri.EscapeDataString(user.Email!)}";
        return await mailer.SendAsync(mail with { Action = new SystemMailAction(action, url) }, new SystemMailRecipient(user.Email!), cancellationToken);
    }

    private static string Hash(string token) => Convert.ToHexStringLower(UserDirectory.HashToken(token));
}
