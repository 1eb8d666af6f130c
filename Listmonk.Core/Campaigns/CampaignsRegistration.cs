using Listmonk.Core.Campaigns.Archive;
using Listmonk.Core.Campaigns.Preflight;
using Listmonk.Core.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Campaigns;

public static class CampaignsRegistration
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services)
    {
        services.AddSingleton<LiveFeed<CampaignStatusChanged>>();
        services.AddSingleton<LiveFeed<CampaignEdited>>();
        services.AddSingleton<LiveFeed<CampaignProgress>>();
        services.AddSingleton<SendingSignal>();
        services.AddSingleton<SendingRates>();
        services.AddSingleton<CampaignQueries>();
        services.AddSingleton<UsageQueries>();
        services.AddSingleton<CampaignService>();
        services.AddSingleton<MessageViewQueries>();
        services.AddSingleton<ArchiveQueries>();
        return services.AddPreflight();
    }
}
