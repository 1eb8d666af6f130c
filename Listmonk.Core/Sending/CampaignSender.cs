using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Listmonk.Core.Notifications;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Sending;

/// <summary>Sends one campaign from the moment it is running to its end or its next pause.</summary>
/// <remarks>
/// The steps: take the lease, compile, count the audience, then pass over it. A pass reads claimed people in the order of their ids,
/// claims more when none are left, and hands each to the workers. People whose message was put off (a server said "later", or was
/// away) stay claimed; after a pause the next pass finds them in the ledger, just as a restart would. No list of retries is kept in memory.
/// A pass that limits leave without work (a server's day is used up, a domain's turns are booked) is cut short and continued.
///
/// A pause or a cancel in this process stops the run before whoever asked for it is answered. Meanwhile a watcher looks at the campaign's
/// row: it renews the lease, and stops the run within half a second of a pause, a cancel or the loss of the lease, whichever process caused
/// it. Stopping only ever means that nothing more is handed over; what was handed over is recorded before the lease is given back.
/// </remarks>
internal sealed partial class CampaignSender(
    IDbContextFactory<ListmonkDbContext> databases,
    CampaignLeases leases,
    CampaignCompiler compiler,
    AudienceReader audience,
    DeliveryWorkers workers,
    DeliveryRecorder recorder,
    IDeliveryLedger ledger,
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

    /// <returns>False when another process sends the campaign.</returns>
    public async Task<bool> RunAsync(int campaignId, CancellationToken stoppingToken)
    {
        if (await leases.TryAcquireAsync(campaignId, stoppingToken) is not { } lease)
        {
            return false;
        }

        Campaign? ended;
        try
        {
            ended = await SendAsync(lease, stoppingToken);
        }
        finally
        {
            // Also on the way out of the process, or the next one would have to wait for the lease to end.
            await leases.ReleaseAsync(lease, CancellationToken.None);
        }

        if (ended is not null)
        {
            await mails.SendStatusAsync(ended, stoppingToken);
        }

        return true;
    }

    /// <returns>The campaign, when the engine itself has finished or paused it.</returns>
    private async Task<Campaign?> SendAsync(CampaignLease lease, CancellationToken stoppingToken)
    {
        var campaign = await LoadAsync(lease.CampaignId, stoppingToken);
        if (messengers.Find(campaign.Messenger) is not { } messenger)
        {
            return await PauseAsync(lease, WithoutMessenger(campaign));
        }

        var compiled = await compiler.CompileAsync(campaign, CompilePurpose.Send, stoppingToken);
        if (!compiled.IsOk)
        {
            return await PauseAsync(lease, $"The campaign could not be prepared: {compiled.Message}");
        }

        if (await audience.OpenAsync(lease, stoppingToken) is not { } window)
        {
            return null;
        }

        using var run = new CampaignRun(lease, campaign, messenger, compiled.Value);
        LogStarted(campaign.Id, window.ToSend);
        running.Begin(campaign, window.ToSend);
        await using var stopping = stoppingToken.Register(run.Stop);
        using var changes = statusChanges.Subscribe(change =>
        {
            if (change.CampaignId == lease.CampaignId && change.Status != CampaignStatus.Running)
            {
                run.Stop();
            }
        });
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(run, done.Token);
        var isComplete = false;
        try
        {
            isComplete = await SendPassesAsync(run);
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

        return await EndAsync(run, isComplete);
    }

    /// <summary>Returns true when everybody of the audience has an outcome.</summary>
    private async Task<bool> SendPassesAsync(CampaignRun run)
    {
        var isContinuation = false;
        for (var pass = 1; ;)
        {
            run.BeginPass(isContinuation);
            if (await SendPassAsync(run) is not { } isWhole)
            {
                return false;
            }

            await run.WaitUntilIdleAsync();
            await recorder.FlushAsync();
            run.Stopping.ThrowIfCancellationRequested();
            if (isWhole && !await ledger.HasClaimedAsync(run.CampaignId, run.Stopping))
            {
                return true;
            }

            isContinuation = !isWhole || run.IsCut || run.HasLimited;
            if (run.HoldReason is { } reason)
            {
                await HoldAsync(run, reason);
            }
            else if (!isContinuation && run.HasPostponed)
            {
                var pause = OutcomeRules.PauseBeforePass(pass++, run.HadErrors);
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

    /// <summary>Hands everybody who is claimed, or can be, to the workers. False when the pass was cut short, null when the campaign is no longer ours.</summary>
    private async Task<bool?> SendPassAsync(CampaignRun run)
    {
        var after = 0;
        while (!run.IsCut)
        {
            await RecompileIfStaleAsync(run);
            var readAt = clock.GetTimestamp();
            if (await audience.NextAsync(run.Lease, after, run.Stopping) is not { } chunk)
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

            after = chunk[^1].SubscriberId;
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
        try
        {
            using var timer = new PeriodicTimer(WatchInterval, clock);
            while (await timer.WaitForNextTickAsync(done))
            {
                running.Publish(run.CampaignId);
                var isDue = clock.GetElapsedTime(renewedAt) >= RenewInterval;
                var askedAt = clock.GetTimestamp();
                switch (await LookAsync(run, isDue, done))
                {
                    case true when isDue:
                        renewedAt = askedAt;
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

    /// <summary>Whether the campaign is still ours to send; null when the database cannot say, which the lease outlasts for a while.</summary>
    private async Task<bool?> LookAsync(CampaignRun run, bool renew, CancellationToken cancellationToken)
    {
        try
        {
            return renew ? await leases.RenewAsync(run.Lease, cancellationToken) : await leases.IsHeldAsync(run.Lease, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogWatchFailed(exception, run.CampaignId);
            return null;
        }
    }

    private async Task<Campaign?> EndAsync(CampaignRun run, bool isComplete)
    {
        var ended = run.PauseReason is { } reason
            ? await PauseAsync(run.Lease, reason)
            : isComplete ? await FinishAsync(run.Lease) : null;
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

    private Task<Campaign?> PauseAsync(CampaignLease lease, string reason) => ChangeAsync(
        lease, (campaign, _) =>
        {
            campaign.Pause(clock.GetUtcNow(), reason);
            return Task.CompletedTask;
        });

    private Task<Campaign?> FinishAsync(CampaignLease lease) => ChangeAsync(
        lease,
        async (campaign, db) =>
        {
            // Who left the audience between the count and the claim was never in the ledger.
            campaign.ToSend = await db.Deliveries.CountAsync(delivery => delivery.CampaignId == lease.CampaignId);
            campaign.Finish(clock.GetUtcNow());
        });

    /// <summary>Changes the campaign if it is still running and ours.</summary>
    private async Task<Campaign?> ChangeAsync(CampaignLease lease, Func<Campaign, ListmonkDbContext, Task> change)
    {
        var changed = await databases.WriteAsync(
            async db =>
            {
                var campaign = await db.Campaigns.FirstOrDefaultAsync(
                    campaign => campaign.Id == lease.CampaignId && campaign.LeaseEpoch == lease.Epoch && campaign.Status == CampaignStatus.Running);
                if (campaign is not null)
                {
                    await change(campaign, db);
                }

                return campaign;
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId}: some messages were put off and are tried again in {Seconds} s")]
    private partial void LogWaiting(int campaignId, int seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId} waits: {Reason}")]
    private partial void LogHeld(int campaignId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Campaign {CampaignId}: the run ended, the campaign is {Status}")]
    private partial void LogEnded(int campaignId, CampaignStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId}: its row could not be read")]
    private partial void LogWatchFailed(Exception exception, int campaignId);
}
