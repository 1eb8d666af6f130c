using Listmonk.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Users;

public static class UsersRegistration
{
    public static IServiceCollection AddUsers(this IServiceCollection services) =>
        services.AddSingleton<UserDirectory>().AddSingleton<IRevised>(provider => provider.GetRequiredService<UserDirectory>()).AddSingleton<SetupService>();
}
