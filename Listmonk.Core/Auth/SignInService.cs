using Listmonk.Core.Common;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Auth;

/// <summary>Checks a person's name and password (spec/auth.md 3.1). Every refusal reads the same, whatever its cause.</summary>
public sealed class SignInService(IServiceScopeFactory scopes, UserDirectory directory, TimeProvider clock)
{
    private static readonly Outcome<Account> Refused = Outcome<Account>.Invalid("", "Invalid login or password.");

    /// <summary>A user whose hash is verified when the name is unknown, so that the answer takes as long.</summary>
    private static readonly User Nobody = new() { Username = "", NormalizedUsername = "", PasswordLogin = true };

    public async Task<Outcome<Account>> CheckPasswordAsync(string nameOrEmail, string password, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var name = nameOrEmail.Trim();
        var user = await users.FindByNameAsync(name) ?? (name.Contains('@', StringComparison.Ordinal) ? await users.FindByEmailAsync(name) : null);
        if (user is not { Type: UserType.User, Status: UserStatus.Enabled, PasswordLogin: true, PasswordHash: not null })
        {
            users.PasswordHasher.HashPassword(Nobody, password);
            return Refused;
        }

        if (await users.IsLockedOutAsync(user))
        {
            return Outcome<Account>.Invalid("", "Too many failed attempts. Wait five minutes and try again.");
        }

        if (!await users.CheckPasswordAsync(user, password))
        {
            await users.AccessFailedAsync(user);
            return Refused;
        }

        cancellationToken.ThrowIfCancellationRequested();
        user.AccessFailedCount = 0;
        user.LastSignInAt = clock.GetUtcNow();
        await users.UpdateAsync(user);
        return directory.Find(user.Id) is { } account ? account : Refused;
    }
}
