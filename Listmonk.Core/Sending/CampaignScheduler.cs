using System.Collections.Concurrent;
using System.Globalization;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Sending;

/// <summary>
/// Finds campaigns to send, at a signal or every two seconds, and lets a <see cref="CampaignSender"/> run for each. On stop nothing more
/// is handed over, and what was handed over is recorded.
/// </summary>
internal sealed partial class CampaignScheduler(
    IDbContextFactory<ListmonkDbContext> databases,
    CampaignSender sender,
    DeliveryWorkers workers,
    DeliveryRecorder recorder,
    RunningCampaigns running,
    SendingSignal signal,
    IOptions<ListmonkOptions> options,
    SettingsStore settings,
    LiveFeed<CampaignStatusChanged> statusChanges,
    TimeProvider clock,
    ILogger<CampaignScheduler> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, Task> _runs = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        using var counting = recorder.Committed.Subscribe(running.Note);
        using var faults = recorder.Faults.Subscribe(running.NoteFault);
        var delivering = workers.RunAsync();
        var recording = recorder.RunAsync();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await LookAsync(stoppingToken);
                await signal.WaitAsync(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }

        await Task.WhenAll(_runs.Values);
        workers.Complete();
        await delivering;
        recorder.Complete();
        await recording;
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var campaignId in await DueAsync(stoppingToken))
            {
                if (!_runs.ContainsKey(campaignId))
                {
                    _runs[campaignId] = Task.Run(() => RunAsync(campaignId, stoppingToken), CancellationToken.None);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogLookFailed(exception);
        }
    }

    private async Task<List<int>> DueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await HoldMissedAsync(db, now, cancellationToken);
        var found = await db.Campaigns.AsNoTracking()
            .Where(campaign => campaign.Status == CampaignStatus.Running || (campaign.Status == CampaignStatus.Scheduled && campaign.SendAt <= now))
            .OrderBy(campaign => campaign.Id)
            .Select(campaign => new { campaign.Id, campaign.Status })
            .ToListAsync(cancellationToken);
        if (found.Exists(campaign => campaign.Status == CampaignStatus.Scheduled))
        {
            await databases.WriteAsync(
                writer => writer.Campaigns.Where(campaign => campaign.Status == CampaignStatus.Scheduled && campaign.SendAt <= now)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(campaign => campaign.Status, CampaignStatus.Running).SetProperty(campaign => campaign.UpdatedAt, now),
                        cancellationToken),
                cancellationToken);
        }

        return [.. found.Select(campaign => campaign.Id)];
    }

    /// <summary>Nobody wants last week's good-morning mail: what is too late by the settings pauses and says why.</summary>
    private async Task HoldMissedAsync(ListmonkDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (settings.Current.Sending.MissedScheduleMinutes is not (> 0 and var minutes))
        {
            return;
        }

        var limit = now.AddMinutes(-minutes);
        var missed = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Status == CampaignStatus.Scheduled && campaign.SendAt < limit)
            .Select(campaign => new { campaign.Id, campaign.SendAt }).ToListAsync(cancellationToken);
        foreach (var campaign in missed)
        {
            var reason = string.Create(
                CultureInfo.InvariantCulture, $"This campaign was due at {campaign.SendAt:yyyy-MM-dd HH:mm} UTC and could not start in time. Resume it to send it now, or set a new time.");
            if (await databases.WriteAsync(
                writer => writer.Campaigns.Where(row => row.Id == campaign.Id && row.Status == CampaignStatus.Scheduled).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, CampaignStatus.Paused).SetProperty(row => row.StatusReason, reason).SetProperty(row => row.UpdatedAt, now),
                    cancellationToken),
                cancellationToken) == 1)
            {
                statusChanges.Publish(new CampaignStatusChanged(campaign.Id, CampaignStatus.Paused));
                LogMissed(campaign.Id);
            }
        }
    }

    private async Task RunAsync(int campaignId, CancellationToken stoppingToken)
    {
        var wasOurs = false;
        try
        {
            wasOurs = await sender.RunAsync(campaignId, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; the next one goes on from the ledger.
        }
#pragma warning disable CA1031 // One campaign's trouble must not end the scheduler; it is taken up again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRunFailed(exception, campaignId);
            running.End(campaignId, CampaignStatus.Running);
            await Task.Delay(PauseAfterFault, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _runs.TryRemove(campaignId, out _);
            if (wasOurs)
            {
                // It may have been resumed while the last messages were recorded.
                signal.Raise();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId} missed its time and waits for a decision")]
    private partial void LogMissed(int campaignId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Campaigns to send could not be looked up")]
    private partial void LogLookFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Campaign {CampaignId}: the run failed; it is taken up again")]
    private partial void LogRunFailed(Exception exception, int campaignId);
}
