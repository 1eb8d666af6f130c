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
        services.AddSingleton<MailboxTestService>();
        services.AddHostedService<MailboxWorker>();
        return services;
    }
}
