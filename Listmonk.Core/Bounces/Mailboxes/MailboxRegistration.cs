using Listmonk.Core.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Registers the reading of bounce mailboxes.</summary>
internal static class MailboxRegistration
{
    public static IServiceCollection AddBounceMailboxes(this IServiceCollection services)
    {
        services.AddSingleton<MailboxConnector>();
        services.AddSingleton<SeenMails>();
        services.AddSingleton<MailboxScanner>();
        services.AddSingleton<MailboxStatusBoard>();
        services.AddSingleton(provider => new MailboxTestService(provider.GetRequiredService<MailboxConnector>(), provider.GetRequiredService<SettingsStore>()));
        services.AddHostedService<MailboxWorker>();
        return services;
    }
}
