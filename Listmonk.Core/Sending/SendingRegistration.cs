using Listmonk.Core.Campaigns.Archive;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Sending;

/// <summary>Registers the send engine.</summary>
public static class SendingRegistration
{
    public static IServiceCollection AddSending(this IServiceCollection services)
    {
        services.AddSingleton<IDeliveryLedger, DeliveryLedger>();
        services.AddSingleton<CampaignLeases>();
        services.AddSingleton<CampaignBatches>();
        services.AddSingleton<CampaignShares>();
        services.AddSingleton<AudienceReader>();
        services.AddSingleton<CampaignOpener>();
        services.AddSingleton<SendThrottle>();
        services.AddSingleton<DomainThrottle>();
        services.AddSingleton<RunningCampaigns>();
        services.AddSingleton<CampaignCompiler>();
        services.AddSingleton<MessageRenderer>();
        services.AddSingleton<IMessageView>(provider => provider.GetRequiredService<MessageRenderer>());
        services.AddSingleton<IPreflightRenderer, PreflightRenderer>();
        services.AddSingleton<LinkMapRenderer>();
        services.AddSingleton<TemplatePreview>();
        services.AddSingleton<DeliveryRecorder>();
        services.AddSingleton<DeliveryWorkers>();
        services.AddSingleton<CampaignSender>();
        services.AddSingleton<DeliveryQueries>();
        services.AddSingleton<DeliveryProblems>();
        services.AddSingleton<DeliveryService>();
        services.AddSingleton<IFollower, CampaignFollower>();
        services.AddHostedService<CampaignScheduler>();
        return services;
    }
}
