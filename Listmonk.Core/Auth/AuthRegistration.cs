using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Auth;

public static class AuthRegistration
{
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services.AddSingleton<SignInService>();
}
