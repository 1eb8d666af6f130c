using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Registers the reading of bounce mailboxes.</summary>
internal static class MailboxRegistration
{
    public static IServiceCollection AddBounceMailboxes(this IServiceCollection services)
    {
        services.AddSingleton<SeenMails>();
        services.AddSingleton<MailboxScanner>();
        services.AddSingleton<MailboxStatusBoard>();
        services.AddHttpClient(MailboxTokens.ClientName, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(20);
                client.MaxResponseContentBufferSize = 256 * 1024;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<MailboxTokens>();
        services.AddSingleton<MailboxConnector>();
        services.AddSingleton(provider => new MailboxTestService(provider.GetRequiredService<Settings.SettingsStore>(), provider.GetRequiredService<MailboxConnector>()));
        services.AddHostedService<MailboxWorker>();
        return services;
    }
}
