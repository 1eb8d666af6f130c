using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Analytics.Breakdowns;

/// <summary>Counts the breakdowns that somebody looks at, one after the other, and each one seldom enough to leave the machine to others.</summary>
/// <remarks>It runs in every web process: a report is counted where it is read. Two that count the same campaign store the same.</remarks>
internal sealed partial class BreakdownWorker(BreakdownStore store, TimeProvider clock, ILogger<BreakdownWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var later = new PriorityQueue<int, long>();
        try
        {
            while (true)
            {
                stoppingToken.ThrowIfCancellationRequested();
                while (store.Wanted.TryRead(out var campaign))
                {
                    var rest = await store.RestAsync(campaign, stoppingToken);
                    later.Enqueue(campaign, clock.GetUtcNow().Add(rest).UtcTicks);
                }

                if (!later.TryPeek(out var next, out var due))
                {
                    await store.Wanted.WaitToReadAsync(stoppingToken);
                    continue;
                }

                var wait = new TimeSpan(due - clock.GetUtcNow().UtcTicks);
                if (wait > TimeSpan.Zero)
                {
                    await WaitAsync(wait, stoppingToken);
                    continue;
                }

                later.Dequeue();
                store.Taken(next);
                await TryCountAsync(next, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>Until the next campaign may be counted, or another one is asked for.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken stoppingToken)
    {
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var asked = store.Wanted.WaitToReadAsync(turn.Token).AsTask();
        await Task.WhenAny(Task.Delay(wait, clock, turn.Token), asked);
        await turn.CancelAsync();
    }

    private async Task TryCountAsync(int campaign, CancellationToken stoppingToken)
    {
        try
        {
            await store.CountAsync(campaign, stoppingToken);
        }
        catch (Exception exception) when (exception is DbException or IOException or InvalidOperationException or TimeoutException)
        {
            LogFailed(exception, campaign);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The breakdown of campaign {CampaignId} could not be counted; it is tried again when its report is read")]
    private partial void LogFailed(Exception exception, int campaignId);
}
