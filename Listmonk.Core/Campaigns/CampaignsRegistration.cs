using Listmonk.Core.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Campaigns;

public static class CampaignsRegistration
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services)
    {
        services.AddSingleton<LiveFeed<CampaignStatusChanged>>();
        services.AddSingleton<LiveFeed<CampaignProgress>>();
        services.AddSingleton<SendingSignal>();
        services.AddSingleton<SendingRates>();
        services.AddSingleton<CampaignQueries>();
        services.AddSingleton<CampaignService>();
        return services;
    }
}
