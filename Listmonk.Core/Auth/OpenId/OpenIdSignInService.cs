using System.Text;
using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Auth.OpenId;

/// <summary>
/// Finds the account of somebody for whom the provider vouches (spec/auth.md 6): by the provider's own name for the person, at the first
/// time by the verified address; makes one where the settings say so.
/// </summary>
public sealed partial class OpenIdSignInService(
    IDbContextFactory<ListmonkDbContext> databases, UserDirectory directory, SettingsStore settings, TimeProvider clock, ILogger<OpenIdSignInService> logger)
{
    private const int LongestPicture = 2000;

    private SecuritySettings Settings => settings.Current.Security;

    /// <summary>The account, and whether its second factor is still to come. A refusal is a sentence for the sign-in page.</summary>
    public async Task<Outcome<SignInStep>> FindAsync(OpenIdPerson person, CancellationToken cancellationToken)
    {
        var outcome = await databases.WriteAsync(
            async db =>
            {
                var found = await FindUserAsync(db, person, cancellationToken);
                if (found is { IsOk: true, Value: var user })
                {
                    user.Avatar = person.Picture is { Length: <= LongestPicture } picture && Uri.TryCreate(picture, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
                        ? address.AbsoluteUri
                        : user.Avatar;
                }

                return found;
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            LogRefused(person.Subject, person.Issuer);
            return Outcome<SignInStep>.From(outcome);
        }

        await directory.ReloadAsync(cancellationToken);
        return new SignInStep(directory.Find(outcome.Value.Id)!, outcome.Value.TwoFactorEnabled);
    }

    private async Task<Outcome<User>> FindUserAsync(ListmonkDbContext db, OpenIdPerson person, CancellationToken cancellationToken)
    {
        var externalId = person.ExternalId;
        if (await db.Users.SingleOrDefaultAsync(row => row.ExternalId == externalId, cancellationToken) is { } linked)
        {
            return Admit(linked);
        }

        if (person.Email is not { } email)
        {
            return Refuse($"{Settings.OpenId.DisplayName} did not tell your e-mail address, by which your account is found.");
        }

        // Not every provider says so; one that says 'no' lets people claim the addresses of others.
        if (person.IsEmailVerified == false)
        {
            return Refuse($"Your e-mail address is not confirmed at {Settings.OpenId.DisplayName}. Confirm it there, then sign in again.");
        }

        if (await db.Users.SingleOrDefaultAsync(row => row.Email == email && row.Type == UserType.User, cancellationToken) is { } user)
        {
            return Link(db, user, person);
        }

        return await CreateAsync(db, person, email, cancellationToken);
    }

    /// <summary>An account belongs to one identity of the provider: an address can pass to another person there.</summary>
    private Outcome<User> Link(ListmonkDbContext db, User user, OpenIdPerson person)
    {
        if (user.ExternalId?.StartsWith(person.Issuer + " ", StringComparison.Ordinal) == true)
        {
            return Refuse($"The account with your address belongs to another identity at {Settings.OpenId.DisplayName}. An administrator can unlink it under Users.");
        }

        var admitted = Admit(user);
        if (admitted.IsOk)
        {
            user.ExternalId = person.ExternalId;
            db.Record(ActorOf(user), "user.link", "user", user.Id, clock.GetUtcNow());
        }

        return admitted;
    }

    private async Task<Outcome<User>> CreateAsync(ListmonkDbContext db, OpenIdPerson person, string email, CancellationToken cancellationToken)
    {
        var domain = EmailAddress.Domain(email);
        if (!Settings.OpenId.AutoCreateUsers || (Settings.OpenIdDomains.Count > 0 && !Settings.OpenIdDomains.Contains(domain, StringComparer.OrdinalIgnoreCase)))
        {
            return Refuse($"{email} has no account here. Ask an administrator for one.");
        }

        var (roleId, listRoleId) = (Settings.OpenId.DefaultUserRoleId ?? 0, Settings.OpenId.DefaultListRoleId ?? 0);
        if (!await db.Roles.AnyAsync(role => role.Id == roleId && role.Type == RoleType.User, cancellationToken))
        {
            return Refuse("You have no account yet, and none can be made: the role for new people is gone. Tell an administrator.");
        }

        var now = clock.GetUtcNow();
        var username = await FreeNameAsync(db, email, cancellationToken);
        var user = new User
        {
            Username = username,
            NormalizedUsername = username.ToUpperInvariant(),
            Name = ShortText.Cut(person.Name?.Trim() is { Length: > 0 } name ? name : email[..email.IndexOf('@', StringComparison.Ordinal)], UserRules.MaxNameLength),
            Email = email,
            Type = UserType.User,
            Status = UserStatus.Enabled,
            ExternalId = person.ExternalId,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            UserRoleId = roleId,
            ListRoleId = await db.Roles.AnyAsync(role => role.Id == listRoleId && role.Type == RoleType.List, cancellationToken) ? listRoleId : null,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Users.Add(user);
        await db.SaveChangesAsync(cancellationToken);
        db.Record(ActorOf(user), "user.create", "user", user.Id, now);
        return user;
    }

    /// <summary>The address as listmonk takes it, in the letters that user names may have.</summary>
    private static async Task<string> FreeNameAsync(ListmonkDbContext db, string email, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var letter in email)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '@' or '-' ? letter : '-');
        }

        var wanted = text.ToString();
        var name = wanted;
        for (var i = 2; ; i++)
        {
            var normalized = name.ToUpperInvariant();
            if (!await db.Users.AnyAsync(user => user.NormalizedUsername == normalized, cancellationToken))
            {
                return name;
            }

            name = $"{wanted}-{i}";
        }
    }

    private static Outcome<User> Admit(User user) => user is { Type: UserType.User, Status: UserStatus.Enabled }
        ? user
        : Refuse("Your account is disabled. An administrator can enable it.");

    private static Outcome<User> Refuse(string message) => Outcome<User>.Invalid("", message);

    private static Actor ActorOf(User user) => new() { UserId = user.Id, Name = user.Username };

    [LoggerMessage(Level = LogLevel.Information, Message = "The person whom {Issuer} calls {Subject} has no account that may be used")]
    private partial void LogRefused(string subject, string issuer);
}
