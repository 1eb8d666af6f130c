using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Transactional;

/// <summary>Removes calls with their messages when their days in the log are over. Queued messages stay until they are sent or failed.</summary>
internal sealed partial class TransactionalCleanupWorker(
    IDbContextFactory<ListmonkDbContext> databases,
    SettingsStore settings,
    LiveFeed<TransactionalChanged> changes,
    IOptions<ListmonkOptions> options,
    TimeProvider clock,
    ILogger<TransactionalCleanupWorker> logger) : BackgroundService
{
    /// <summary>Calls removed in one transaction; others write between two.</summary>
    private const int Slice = 20;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <returns>How many calls were removed.</returns>
    public async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var limit = clock.GetUtcNow() - TimeSpan.FromDays(settings.Current.Transactional.RetentionDays);
        var total = 0;
        int removed;
        do
        {
            removed = await databases.WriteAsync(
                db => db.TransactionalRequests
                    .Where(request => request.CreatedAt < limit && !request.Messages.Any(message => message.State == TransactionalState.Queued))
                    .OrderBy(request => request.Id)
                    .Take(Slice)
                    .ExecuteDeleteAsync(cancellationToken),
                cancellationToken);
            total += removed;
        }
        while (removed == Slice);
        if (total > 0)
        {
            changes.Publish(new TransactionalChanged());
        }

        return total;
    }

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
                await TryCleanAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryCleanAsync(CancellationToken stoppingToken)
    {
        try
        {
            await CleanAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Old transactional messages could not be removed; it is tried again in an hour")]
    private partial void LogFailed(Exception exception);
}
