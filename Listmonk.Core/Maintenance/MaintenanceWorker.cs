using Cronos;
using Listmonk.Core.Common;
using Listmonk.Core.Maintenance.Backups;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Maintenance;

/// <summary>Runs what the settings schedule. A time that passes while the program is down is left out.</summary>
public sealed partial class MaintenanceWorker(
    SettingsStore settings, DatabaseCare care, BackupService backups, BackupStore store, IOptions<ListmonkOptions> options, TimeProvider clock, ILogger<MaintenanceWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private DateTimeOffset _lookedAt = clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunDueAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>Runs what fell due since the last call.</summary>
    internal async Task RunDueAsync(CancellationToken cancellationToken)
    {
        var since = _lookedAt;
        _lookedAt = clock.GetUtcNow();
        var schedule = settings.Current.Maintenance;
        if (schedule.Backup.Enabled && backups.IsSupported && IsDue(schedule.Backup.Cron, since))
        {
            await RunAsync("backup", () => BackUpAsync(schedule.Backup.Keep, cancellationToken), cancellationToken);
        }

        if (schedule.Vacuum.Vacuum && IsDue(schedule.Vacuum.VacuumCronInterval, since))
        {
            await RunAsync("vacuum", () => care.VacuumAsync(Actor.System, cancellationToken), cancellationToken);
        }
    }

    private async Task<Outcome> BackUpAsync(int keep, CancellationToken cancellationToken)
    {
        var outcome = await backups.CreateAsync(Actor.System, cancellationToken);
        if (outcome.IsOk)
        {
            store.Keep(keep);
        }

        return outcome;
    }

    private async Task RunAsync(string work, Func<Task<Outcome>> run, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await run();
            if (!outcome.IsOk)
            {
                LogRefused(work, outcome.Message);
            }
        }
#pragma warning disable CA1031 // A full disk tonight must not end tomorrow's backup.
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(exception, work);
        }
    }

    private bool IsDue(string cron, DateTimeOffset since) =>
        CronExpression.TryParse(cron, out var expression) && expression.GetNextOccurrence(since, clock.LocalTimeZone) <= _lookedAt;

    [LoggerMessage(Level = LogLevel.Error, Message = "The scheduled {Work} was not done: {Reason}")]
    private partial void LogRefused(string work, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The scheduled {Work} failed")]
    private partial void LogFailed(Exception exception, string work);
}
