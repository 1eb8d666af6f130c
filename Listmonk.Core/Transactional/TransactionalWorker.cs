using System.Threading.Channels;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Transactional;

/// <summary>Delivers queued messages in a lane of its own, beside the campaigns' workers, their throttle and their pauses.</summary>
/// <remarks>
/// Messages are taken from the database some ahead under leases that are renewed while they are held. What was handed over is recorded in
/// groups as they come; only a crash between the two can send a message twice. On stop nothing more is handed over, messages under way are
/// finished and recorded, and the rest is given back for the next process.
/// </remarks>
internal sealed partial class TransactionalWorker(
    TransactionalQueue queue,
    MessengerDirectory messengers,
    BounceRecorder bounces,
    TransactionalSignal signal,
    IOptions<ListmonkOptions> options,
    TimeProvider clock,
    ILogger<TransactionalWorker> logger) : BackgroundService
{
    /// <summary>Messages under way at once.</summary>
    private const int Lanes = 8;

    /// <summary>Messages held at once, those under way included.</summary>
    private const int Ahead = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewInterval = LeaseStore.Duration / 3;
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly Channel<TransactionalMessage> _waiting = Channel.CreateBounded<TransactionalMessage>(Ahead);
    private readonly Channel<Finished> _finished = Channel.CreateBounded<Finished>(new BoundedChannelOptions(Ahead) { SingleReader = true });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        await Task.Yield();
        using var ended = new CancellationTokenSource();
        var recording = RecordAsync();
        var renewing = RenewAsync(ended.Token);
        var delivering = Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(() => DeliverAllAsync(stoppingToken), CancellationToken.None)));
        try
        {
            while (true)
            {
                await TakeAsync(stoppingToken);
                await signal.WaitAsync(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }

        _waiting.Writer.Complete();
        await delivering;
        _finished.Writer.Complete();
        await recording;
        await ended.CancelAsync();
        await renewing;
    }

    private async Task TakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Refilled by halves, so that a long queue costs few transactions.
            while (Ahead - queue.HeldCount is var room && room >= Ahead / 2)
            {
                var taken = await queue.TakeAsync(room, stoppingToken);
                foreach (var message in taken)
                {
                    await _waiting.Writer.WriteAsync(message, CancellationToken.None);
                }

                if (taken.Count < room)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogTakeFailed(exception);
        }
    }

    private async Task DeliverAllAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            var result = stoppingToken.IsCancellationRequested || !queue.Holds(message.Id) ? null : await DeliverAsync(message, stoppingToken);
            await _finished.Writer.WriteAsync(new Finished(message, result), CancellationToken.None);
        }
    }

    /// <summary>Null when it was not handed over.</summary>
    private async Task<DeliveryResult?> DeliverAsync(TransactionalMessage message, CancellationToken stoppingToken)
    {
        try
        {
            using var mail = await queue.ReadAsync(message, stoppingToken);
            if (mail is null)
            {
                return null;
            }

            var result = messengers.Find(message.Messenger) is { } messenger
                ? await messenger.SendAsync(mail, stoppingToken)
                : DeliveryResult.Unavailable(DeliveryStage.Connect, $"There is no messenger '{message.Messenger}' any more.", null);
            if (!result.IsSent)
            {
                LogNotSent(message.Id, result.Outcome, result.Server, result.Stage, result.Code);
            }

            return result;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // A fault of ours with one message must neither end the lane nor lose the message.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception, message.Id);
            return DeliveryResult.Unavailable(DeliveryStage.Connect, exception.Message, null);
        }
    }

    private async Task RecordAsync()
    {
        var group = new List<(TransactionalMessage, DeliveryResult?)>(Ahead);
        while (await _finished.Reader.WaitToReadAsync())
        {
            while (group.Count < Ahead && _finished.Reader.TryRead(out var finished))
            {
                group.Add((finished.Message, finished.Result));
            }

            await RecordAsync(group);
            group.Clear();
            signal.Raise();
        }
    }

    private async Task RecordAsync(List<(TransactionalMessage Message, DeliveryResult? Result)> group)
    {
        while (true)
        {
            try
            {
                await bounces.RecordAsync([.. group.Select(one => Refusal(one.Message, one.Result)).OfType<BounceReport>()], CancellationToken.None);
                await queue.FinishAsync(group);
                return;
            }
#pragma warning disable CA1031 // Whatever the database's trouble is, the outcomes must not be lost.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotRecorded(exception, group.Count);
                await Task.Delay(PauseAfterFault, clock);
            }
        }
    }

    /// <summary>The bounce of a message that a server refused for good; null for strangers and for what did not fail so.</summary>
    private static BounceReport? Refusal(TransactionalMessage message, DeliveryResult? result)
    {
        if (message.SubscriberId is not { } subscriberId || result is not { Outcome: DeliveryOutcome.RecipientRefused })
        {
            return null;
        }

        var stage = result.Stage == DeliveryStage.Recipient ? "RCPT" : "DATA";
        var reading = BounceMailReader.ReadReply($"{result.Code} {result.EnhancedStatus} {result.ReplyText}", stage, message.Recipient.Trim().ToLowerInvariant(), result.Server);
        return !reading.Counts ? null : new BounceReport
        {
            Type = BounceReport.TypeOf(reading.Class),
            Source = "smtp",
            SourceKey = $"smtp:tx:{message.Id}",
            SubscriberId = subscriberId,
            Reading = reading,
        };
    }

    private async Task RenewAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(RenewInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await RenewOnceAsync(ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Everything is recorded.
        }
    }

    private async Task RenewOnceAsync(CancellationToken ended)
    {
        try
        {
            await queue.RenewAsync(ended);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !ended.IsCancellationRequested)
        {
            LogNotRenewed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Queued transactional messages could not be looked up")]
    private partial void LogTakeFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Transactional message {MessageId} was not sent: {Outcome} by {Server} ({Stage}, {Code})")]
    private partial void LogNotSent(int messageId, DeliveryOutcome outcome, string? server, DeliveryStage stage, int code);

    [LoggerMessage(Level = LogLevel.Error, Message = "Transactional message {MessageId} failed on our side")]
    private partial void LogFault(Exception exception, int messageId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcomes of {Count} transactional messages could not be written; trying again")]
    private partial void LogNotRecorded(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The leases on transactional messages could not be renewed")]
    private partial void LogNotRenewed(Exception exception);

    private readonly record struct Finished(TransactionalMessage Message, DeliveryResult? Result);
}
