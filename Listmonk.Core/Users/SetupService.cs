using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Users;

/// <summary>What the first person enters.</summary>
public sealed record SetupRequest(string Username, string Email, string Password);

/// <summary>Creates the first super admin, by the set-up page or from the environment (spec/auth.md 2).</summary>
public sealed partial class SetupService(
    IDbContextFactory<ListmonkDbContext> databases, IServiceScopeFactory scopes, UserDirectory directory, TimeProvider clock)
{
    public const int MinPasswordLength = 8;
    public const int MaxPasswordLength = 2000;

    /// <summary>Proves that a visitor from elsewhere may see this machine's log; the local visitor does not need it.</summary>
    public string SetupCode { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>Creates the super admin. A second caller finds the set-up done and gets a conflict.</summary>
    public async Task<Outcome<User>> CreateSuperAdminAsync(SetupRequest request, CancellationToken cancellationToken)
    {
        var errors = Check(request);
        if (errors.Count > 0)
        {
            return Outcome<User>.Invalid(errors);
        }

        if (directory.HasSuperAdmin)
        {
            return Outcome<User>.Conflict("The set-up is done already; sign in instead.");
        }

        await EnsureSuperAdminRoleAsync(cancellationToken);
        var user = new User
        {
            Username = request.Username.Trim(),
            NormalizedUsername = "",
            Name = request.Username.Trim(),
            Email = request.Email.Trim().ToLowerInvariant(),
            Type = UserType.User,
            Status = UserStatus.Enabled,
            PasswordLogin = true,
            UserRoleId = Role.SuperAdminId,
        };
        await using var scope = scopes.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, request.Password);
        return result.Succeeded
            ? user
            : Outcome<User>.Invalid([.. result.Errors.Select(error => new FieldError("password", error.Description))]);
    }

    /// <summary>Creates an API user with every right, for automation; the token is the operator's own.</summary>
    public async Task<Outcome<User>> CreateApiUserAsync(string username, string token, CancellationToken cancellationToken)
    {
        if (!UsernamePattern().IsMatch(username))
        {
            return Outcome<User>.Invalid("username", "A user name has 3 to 2000 letters, digits or . _ @ -.");
        }

        if (token.Length < 16)
        {
            return Outcome<User>.Invalid("token", "An API token needs at least 16 characters.");
        }

        await EnsureSuperAdminRoleAsync(cancellationToken);
        var user = new User
        {
            Username = username,
            NormalizedUsername = username.ToUpperInvariant(),
            Name = username,
            Type = UserType.Api,
            Status = UserStatus.Enabled,
            PasswordHash = Convert.ToHexStringLower(UserDirectory.HashToken(token)),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            UserRoleId = Role.SuperAdminId,
            CreatedAt = clock.GetUtcNow(),
            UpdatedAt = clock.GetUtcNow(),
        };
        var outcome = await databases.WriteAsync<Outcome<User>>(
            async db =>
            {
                if (await db.Users.AnyAsync(other => other.NormalizedUsername == user.NormalizedUsername, cancellationToken))
                {
                    return Outcome<User>.Conflict($"The user '{username}' exists already.");
                }

                db.Users.Add(user);
                return user;
            },
            cancellationToken);
        await directory.ReloadAsync(cancellationToken);
        return outcome;
    }

    private static List<FieldError> Check(SetupRequest request)
    {
        var errors = new List<FieldError>();
        if (!UsernamePattern().IsMatch(request.Username.Trim()))
        {
            errors.Add(new FieldError("username", "A user name has 3 to 2000 letters, digits or . _ @ -."));
        }

        if (!EmailAddress.TryNormalize(request.Email, out _))
        {
            errors.Add(new FieldError("email", "Enter an e-mail address such as you@example.com."));
        }

        if (request.Password.Length is < MinPasswordLength or > MaxPasswordLength)
        {
            errors.Add(new FieldError("password", $"A password has at least {MinPasswordLength} characters."));
        }

        return errors;
    }

    private Task EnsureSuperAdminRoleAsync(CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            if (!await db.Roles.AnyAsync(role => role.Id == Role.SuperAdminId, cancellationToken))
            {
                db.Roles.Add(new Role
                {
                    Id = Role.SuperAdminId,
                    Name = "Super Admin",
                    Type = RoleType.User,
                    Permissions = [.. Permissions.All],
                    CreatedAt = clock.GetUtcNow(),
                    UpdatedAt = clock.GetUtcNow(),
                });
                await db.SaveChangesAsync(cancellationToken);
                await db.Dialect.AdvanceIdentityAsync(db, "roles", Role.SuperAdminId, cancellationToken);
            }
        },
        cancellationToken);

    [GeneratedRegex("^[A-Za-z0-9_.@-]{3,2000}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsernamePattern();
}
