using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Review;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Takeover;

/// <summary>Registers taking over a listmonk installation.</summary>
public static class TakeoverRegistration
{
    public static IServiceCollection AddTakeover(this IServiceCollection services)
    {
        services.AddSingleton<TakeoverReadiness>();
        services.AddSingleton<TakeoverJobs>();
        services.AddSingleton<AccountCopy>();
        services.AddSingleton<SettingsCopy>();
        services.AddSingleton<MediaCopy>();
        services.AddSingleton(provider => new TakeoverRunner(
            provider.GetRequiredService<IDbContextFactory<ListmonkDbContext>>(),
            provider.GetRequiredService<IHotConnectionFactory>(),
            provider.GetRequiredService<WriteGate>(),
            provider.GetRequiredService<TakeoverJobs>(),
            provider.GetRequiredService<TakeoverReadiness>(),
            provider.GetRequiredService<AccountCopy>(),
            provider.GetRequiredService<SettingsCopy>(),
            provider.GetRequiredService<MediaCopy>(),
            new HitHistory(provider.GetRequiredService<IDatabaseDialect>()),
            provider.GetRequiredService<RejudgementWorker>(),
            provider.GetRequiredService<SubscriberService>(),
            provider.GetRequiredService<ListService>(),
            provider.GetRequiredService<CampaignService>(),
            provider.GetServices<IRevised>(),
            provider.GetRequiredService<LiveFeed<CampaignStatsChanged>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TakeoverRunner>>()));
        services.AddSingleton<TakeoverService>();
        services.AddHostedService<TakeoverWorker>();
        return services;
    }
}
