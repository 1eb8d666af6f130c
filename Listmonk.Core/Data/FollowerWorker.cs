using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Data;

/// <summary>
/// Lets every follower look at the database once a second, where several processes may share it (decision 0012). On SQLite there is nobody
/// to follow.
/// </summary>
internal sealed partial class FollowerWorker(
    IEnumerable<IFollower> followers, IDatabaseDialect dialect, TimeProvider clock, ILogger<FollowerWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!dialect.HasConcurrentWriters)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var follower in followers)
            {
                await follower.FollowAsync(stoppingToken);
            }

            _isFailing = false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // Told once an outage, not every second.
            if (!_isFailing)
            {
                _isFailing = true;
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What other processes have changed cannot be read; it is tried again each second")]
    private partial void LogFailed(Exception exception);
}
