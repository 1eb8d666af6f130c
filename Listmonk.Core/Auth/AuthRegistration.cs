using Listmonk.Core.Auth.OpenId;
using Listmonk.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Auth;

/// <summary>Registers signing in and what keeps it: sessions, second factor, links by mail.</summary>
public static class AuthRegistration
{
    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<SessionDirectory>();
        services.AddSingleton<IRevised>(provider => provider.GetRequiredService<SessionDirectory>());
        services.AddSingleton<SessionService>();
        services.AddHostedService<SessionCleanupWorker>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<TwoFactorService>();
        services.AddSingleton<PasskeyQueries>();
        services.AddSingleton<PasskeyService>();
        services.AddSingleton<ProfileService>();
        services.AddSingleton<AccountLinkService>();
        services.AddSingleton<PasswordResetQueue>();
        services.AddHostedService<PasswordResetWorker>();
        return services.AddOpenId();
    }

    private static IServiceCollection AddOpenId(this IServiceCollection services)
    {
        services.AddHttpClient(OpenIdProviders.ClientName, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(10);
                client.MaxResponseContentBufferSize = 1024 * 1024;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<OpenIdProviders>();
        services.AddSingleton<OpenIdClient>();
        services.AddSingleton<OpenIdSignInService>();
        services.AddSingleton<OpenIdTestService>();
        return services;
    }
}
