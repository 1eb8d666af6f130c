using Listmonk.Core.Bounces.Mailboxes;
using Listmonk.Core.Bounces.Receivers;
using Listmonk.Core.Bounces.Webhooks;
using Listmonk.Core.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Bounces;

/// <summary>Registers reading, matching and recording of bounces.</summary>
public static class BouncesRegistration
{
    public static IServiceCollection AddBounces(this IServiceCollection services)
    {
        services.AddSingleton<BounceMatcher>();
        services.AddSingleton<BounceInspector>();
        services.AddSingleton<BounceRecorder>();
        services.AddSingleton<BounceQueries>();
        services.AddSingleton<BounceService>();
        services.AddSingleton<BounceTrends>();
        services.AddSingleton<ReceiverCounter>();
        services.AddSingleton<ReceiverQueries>();
        services.AddSingleton<LiveFeed<BounceRecorded>>();
        services.AddHostedService<BounceAlertWorker>();
        services.AddBounceWebhooks();
        services.AddBounceMailboxes();
        return services;
    }
}
