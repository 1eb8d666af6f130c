using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Auth;

/// <summary>Sends the mails that <see cref="PasswordResetQueue"/> asks for.</summary>
internal sealed partial class PasswordResetWorker(PasswordResetQueue queue, AccountLinkService links, ILogger<PasswordResetWorker> logger) : BackgroundService
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
            await links.SendResetAsync(address, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A password reset mail could not be sent")]
    private partial void LogFailed(Exception exception);
}
