using Listmonk.Core.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Core.Import;

/// <summary>Registers the import of subscribers.</summary>
public static class ImportRegistration
{
    public static IServiceCollection AddImport(this IServiceCollection services)
    {
        services.AddSingleton<ImportSignal>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<ImportQueries>();
        services.AddSingleton<ImportService>();
        services.AddSingleton<ImportTrial>();
        services.AddSingleton<ImportUndoService>();
        services.AddSingleton<ImportDraftQueries>();
        services.AddSingleton<ImportHousekeeping>();
        services.AddSingleton<ImportRunner>();
        services.AddSingleton<ImportMails>();
        services.AddSingleton<IFollower, ImportFollower>();
        services.AddHostedService<ImportWorker>();
        return services;
    }
}
