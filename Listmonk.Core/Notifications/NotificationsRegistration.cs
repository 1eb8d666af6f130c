using Listmonk.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Notifications;

/// <summary>Registers the installation's own mails.</summary>
public static class NotificationsRegistration
{
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<SystemMailer>();
        services.AddSingleton<CampaignMails>();
        services.AddSingleton<IOptinMailer, OptinMailer>();
        services.AddSingleton<DataExportMailer>();
        services.AddSingleton<PrivacyLinks>();
        services.AddSingleton<PrivacyLinkMailer>();
        services.AddSingleton<PrivacyLinkQueue>();
        services.AddHostedService<PrivacyLinkWorker>();
        return services;
    }
}
