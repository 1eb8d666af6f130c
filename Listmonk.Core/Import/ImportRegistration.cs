using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Import;

/// <summary>Registers the import of subscribers; the worker only where workers may run.</summary>
public static class ImportRegistration
{
    public static IServiceCollection AddImport(this IServiceCollection services)
    {
        services.AddSingleton<ImportSignal>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<ImportService>();
        services.AddSingleton<ImportRunner>();
        services.TryAddSingleton<IImportNotifier, LoggedImportNotifier>();
        services.AddSingleton<ImportWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<IOptions<ListmonkOptions>>().Value.Workers
            ? provider.GetRequiredService<ImportWorker>()
            : (IHostedService)new NoWorker());
        return services;
    }

    private sealed class NoWorker : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
