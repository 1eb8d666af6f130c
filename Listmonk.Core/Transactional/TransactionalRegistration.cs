using Listmonk.Core.Common;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Transactional;

/// <summary>Registers the transactional API's queue, worker and log.</summary>
public static class TransactionalRegistration
{
    public static IServiceCollection AddTransactional(this IServiceCollection services)
    {
        services.AddSingleton<LiveFeed<TransactionalChanged>>();
        services.AddSingleton<TransactionalSignal>();
        services.AddSingleton<TransactionalTemplates>();
        services.AddSingleton<TransactionalComposer>();
        services.AddSingleton<TransactionalService>();
        services.AddSingleton<TransactionalQueries>();
        services.AddSingleton<TransactionalQueue>();
        services.AddHostedService<TransactionalWorker>();
        services.AddSingleton<TransactionalCleanupWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<TransactionalCleanupWorker>());
        return services;
    }
}
