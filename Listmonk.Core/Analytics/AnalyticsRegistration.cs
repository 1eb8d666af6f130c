using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Analytics;

public static class AnalyticsRegistration
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services) => services
        .AddSingleton<DashboardQueries>()
        .AddSingleton<CampaignReportQueries>()
        .AddSingleton<AnalyticsQueries>()
        .AddSingleton<HitExport>()
        .AddSingleton<HitRetention>()
        .AddSingleton<HitRetentionWorker>()
        .AddHostedService(provider => provider.GetRequiredService<HitRetentionWorker>());
}
