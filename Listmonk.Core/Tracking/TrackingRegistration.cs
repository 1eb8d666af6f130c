using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking.Edits;
using Listmonk.Core.Tracking.Judging;
using Listmonk.Core.Tracking.Review;
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
        services.AddSingleton<LinkEditStore>();
        services.AddSingleton<IRevised>(provider => provider.GetRequiredService<LinkEditStore>());
        services.AddSingleton<LinkEditService>();
        services.AddSingleton<LinkEditQueries>();
        services.AddSingleton<DestinationRenderer>();
        services.AddSingleton<TrackingSpool>();
        services.AddSingleton<TrackingQueue>();
        services.AddSingleton<ITrackingLog, TrackingLog>();
        services.AddSingleton<TrackingWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<TrackingWriter>());
        services.AddSingleton<HitJudge>();
        services.AddSingleton<HitInspection>();
        services.AddSingleton<HitWatch>();
        services.AddTransient<HitReview>();
        services.AddSingleton<HitPruning>();
        services.AddSingleton(provider => new RejudgementWorker(
            provider.GetRequiredService<IHotConnectionFactory>(),
            provider.GetRequiredService<WriteGate>(),
            provider.GetRequiredService<HitReview>(),
            provider.GetRequiredService<HitJudge>(),
            provider.GetRequiredService<LiveFeed<CampaignStatsChanged>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Microsoft.Extensions.Logging.ILogger<RejudgementWorker>>()));
        services.AddHostedService(provider => provider.GetRequiredService<RejudgementWorker>());
        services.AddSingleton<HitReviewWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<HitReviewWorker>());
        services.AddSingleton<LiveFeed<CampaignStatsChanged>>();
        return services;
    }
}
