using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Web.Commands;

/// <summary><c>create-user</c> and <c>reset-password</c>. Passwords never stand on the command line, where other users of the machine see them.</summary>
internal static class UserCommands
{
    public static async Task<int> CreateAsync(WebApplication app, string name)
    {
        await CommandLine.PrepareAsync(app);
        var email = app.Configuration["email"] ?? "";
        var password = await ReadPasswordAsync(app);
        if (!app.Services.GetRequiredService<UserDirectory>().HasSuperAdmin)
        {
            var first = await app.Services.GetRequiredService<SetupService>().CreateSuperAdminAsync(new SetupRequest(name, email, password), CancellationToken.None);
            return first.IsOk ? await CommandLine.DoneAsync($"The super admin '{name}' is made.") : await CommandLine.FailedAsync(first.Message);
        }

        if (!EmailAddress.TryNormalize(email, out var address))
        {
            return await CommandLine.FailedAsync("Give the account's address: --email you@example.com");
        }

        var role = app.Configuration["role"] ?? "Super Admin";
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        if (await db.Roles.AsNoTracking().Where(one => one.Type == RoleType.User).FirstOrDefaultAsync(one => one.Name == role) is not { } found)
        {
            return await CommandLine.FailedAsync($"There is no role '{role}'.");
        }

        await using var scope = app.Services.CreateAsyncScope();
        var user = new User
        {
            Username = name,
            NormalizedUsername = "",
            Name = name,
            Email = address,
            Type = UserType.User,
            Status = UserStatus.Enabled,
            PasswordLogin = true,
            UserRoleId = found.Id,
        };
        var result = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, password);
        return result.Succeeded ? await CommandLine.DoneAsync($"The user '{name}' is made.") : await CommandLine.FailedAsync(Explain(result));
    }

    public static async Task<int> ResetPasswordAsync(WebApplication app, string name)
    {
        await CommandLine.PrepareAsync(app);
        await using var scope = app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByNameAsync(name) is not { Type: UserType.User } user)
        {
            return await CommandLine.FailedAsync($"There is no user '{name}'.");
        }

        var password = await ReadPasswordAsync(app);
        foreach (var validator in users.PasswordValidators)
        {
            if (await validator.ValidateAsync(users, user, password) is { Succeeded: false } fault)
            {
                return await CommandLine.FailedAsync(Explain(fault));
            }
        }

        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        user.PasswordLogin = true;
        user.AccessFailedCount = 0;
        user.LockoutEnd = null;
        // Ends the sessions of whoever knew the old one; saves the rest along.
        var result = await users.UpdateSecurityStampAsync(user);
        return result.Succeeded ? await CommandLine.DoneAsync($"The password of '{name}' is set.") : await CommandLine.FailedAsync(Explain(result));
    }

    private static async Task<string> ReadPasswordAsync(WebApplication app)
    {
        if (app.Configuration["LISTMONK_PASSWORD"] is { Length: > 0 } given)
        {
            return given;
        }

        if (!Console.IsInputRedirected)
        {
            await Console.Error.WriteAsync("Password: ");
        }

        return await Console.In.ReadLineAsync() ?? "";
    }

    private static string Explain(IdentityResult result) => string.Join(' ', result.Errors.Select(error => error.Description));
}
