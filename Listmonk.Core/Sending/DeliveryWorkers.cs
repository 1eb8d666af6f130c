using Listmonk.Core.Messengers;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Sending;

/// <summary>
/// The sending workers of this process, shared by all campaigns, one recipient of each in turn. Each takes a recipient, waits for its turn, looks once more whether the
/// person may still be mailed, composes, hands over, and records what became of it. Their number follows the settings.
/// </summary>
internal sealed partial class DeliveryWorkers(
    SettingsStore settings,
    SuppressionStore suppressions,
    SendThrottle throttle,
    DomainThrottle domains,
    IDeliveryLedger ledger,
    DeliveryRecorder recorder,
    LinkStore links,
    TimeProvider clock,
    ILogger<DeliveryWorkers> logger) : IDisposable
{
    /// <summary>Recipients read ahead for each campaign; its reader waits when they are so many.</summary>
    private const int QueueLength = 64;

    /// <summary>What was read longer ago than this is read again before the message goes out.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(500);

    private readonly FairQueue<CampaignRun, Work> _queue = new(QueueLength);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _workers = [];
    private readonly Lock _lock = new();
    private int _wanted;
    private int _running;

    public async ValueTask EnqueueAsync(CampaignRun run, Recipient recipient, long readAt, CancellationToken cancellationToken)
    {
        run.Enter();
        try
        {
            await _queue.AddAsync(run, new Work(run, recipient, readAt, null), cancellationToken);
        }
        catch
        {
            run.Leave();
            throw;
        }
    }

    /// <summary>Works until <see cref="Complete"/> was called and the queue is empty.</summary>
    public async Task RunAsync()
    {
        using var changes = settings.Changed.Subscribe(snapshot => Resize(snapshot.Sending.Concurrency));
        Resize(settings.Current.Sending.Concurrency);
        await _completed.Task;
        Task[] workers;
        lock (_lock)
        {
            workers = [.. _workers];
        }

        await Task.WhenAll(workers);
    }

    public void Complete()
    {
        _queue.Complete();
        _completed.TrySetResult();
    }

    /// <summary>The run has ended: no worker holds anything of it.</summary>
    public void Forget(CampaignRun run) => _queue.Remove(run);

    public void Dispose() => _queue.Dispose();

    private void Resize(int wanted)
    {
        lock (_lock)
        {
            _wanted = Math.Clamp(wanted, 1, 1_000);
            _workers.RemoveAll(worker => worker.IsCompleted);
            for (; _running < _wanted; _running++)
            {
                _workers.Add(Task.Run(WorkAsync));
            }
        }
    }

    private async Task WorkAsync()
    {
        while (!IsSurplus() && await _queue.TakeAsync() is (true, var work))
        {
            try
            {
                await DeliverAsync(work);
            }
            finally
            {
                work.Turn?.Leave();
                work.Run.Leave();
            }
        }
    }

    private bool IsSurplus()
    {
        if (Volatile.Read(ref _running) <= Volatile.Read(ref _wanted))
        {
            return false;
        }

        lock (_lock)
        {
            if (_running <= _wanted)
            {
                return false;
            }

            _running--;
            return true;
        }
    }

    private async Task DeliverAsync(Work work)
    {
        var (run, recipient, readAt, turn) = work;
        try
        {
            if (run.IsStopped)
            {
                return;
            }

            if (run.IsCut && turn is null)
            {
                run.NotePostponed();
                return;
            }

            if (turn is null && domains.Find(recipient.Email) is { } limit)
            {
                await DeliverInTurnAsync(work, limit);
                return;
            }

            await throttle.WaitAsync(run.Stopping);
            if (clock.GetElapsedTime(readAt) > MaxAge)
            {
                if (await ledger.ReadClaimedAsync(run.CampaignId, recipient.SubscriberId, run.Stopping) is not { } now)
                {
                    return;
                }

                recipient = now;
            }

            if ((recipient.LeftOutReason ?? AddressFault(recipient)) is { } reason)
            {
                await SkipAsync(run, recipient, reason);
                return;
            }

            using var message = await ComposeAsync(run, recipient);
            var result = await run.Messenger.SendAsync(message, run.Stopping);
            await RecordAsync(run, recipient, result);
        }
        catch (OperationCanceledException) when (run.IsStopped)
        {
            // Not handed over: the row stays claimed and is sent when the campaign goes on.
        }
        catch (Exception exception) when (exception is TemplateException or FormatException)
        {
            await SkipAsync(run, recipient, $"The message could not be composed: {exception.Message}");
            run.NoteError(settings.Current.Sending.MaxSendErrors, exception.Message);
        }
#pragma warning disable CA1031 // A fault of ours with one message must neither end the worker nor lose the person.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception, run.CampaignId, recipient.SubscriberId);
            run.NotePostponed();
            run.NoteError(settings.Current.Sending.MaxSendErrors, exception.Message);
        }
    }

    /// <summary>The domain lists and the suppression list may have been changed since the person joined.</summary>
    private string? AddressFault(Recipient recipient) =>
        !SubscriberRules.AllowsDomain(recipient.Email, settings.Current.Privacy) ? SubscriberRules.BlockedDomain
        : suppressions.Covers(recipient.Email) ? SubscriberRules.Suppressed
        : null;

    /// <summary>Delivers now if the domain's limit allows it; else books a turn, and the message comes back to the queue when it is due.</summary>
    private async Task DeliverInTurnAsync(Work work, DomainTurns limit)
    {
        if (!limit.TryBook(out var wait))
        {
            // The first pass goes on to people of other domains; later ones have only such people left, and wait for the booked turns.
            work.Run.NoteLimited();
            return;
        }

        if (!limit.TryBegin(wait))
        {
            work.Run.Enter();
            _ = ComeBackAsync(work, limit, wait);
            return;
        }

        try
        {
            await DeliverAsync(work with { Turn = limit });
        }
        finally
        {
            limit.Leave();
        }
    }

    private async Task ComeBackAsync(Work work, DomainTurns limit, TimeSpan wait)
    {
        var hasBegun = false;
        try
        {
            await limit.BeginAsync(wait, work.Run.Stopping);
            hasBegun = true;
            await _queue.AddAsync(work.Run, work with { Turn = limit }, work.Run.Stopping);
        }
        catch (OperationCanceledException)
        {
            // Not handed over: the row stays claimed.
            if (hasBegun)
            {
                limit.Leave();
            }

            work.Run.Leave();
        }
    }

    private async ValueTask<OutboundMessage> ComposeAsync(CampaignRun run, Recipient recipient)
    {
        var compiled = run.Compiled;
        var composer = compiled.Rent();
        try
        {
            var message = composer.Compose(recipient);
            if (composer.UnknownLinks.Count == 0)
            {
                return message;
            }

            message.Dispose();
            string[] urls = [.. composer.UnknownLinks.Distinct(StringComparer.Ordinal)];
            var ids = await links.RegisterAsync(urls, run.Stopping);
            for (var i = 0; i < urls.Length; i++)
            {
                compiled.AddLink(urls[i], ids[i]);
            }

            return composer.Compose(recipient);
        }
        finally
        {
            compiled.Return(composer);
        }
    }

    private ValueTask SkipAsync(CampaignRun run, Recipient recipient, string reason) => recorder.RecordAsync(new DeliveryRecord
    {
        CampaignId = run.CampaignId,
        SubscriberId = recipient.SubscriberId,
        Status = DeliveryStatus.Skipped,
        IsAttempt = false,
        At = clock.GetUtcNow(),
        Reply = reason,
    });

    private async ValueTask RecordAsync(CampaignRun run, Recipient recipient, DeliveryResult result)
    {
        var status = OutcomeRules.StatusOf(result, recipient.Attempts);
        if (status == DeliveryStatus.Claimed)
        {
            run.NotePostponed();
        }

        if (result.IsHeld)
        {
            run.Hold(clock.GetUtcNow() + result.RetryAfter, result.ReplyText ?? "");
            return;
        }

        if (result.Outcome == DeliveryOutcome.ServerUnavailable)
        {
            LogUnavailable(run.CampaignId, result.Server, result.Stage, result.Code);
            run.NoteError(settings.Current.Sending.MaxSendErrors, $"{result.Server}: {result.Code} {result.ReplyText}");
            return;
        }

        await recorder.RecordAsync(new DeliveryRecord
        {
            CampaignId = run.CampaignId,
            SubscriberId = recipient.SubscriberId,
            Status = status,
            At = clock.GetUtcNow(),
            Code = result.Code == 0 ? null : result.Code,
            EnhancedStatus = result.EnhancedStatus,
            Reply = result.ReplyText,
            Server = result.Server,
            Refusal = OutcomeRules.RefusalOf(result, recipient.Email),
        });
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Campaign {CampaignId}: the message to subscriber {SubscriberId} failed on our side")]
    private partial void LogFault(Exception exception, int campaignId, int subscriberId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Campaign {CampaignId}: server {Server} was not available ({Stage}, {Code})")]
    private partial void LogUnavailable(int campaignId, string? server, DeliveryStage stage, int code);

    /// <param name="Turn">The turn of the recipient's domain that has begun; whoever takes the work from the queue leaves it.</param>
    private readonly record struct Work(CampaignRun Run, Recipient Recipient, long ReadAt, DomainTurns? Turn);
}
