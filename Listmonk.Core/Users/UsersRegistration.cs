using Listmonk.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Users;

/// <summary>Registers accounts and roles.</summary>
public static class UsersRegistration
{
    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<IRevised>(provider => provider.GetRequiredService<UserDirectory>());
        services.AddSingleton<IPasswordHasher<User>, LegacyPasswords>();
        services.AddSingleton<SetupService>();
        services.AddSingleton<UserQueries>();
        services.AddSingleton<UserService>();
        services.AddSingleton<RoleQueries>();
        services.AddSingleton<RoleService>();
        return services;
    }
}
