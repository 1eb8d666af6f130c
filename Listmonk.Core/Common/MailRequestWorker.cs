using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Common;

/// <summary>Sends the mails that a queue asks for; one that fails is logged and does not hold up the others.</summary>
internal abstract partial class MailRequestWorker(MailRequestQueue queue, ILogger logger) : BackgroundService
{
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var address in queue.Addresses.ReadAllAsync(stoppingToken))
            {
                await TryAsync(address, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; who asked asks again.
        }
    }

    protected abstract Task SendAsync(string address, CancellationToken cancellationToken);

    private async Task TryAsync(string address, CancellationToken stoppingToken)
    {
        try
        {
            await SendAsync(address, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A mail that somebody asked for could not be sent")]
    private partial void LogFailed(Exception exception);
}
