using System.Globalization;
using System.Threading.Channels;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Bounces.Receivers;
using Listmonk.Core.Common;
using Listmonk.Core.Notifications;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Bounces;

/// <summary>
/// Tells the people named in the settings when receivers refuse our mail for a fault of ours, once a day for each reason and receiver, and
/// when complaints come near a receiver's limit.
/// </summary>
/// <remarks>Bounded: while the mailer is slow, further alerts are dropped; the bounces themselves are on record. At the start it has refusals weighed that a crash left over.</remarks>
internal sealed partial class BounceAlertWorker(
    BounceRecorder recorder,
    ReceiverCounter counter,
    ReceiverQueries receivers,
    LiveFeed<BounceRecorded> feed,
    SystemMailer mailer,
    TimeProvider clock,
    ILogger<BounceAlertWorker> logger) : BackgroundService
{
    private const int MostRemembered = 1000;
    private const int HealthDays = 30;
    private static readonly TimeSpan Quiet = TimeSpan.FromDays(1);
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMinutes(10);
    private readonly Channel<BounceRecorded> _waiting = Channel.CreateBounded<BounceRecorded>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<(string?, string?), DateTimeOffset> _told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var watch = feed.Subscribe(change =>
        {
            if (change.Type is BounceType.Policy or BounceType.Complaint)
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
        try
        {
            if (change.Type == BounceType.Complaint)
            {
                await TellOfComplaintsAsync(Receiver.Of(change.Domain ?? ""), cancellationToken);
            }
            else if (IsNews(change.Reason, change.Domain, Quiet))
            {
                await mailer.NotifyAsync(RefusalMail(change), cancellationToken);
            }
        }
#pragma warning disable CA1031 // An alert that cannot be sent must not end the alerts.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotTold(exception);
        }
    }

    private async Task TellOfComplaintsAsync(Receiver receiver, CancellationToken cancellationToken)
    {
        if (receiver.Limit == 0 || !IsNews("complaints looked at", receiver.Name, BetweenChecks))
        {
            return;
        }

        var since = clock.GetUtcNow().AddDays(-HealthDays);
        await counter.RefreshAsync(since, cancellationToken);
        // None but those near a limit.
        var health = (await receivers.HealthAsync(since, count: 0, cancellationToken)).FirstOrDefault(found => found.Receiver.Name == receiver.Name);
        if (health is not null && IsNews($"complaints {health.State}", receiver.Name, Quiet))
        {
            await mailer.NotifyAsync(ComplaintMail(health), cancellationToken);
        }
    }

    /// <summary>Whether nothing was told of this subject for a while; then it counts as told.</summary>
    private bool IsNews(string? subject, string? receiver, TimeSpan quiet)
    {
        var now = clock.GetUtcNow();
        if (_told.TryGetValue((subject, receiver), out var last) && now - last < quiet)
        {
            return false;
        }

        if (_told.Count >= MostRemembered)
        {
            _told.Clear();
        }

        _told[(subject, receiver)] = now;
        return true;
    }

    private static SystemMail RefusalMail(BounceRecorded change)
    {
        var reason = BounceReasons.Of(change.Reason);
        return new SystemMail
        {
            Subject = $"Mail refused by {change.Domain}: {reason.Title}",
            Heading = reason.Title,
            Paragraphs = [reason.Explanation, reason.Advice, "This is not held against the recipients. You will not hear about this reason and receiver again for a day."],
            Facts = [new("Receiver", change.Domain ?? "unknown"), new("Answer", change.Line ?? "")],
        };
    }

    private static SystemMail ComplaintMail(ReceiverHealth health)
    {
        var name = health.Receiver.Name;
        var limits = health.Receiver.Target > 0
            ? $"{name} asks to stay below {Percent(health.Receiver.Target)} and never to reach {Percent(health.Receiver.Limit)}."
            : $"{name} asks to stay below {Percent(health.Receiver.Limit)}.";
        return new SystemMail
        {
            Subject = $"Complaints at {name}: {Percent(health.ComplaintRate ?? 0)}",
            Heading = health.State == ComplaintState.Near ? "Complaints come near the limit" : "Too many complaints",
            Paragraphs =
            [
                $"{limits} Beyond that, mail goes to the spam folder or is refused.",
                "Mail only people who asked for it and read it, make the unsubscribe link easy to find, and leave out who has not opened for months.",
                health.Receiver.Advice,
            ],
            Facts = [new("Complaints", Number(health.Complaints)), new("Delivered in 30 days", Number(health.Delivered)), new("Share", Percent(health.ComplaintRate ?? 0))],
        };
    }

    private static string Percent(double share) => (share * 100).ToString("0.0##", CultureInfo.InvariantCulture) + "%";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alert about refused mail was not sent")]
    private partial void LogNotTold(Exception exception);
}
