using Listmonk.Core.Analytics.Breakdowns;
using Listmonk.Core.Analytics.Timeline;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Analytics;

public static class AnalyticsRegistration
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services) => services
        .AddSingleton<DashboardQueries>()
        .AddSingleton<LiveDashboard>()
        .AddSingleton<CampaignReportQueries>()
        .AddSingleton<ReactionTimeQueries>()
        .AddSingleton<ReactedPeopleQueries>()
        .AddSingleton<UnsubscribeReasonQueries>()
        .AddSingleton<TimelineQueries>()
        .AddSingleton<EngagementQueries>()
        .AddSingleton<LiveFeed<BreakdownCounted>>()
        .AddSingleton<BreakdownCounter>()
        .AddSingleton(provider => new BreakdownStore(
            provider.GetRequiredService<IDbContextFactory<ListmonkDbContext>>(),
            provider.GetRequiredService<BreakdownCounter>(),
            provider.GetRequiredService<LiveFeed<BreakdownCounted>>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddHostedService<BreakdownWorker>()
        .AddSingleton<AnalyticsQueries>()
        .AddSingleton<HitExport>()
        .AddSingleton<HitRetention>()
        .AddSingleton<HitRetentionWorker>()
        .AddHostedService(provider => provider.GetRequiredService<HitRetentionWorker>());
}
