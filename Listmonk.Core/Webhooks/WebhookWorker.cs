using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Webhooks;

/// <summary>Collects events and delivers them, once a second; deletes what is older than <see cref="Kept"/> from the log.</summary>
internal sealed partial class WebhookWorker(
    WebhookCollector collector, WebhookDelivery delivery, IDbContextFactory<ListmonkDbContext> databases, IOptions<ListmonkOptions> options, TimeProvider clock, ILogger<WebhookWorker> logger)
    : BackgroundService
{
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromHours(1);
    private const int Slice = 2_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, clock);
        var isFailing = false;
        var cleanedAt = 0L;
        try
        {
            do
            {
                try
                {
                    await collector.CollectAsync(stoppingToken);
                    await delivery.DeliverAsync(stoppingToken);
                    if (cleanedAt == 0 || clock.GetElapsedTime(cleanedAt) > CleaningInterval)
                    {
                        cleanedAt = clock.GetTimestamp();
                        await CleanAsync(stoppingToken);
                    }

                    isFailing = false;
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    if (!isFailing)
                    {
                        LogFailed(exception);
                    }

                    isFailing = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; a message under way is claimed and tried again after a minute.
        }
    }

    internal async Task CleanAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - Kept;
        int deleted;
        do
        {
            deleted = await databases.WriteAsync(
                async db =>
                {
                    var ids = await db.WebhookMessages.Where(message => message.DoneAt < before || (message.DoneAt == null && message.OccurredAt < before))
                        .OrderBy(message => message.Id).Select(message => message.Id).Take(Slice).ToListAsync(cancellationToken);
                    return await db.WebhookMessages.Where(message => ids.Contains(message.Id)).ExecuteDeleteAsync(cancellationToken);
                },
                cancellationToken);
        }
        while (deleted == Slice);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhooks cannot be served; it is tried again each second")]
    private partial void LogFailed(Exception exception);
}
