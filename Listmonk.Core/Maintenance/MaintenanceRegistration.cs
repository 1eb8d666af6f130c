using Listmonk.Core.Maintenance.Backups;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Maintenance;

public static class MaintenanceRegistration
{
    public static IServiceCollection AddMaintenance(this IServiceCollection services) => services
        .AddSingleton<MaintenanceService>()
        .AddSingleton<InstanceQueries>()
        .AddSingleton<DatabaseCare>()
        .AddSingleton<BackupStore>()
        .AddSingleton<BackupService>()
        .AddSingleton<BackupRestore>()
        .AddHostedService<MaintenanceWorker>()
        .AddSingleton<LogRing>()
        .AddSingleton<ILoggerProvider, LogRingProvider>();
}
