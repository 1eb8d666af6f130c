using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Takeover;

/// <summary>Runs the takeovers that a page starts.</summary>
public sealed partial class TakeoverWorker(TakeoverService service, TakeoverRunner runner, ILogger<TakeoverWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var request in service.Requests.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await runner.RunAsync(request, stoppingToken);
                }
#pragma warning disable CA1031 // Whatever ends a run must not end the worker; what was copied stays, and the page says that it was cut off.
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogFault(exception);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next run goes on where this one stopped.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The takeover failed")]
    private partial void LogFault(Exception exception);
}
