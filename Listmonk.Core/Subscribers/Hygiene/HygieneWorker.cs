using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>Makes the reports that were asked for, beginning with one that a restart has cut off.</summary>
public sealed partial class HygieneWorker(HygieneScan scan, HygieneSignal signal, IOptions<ListmonkOptions> options, TimeProvider clock, ILogger<HygieneWorker> logger)
    : BackgroundService
{
    /// <summary>Finds reports that another process was asked for, or left behind.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        // Start-up goes on while an interrupted report is picked up.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await scan.RunNextAsync(stoppingToken))
                {
                    await signal.WaitAsync(Poll, clock, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // An outage of the database must not end the worker; the report goes on after the last window that is committed.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogFault(exception);
                await Task.Delay(Poll, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A hygiene report was interrupted and goes on in a moment")]
    private partial void LogFault(Exception exception);
}
