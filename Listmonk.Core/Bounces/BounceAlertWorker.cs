using System.Threading.Channels;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Common;
using Listmonk.Core.Notifications;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Bounces;

/// <summary>Tells the people named in the settings when receivers refuse our mail for a fault of ours, once a day for each reason and receiver.</summary>
/// <remarks>Bounded: while the mailer is slow, further alerts are dropped; the bounces themselves are on record. At the start it has refusals weighed that a crash left over.</remarks>
internal sealed partial class BounceAlertWorker(BounceRecorder recorder, LiveFeed<BounceRecorded> feed, SystemMailer mailer, TimeProvider clock, ILogger<BounceAlertWorker> logger) : BackgroundService
{
    private const int MostRemembered = 1000;
    private static readonly TimeSpan Quiet = TimeSpan.FromDays(1);
    private readonly Channel<BounceRecorded> _waiting = Channel.CreateBounded<BounceRecorded>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<(string?, string?), DateTimeOffset> _told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var watch = feed.Subscribe(change =>
        {
            if (change.Type == BounceType.Policy)
            {
                _waiting.Writer.TryWrite(change);
            }
        });
        try
        {
            await recorder.JudgePendingAsync(stoppingToken);
            await foreach (var change in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                await TellAsync(change, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    internal async Task TellAsync(BounceRecorded change, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var key = (change.Reason, change.Domain);
        if (_told.TryGetValue(key, out var last) && now - last < Quiet)
        {
            return;
        }

        if (_told.Count >= MostRemembered)
        {
            _told.Clear();
        }

        _told[key] = now;
        var reason = BounceReasons.Of(change.Reason);
        try
        {
            await mailer.NotifyAsync(
                new SystemMail
                {
                    Subject = $"Mail refused by {change.Domain}: {reason.Title}",
                    Heading = reason.Title,
                    Paragraphs = [reason.Explanation, reason.Advice, "This is not held against the recipients. You will not hear about this reason and receiver again for a day."],
                    Facts = [new("Receiver", change.Domain ?? "unknown"), new("Answer", change.Line ?? "")],
                },
                cancellationToken);
        }
#pragma warning disable CA1031 // An alert that cannot be sent must not end the alerts.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotTold(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alert about refused mail was not sent")]
    private partial void LogNotTold(Exception exception);
}
