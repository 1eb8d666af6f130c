using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Notifications;

/// <summary>Sends the mails that <see cref="PrivacyLinkQueue"/> asks for.</summary>
internal sealed partial class PrivacyLinkWorker(PrivacyLinkQueue queue, PrivacyLinkMailer mailer, ILogger<PrivacyLinkWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var address in queue.Addresses.ReadAllAsync(stoppingToken))
            {
                await SendAsync(address, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; who asked asks again.
        }
    }

    private async Task SendAsync(string address, CancellationToken stoppingToken)
    {
        try
        {
            await mailer.SendAsync(address, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The mail with a link to somebody's own data could not be sent")]
    private partial void LogFailed(Exception exception);
}
