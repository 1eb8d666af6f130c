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
        services.AddSingleton<TransactionalQueue>();
        services.AddHostedService<TransactionalWorker>();
        services.AddSingleton<TransactionalCleaner>();
        services.AddHostedService(provider => provider.GetRequiredService<TransactionalCleaner>());
        return services;
    }
}
