using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Analytics;

/// <summary>Deletes opens, clicks and their details when the days are over that the settings keep each kind.</summary>
internal sealed partial class HitRetentionWorker(
    IDbContextFactory<ListmonkDbContext> databases,
    HitRetention retention,
    SettingsStore settings,
    IOptions<ListmonkOptions> options,
    TimeProvider clock,
    ILogger<HitRetentionWorker> logger) : BackgroundService
{
    /// <summary>Hits whose details are removed in one transaction; others write between two.</summary>
    private const int Slice = 2_000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Longer than any process remembers the id of a user agent.</summary>
    private static readonly TimeSpan AgentsInterval = TimeSpan.FromDays(1);

    private HashSet<int> _unusedAgents = [];
    private long _agentsLookedAt;

    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var tracking = settings.Current.Tracking;
        foreach (var (kind, days) in new[] { (HitKind.Open, tracking.KeepOpensDays), (HitKind.Click, tracking.KeepClicksDays) })
        {
            if (days > 0)
            {
                await retention.DeleteBeforeAsync(kind, clock.GetUtcNow().AddDays(-days), cancellationToken);
            }
        }

        if (tracking.KeepDetailsDays > 0)
        {
            await ForgetDetailsAsync(clock.GetUtcNow().AddDays(-tracking.KeepDetailsDays), cancellationToken);
        }

        if (_agentsLookedAt == 0 || clock.GetElapsedTime(_agentsLookedAt) >= AgentsInterval)
        {
            _agentsLookedAt = clock.GetTimestamp();
            await ForgetAgentsAsync(cancellationToken);
        }
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

    /// <summary>User agent and network go; verdict, reason and the class of the client stay.</summary>
    private async Task ForgetDetailsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int forgotten;
        do
        {
            forgotten = await databases.WriteAsync(
                db => db.TrackingHits
                    .Where(hit => hit.At < before && (hit.AgentId != null || hit.Network != null))
                    .OrderBy(hit => hit.At)
                    .Take(Slice)
                    .ExecuteUpdateAsync(set => set.SetProperty(hit => hit.AgentId, (int?)null).SetProperty(hit => hit.Network, (string?)null), cancellationToken),
                cancellationToken);
        }
        while (forgotten == Slice);
    }

    /// <summary>User agents that no hit names go when that was so a day ago too: a process that still remembers one has used it since.</summary>
    private async Task ForgetAgentsAsync(CancellationToken cancellationToken)
    {
        HashSet<int> unused;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            unused = await db.HitAgents.AsNoTracking().Select(agent => agent.Id).ToHashSetAsync(cancellationToken);
            unused.ExceptWith(await db.TrackingHits.AsNoTracking().Where(hit => hit.AgentId != null).Select(hit => hit.AgentId!.Value).Distinct().ToListAsync(cancellationToken));
        }

        foreach (var ids in unused.Where(_unusedAgents.Contains).Chunk(Slice))
        {
            await databases.WriteAsync(db => db.HitAgents.Where(agent => EF.Parameter(ids).Contains(agent.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }

        _unusedAgents = unused;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Old opens and clicks could not be removed; it is tried again in an hour")]
    private partial void LogFailed(Exception exception);
}
