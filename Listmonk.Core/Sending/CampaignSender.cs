using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Listmonk.Core.Notifications;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Sending;

/// <summary>Sends one campaign from the moment it is running to its end or its next pause, together with other processes that do so.</summary>
/// <remarks>
/// The steps: open the run by counting the audience, or join one that another process has opened; compile; then pass over the audience. A
/// pass brings up the people of the share's batches, takes more batches when none are left, and hands each person to the workers. People whose message was put off (a server said "later", or was
/// away) stay claimed; after a pause the next pass finds them in the ledger, just as a restart would. No list of retries is kept in memory.
/// A pass that limits leave without work (a server's day is used up, a domain's turns are booked) is cut short and continued.
///
/// A pause or a cancel in this process stops the run before whoever asked for it is answered. Meanwhile a watcher looks at the shares: it
/// renews this one, and stops the run within half a second of a pause, a cancel or the loss of the share, whichever process caused it.
/// Stopping only ever means that nothing more is handed over; what was handed over is recorded before the share is given back.
/// </remarks>
internal sealed partial class CampaignSender(
    IDbContextFactory<ListmonkDbContext> databases,
    CampaignOpener opener,
    CampaignShares shares,
    CampaignBatches batches,
    CampaignCompiler compiler,
    AudienceReader audience,
    SendThrottle throttle,
    DeliveryWorkers workers,
    DeliveryRecorder recorder,
    RunningCampaigns running,
    LiveFeed<CampaignStatusChanged> statusChanges,
    MessengerDirectory messengers,
    CampaignMails mails,
    SettingsStore settings,
    TimeProvider clock,
    ILogger<CampaignSender> logger)
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(4);

    /// <summary>Others look at the shares four times a second: after this they know of a new one, and keep to their part of the rate.</summary>
    private static readonly TimeSpan PauseToBeSeen = TimeSpan.FromSeconds(1);

    /// <returns>False when the campaign does not run, or another process is about to open it.</returns>
    public async Task<bool> RunAsync(int campaignId, CancellationToken stoppingToken)
    {
        if (await opener.EnterAsync(campaignId, stoppingToken) is not { } share)
        {
            return false;
        }

        Campaign? ended;
        try
        {
            ended = await SendAsync(share, stoppingToken);
        }
        finally
        {
            // Also on the way out of the process, or others would have to wait for the share to end.
            await shares.LeaveAsync(share, CancellationToken.None);
        }

        if (ended is not null)
        {
            await mails.SendStatusAsync(ended, stoppingToken);
        }

        return true;
    }

    /// <returns>The campaign, when the engine itself has finished or paused it here.</returns>
    private async Task<Campaign?> SendAsync(SendingShare share, CancellationToken stoppingToken)
    {
        var campaign = await LoadAsync(share.CampaignId, stoppingToken);
        if (messengers.Find(campaign.Messenger) is not { } messenger)
        {
            return await PauseAsync(share, WithoutMessenger(campaign));
        }

        var compiled = await compiler.CompileAsync(campaign, CompilePurpose.Send, stoppingToken);
        if (!compiled.IsOk)
        {
            return await PauseAsync(share, $"The campaign could not be prepared: {compiled.Message}");
        }

        using var run = new CampaignRun(share, campaign, messenger, compiled.Value);
        LogStarted(campaign.Id, campaign.ToSend);
        running.Begin(campaign);
        await using var stopping = stoppingToken.Register(run.Stop);
        using var changes = statusChanges.Subscribe(change =>
        {
            if (change.CampaignId == share.CampaignId && change.Status != CampaignStatus.Running)
            {
                run.Stop();
            }
        });
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(run, done.Token);
        Campaign? finished = null;
        try
        {
            await MeetAsync(run);
            finished = await SendPassesAsync(run);
        }
        catch (OperationCanceledException) when (run.IsStopped)
        {
            // Paused, cancelled, lost, or the process stops.
        }
        finally
        {
            run.Stop();
            await run.WaitUntilIdleAsync();
            workers.Forget(run);
            await recorder.FlushAsync();
            await done.CancelAsync();
            await watching;
        }

        return await EndAsync(run, finished);
    }

    /// <summary>Lets others make room before the first message.</summary>
    private async Task MeetAsync(CampaignRun run)
    {
        var known = throttle.Processes;
        if (await LookAsync(run, renew: false, run.Stopping) is true && throttle.Processes > known)
        {
            LogJoined(run.CampaignId, throttle.Processes);
            await Task.Delay(PauseToBeSeen, clock, run.Stopping);
        }
    }

    /// <summary>Returns the campaign when everybody of the audience has an outcome, and it is finished by that.</summary>
    private async Task<Campaign?> SendPassesAsync(CampaignRun run)
    {
        var isContinuation = false;
        for (var number = 1; ;)
        {
            run.BeginPass(isContinuation);
            var pass = await audience.BeginAsync(run.Share, run.Stopping);
            if (await SendPassAsync(run, pass) is not { } isWhole)
            {
                return null;
            }

            await run.WaitUntilIdleAsync();
            await recorder.FlushAsync();
            run.Stopping.ThrowIfCancellationRequested();
            var open = await batches.CloseAsync(run.Share, run.Stopping);
            if (isWhole && open.Own == 0)
            {
                if (open.Others == 0 && await FinishAsync(run.Share, pass.End) is { } finished)
                {
                    return finished;
                }

                // Others are at work; what they leave behind is free to be taken.
                isContinuation = false;
                await Task.Delay(WatchInterval, clock, run.Stopping);
                continue;
            }

            isContinuation = !isWhole || run.IsCut || run.HasLimited;
            if (run.HoldReason is { } reason)
            {
                await HoldAsync(run, reason);
            }
            else if (!isContinuation && run.HasPostponed)
            {
                var pause = OutcomeRules.PauseBeforePass(number++, run.HadErrors);
                LogWaiting(run.CampaignId, (int)pause.TotalSeconds);
                await Task.Delay(pause, clock, run.Stopping);
            }
        }
    }

    /// <summary>Waits until the servers may take more, or the settings have changed and perhaps lifted the limit.</summary>
    private async Task HoldAsync(CampaignRun run, string reason)
    {
        LogHeld(run.CampaignId, reason);
        var until = new DateTimeOffset(run.HeldUntil, TimeSpan.Zero);
        var known = settings.Current;
        running.NoteHold(run.CampaignId, until, reason);
        while (until - clock.GetUtcNow() is var left && left > TimeSpan.Zero && ReferenceEquals(known, settings.Current))
        {
            await Task.Delay(left < WatchInterval ? left : WatchInterval, clock, run.Stopping);
        }

        running.NoteHold(run.CampaignId, null, null);
    }

    /// <summary>Hands everybody whom the share holds, or can take, to the workers. False when the pass was cut short, null when the share is void.</summary>
    private async Task<bool?> SendPassAsync(CampaignRun run, AudiencePass pass)
    {
        while (!run.IsCut)
        {
            await RecompileIfStaleAsync(run);
            var readAt = clock.GetTimestamp();
            if (await audience.NextAsync(pass, run.Stopping) is not { } chunk)
            {
                return null;
            }

            if (chunk.Count == 0)
            {
                return true;
            }

            foreach (var recipient in chunk)
            {
                if (run.IsContinuation && recipient.Attempts > 0)
                {
                    run.NotePostponed();
                }
                else
                {
                    await workers.EnqueueAsync(run, recipient, readAt, run.Stopping);
                }
            }
        }

        return false;
    }

    private static string WithoutMessenger(Campaign campaign) => $"There is no messenger '{campaign.Messenger}' any more. Choose another one, then resume.";

    /// <summary>Settings apply at once: addresses, headers, tracking and the messenger follow in the middle of a campaign.</summary>
    private async Task RecompileIfStaleAsync(CampaignRun run)
    {
        if (ReferenceEquals(run.Compiled.Settings, settings.Current))
        {
            return;
        }

        if (messengers.Find(run.Campaign.Messenger) is not { } messenger)
        {
            run.PauseBecause(WithoutMessenger(run.Campaign));
            run.Stopping.ThrowIfCancellationRequested();
            return;
        }

        run.Messenger = messenger;
        var compiled = await compiler.CompileAsync(run.Campaign, CompilePurpose.Send, run.Stopping);
        if (compiled.IsOk)
        {
            run.Compiled = compiled.Value;
        }
        else
        {
            run.PauseBecause($"The campaign could not be prepared with the new settings: {compiled.Message}");
            run.Stopping.ThrowIfCancellationRequested();
        }
    }

    private async Task WatchAsync(CampaignRun run, CancellationToken done)
    {
        var renewedAt = clock.GetTimestamp();
        var toldErrors = 0;
        try
        {
            using var timer = new PeriodicTimer(WatchInterval, clock);
            while (await timer.WaitForNextTickAsync(done))
            {
                running.Publish(run.CampaignId);
                var isDue = clock.GetElapsedTime(renewedAt) >= RenewInterval || run.Errors != toldErrors;
                var askedAt = clock.GetTimestamp();
                var errors = run.Errors;
                switch (await LookAsync(run, isDue, done))
                {
                    case true when isDue:
                        (renewedAt, toldErrors) = (askedAt, errors);
                        break;
                    case false:
                    case null when clock.GetElapsedTime(renewedAt) > LeaseStore.Duration - TimeSpan.FromSeconds(3):
                        run.Stop();
                        return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended by itself.
        }
    }

    /// <summary>Whether the campaign is still ours to send, and what others do; null when the database cannot say, which the share outlasts for a while.</summary>
    private async Task<bool?> LookAsync(CampaignRun run, bool renew, CancellationToken cancellationToken)
    {
        try
        {
            if ((renew && !await shares.RenewAsync(run.Share, run.Errors, cancellationToken)) || await shares.LookAsync(run.Share, cancellationToken) is not { } view)
            {
                return false;
            }

            run.ErrorsElsewhere = view.ErrorsElsewhere;
            throttle.ShareAmong(view.Processes);
            running.Follow(run.CampaignId, view);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogWatchFailed(exception, run.CampaignId);
            return null;
        }
    }

    private async Task<Campaign?> EndAsync(CampaignRun run, Campaign? finished)
    {
        var ended = finished ?? (run.PauseReason is { } reason ? await PauseAsync(run.Share, reason) : null);
        var status = ended?.Status ?? await StatusAsync(run.CampaignId);
        running.End(run.CampaignId, status);
        LogEnded(run.CampaignId, status);
        return ended;
    }

    private Task<Campaign> LoadAsync(int campaignId, CancellationToken cancellationToken) => ReadAsync(
        db => db.Campaigns.AsNoTracking().Include(campaign => campaign.Lists).Include(campaign => campaign.Media).AsSplitQuery()
            .FirstAsync(campaign => campaign.Id == campaignId, cancellationToken),
        cancellationToken);

    private Task<CampaignStatus> StatusAsync(int campaignId) => ReadAsync(
        db => db.Campaigns.Where(campaign => campaign.Id == campaignId).Select(campaign => campaign.Status).FirstOrDefaultAsync(CancellationToken.None),
        CancellationToken.None);

    private Task<Campaign?> PauseAsync(SendingShare share, string reason) => ChangeAsync(
        share, (campaign, _) => Task.FromResult(campaign.Pause(clock.GetUtcNow(), reason).IsOk));

    /// <summary>Finishes the campaign unless somebody was taken or left behind after we had seen the end.</summary>
    private Task<Campaign?> FinishAsync(SendingShare share, int? end) => ChangeAsync(
        share,
        async (campaign, db) =>
        {
            if (campaign.LastSubscriberId != end || await db.CampaignBatches.AnyAsync(batch => batch.CampaignId == share.CampaignId))
            {
                return false;
            }

            // Who left the audience between the count and the claim was never in the ledger.
            campaign.ToSend = await db.Deliveries.CountAsync(delivery => delivery.CampaignId == share.CampaignId);
            return campaign.Finish(clock.GetUtcNow()).IsOk;
        });

    /// <summary>Changes the campaign if it still runs, in our run. Whoever takes batches waits meanwhile.</summary>
    private async Task<Campaign?> ChangeAsync(SendingShare share, Func<Campaign, ListmonkDbContext, Task<bool>> change)
    {
        var changed = await databases.WriteAsync(
            async db =>
            {
                var isLocked = await db.Campaigns
                    .Where(campaign => campaign.Id == share.CampaignId && campaign.LeaseEpoch == share.Run.Epoch && campaign.Status == CampaignStatus.Running)
                    .ExecuteUpdateAsync(set => set.SetProperty(campaign => campaign.LeaseEpoch, share.Run.Epoch)) == 1;
                var campaign = isLocked ? await db.Campaigns.FirstAsync(campaign => campaign.Id == share.CampaignId) : null;
                return campaign is not null && await change(campaign, db) ? campaign : null;
            },
            CancellationToken.None);
        if (changed is not null)
        {
            statusChanges.Publish(new CampaignStatusChanged(changed.Id, changed.Status, changed.StatusReason));
        }

        return changed;
    }

    private async Task<T> ReadAsync<T>(Func<ListmonkDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await read(db);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} goes to {ToSend} people")]
    private partial void LogStarted(int campaignId, int toSend);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId}: {Processes} processes send, each its part of the rate")]
    private partial void LogJoined(int campaignId, int processes);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId}: some messages were put off and are tried again in {Seconds} s")]
    private partial void LogWaiting(int campaignId, int seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} waits: {Reason}")]
    private partial void LogHeld(int campaignId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId}: the run ended, the campaign is {Status}")]
    private partial void LogEnded(int campaignId, CampaignStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId}: its row could not be read")]
    private partial void LogWatchFailed(Exception exception, int campaignId);
}
