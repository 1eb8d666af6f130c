using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Listmonk.Core.Import;

/// <summary>Registers the import of subscribers.</summary>
public static class ImportRegistration
{
    public static IServiceCollection AddImport(this IServiceCollection services)
    {
        services.AddSingleton<ImportSignal>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<ImportService>();
        services.AddSingleton<ImportRunner>();
        services.TryAddSingleton<IImportNotifier, LoggedImportNotifier>();
        services.AddHostedService<ImportWorker>();
        return services;
    }
}
