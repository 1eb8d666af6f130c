using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>Runs bulk jobs one after the other, beginning with one that a restart has cut off, and forgets what can no longer be undone.</summary>
public sealed partial class BulkWorker(
    BulkRunner runner, BulkSignal signal, IDbContextFactory<ListmonkDbContext> databases, IOptions<ListmonkOptions> options, TimeProvider clock, ILogger<BulkWorker> logger)
    : BackgroundService
{
    /// <summary>Finds jobs that another process has queued, or left behind.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromHours(1);

    private DateTimeOffset _cleanAt = clock.GetUtcNow() + TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        // Start-up goes on while an interrupted job is picked up.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await runner.RunNextAsync(stoppingToken))
                {
                    await ForgetAsync(stoppingToken);
                    await signal.WaitAsync(Poll, clock, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // An outage of the database must not end the worker; the job goes on after the last slice that is committed.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogFault(exception);
                await Task.Delay(PauseAfterFault, clock, stoppingToken);
            }
        }
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now < _cleanAt)
        {
            return;
        }

        _cleanAt = now + Housekeeping;
        await databases.WriteAsync(
            db =>
            {
                var old = db.BulkJobs.Where(job => job.FinishedAt < now - BulkService.UndoKept && job.Status != BulkStatus.Undoing).Select(job => job.Id);
                return db.BulkSlices.Where(slice => old.Contains(slice.BulkJobId)).ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A bulk job was interrupted and goes on in a moment")]
    private partial void LogFault(Exception exception);
}
