using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Tracking;

public static class TrackingRegistration
{
    public static IServiceCollection AddTracking(this IServiceCollection services)
    {
        services.AddSingleton<TrackingKeyStore>();
        services.AddSingleton<IRevised>(provider => provider.GetRequiredService<TrackingKeyStore>());
        services.AddSingleton(provider => provider.GetRequiredService<TrackingKeyStore>().Tokens);
        services.AddSingleton<LinkStore>();
        services.AddSingleton<DestinationRenderer>();
        services.AddSingleton<TrackingSpool>();
        services.AddSingleton<TrackingQueue>();
        services.AddSingleton<ITrackingLog, TrackingLog>();
        services.AddSingleton<TrackingWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<TrackingWriter>());
        services.AddSingleton<HitJudge>();
        services.AddSingleton<LiveFeed<CampaignStatsChanged>>();
        return services;
    }
}
