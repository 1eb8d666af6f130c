using System.Security.Cryptography;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Users;

/// <summary>What the first person enters.</summary>
public sealed record SetupRequest(string Username, string Email, string Password);

/// <summary>Creates the first super admin, by the set-up page or from the environment (spec/auth.md 2).</summary>
public sealed class SetupService(
    IDbContextFactory<ListmonkDbContext> databases, IServiceScopeFactory scopes, UserDirectory directory, TimeProvider clock)
{
    /// <summary>Proves that a visitor from elsewhere may see this machine's log; the local visitor does not need it.</summary>
    public string SetupCode { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>Creates the super admin. A second caller finds the set-up done and gets a conflict.</summary>
    public async Task<Outcome<User>> CreateSuperAdminAsync(SetupRequest request, CancellationToken cancellationToken)
    {
        FieldError?[] checks = [UserRules.CheckUsername(request.Username.Trim()), UserRules.CheckEmail(request.Email), UserRules.CheckPassword(request.Password)];
        var errors = checks.OfType<FieldError>().ToList();
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
        if (UserRules.CheckUsername(username) is { } refused)
        {
            return Outcome<User>.Invalid([refused]);
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
}
