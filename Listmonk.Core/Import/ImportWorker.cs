using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Import;

/// <summary>Runs imports one after the other, beginning with one that a restart has cut off.</summary>
public sealed partial class ImportWorker(
    ImportRunner runner, ImportHousekeeping housekeeping, ImportSignal signal, IOptions<ListmonkOptions> options, TimeProvider clock, ILogger<ImportWorker> logger) : BackgroundService
{
    /// <summary>Finds imports that another process has queued, or left behind.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        // Start-up goes on while an interrupted import is picked up.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await runner.RunNextAsync(stoppingToken))
                {
                    await housekeeping.RunDueAsync(stoppingToken);
                    await signal.WaitAsync(Poll, clock, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // An outage of the database must not end the worker; the import goes on after the last stored line.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogFault(exception);
                await Task.Delay(PauseAfterFault, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The import was interrupted and goes on in a moment")]
    private partial void LogFault(Exception exception);
}
