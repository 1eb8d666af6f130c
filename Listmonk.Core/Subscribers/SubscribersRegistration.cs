using Listmonk.Core.Data;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Core.Subscribers.Duplicates;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Subscribers.Searching;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Subscribers.Suppression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Listmonk.Core.Subscribers;

/// <summary>Registers people and their subscriptions.</summary>
public static class SubscribersRegistration
{
    public static IServiceCollection AddSubscribers(this IServiceCollection services)
    {
        services.AddSingleton<SubscriberQueries>();
        services.AddSingleton<SubscriberService>();
        services.AddSingleton<SegmentQueries>();
        services.AddSingleton<SegmentService>();
        services.AddSingleton<SignUpService>();
        services.AddSingleton<SuppressionStore>();
        services.AddSingleton<IRevised>(provider => provider.GetRequiredService<SuppressionStore>());
        services.AddSingleton<SuppressionQueries>();
        services.AddSingleton<SuppressionService>();
        services.AddSingleton<MergedSubscriberStore>();
        services.AddSingleton<IRevised>(provider => provider.GetRequiredService<MergedSubscriberStore>());
        services.AddSingleton<DuplicateQueries>();
        services.AddSingleton<MergeService>();
        services.AddSingleton<HygieneSignal>();
        services.AddSingleton<HygieneService>();
        services.AddSingleton<HygieneScan>();
        services.AddSingleton<IFollower, HygieneFollower>();
        services.AddHostedService<HygieneWorker>();
        services.AddSingleton<BulkSignal>();
        services.AddSingleton<BulkQueries>();
        services.AddSingleton<BulkService>();
        services.AddSingleton<BulkUndo>();
        services.AddSingleton<BulkRunner>();
        services.AddSingleton<IFollower, BulkFollower>();
        services.AddHostedService<BulkWorker>();
        services.AddSingleton<TrackingChoiceService>();
        services.AddHostedService<SubscriberIndexWorker>();
        services.TryAddSingleton<IOptinMailer, SilentOptinMailer>();
        return services;
    }
}
