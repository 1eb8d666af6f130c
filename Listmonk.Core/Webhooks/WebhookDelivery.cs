using System.Collections.Concurrent;
using Listmonk.Core.Data;
using Listmonk.Core.Notifications;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Webhooks;

/// <summary>Delivers what is due, tries again what did not arrive, and gives up receivers that are gone.</summary>
/// <remarks>
/// An attempt begins with a claim in the database: the message's next due time moves behind the time an attempt may take. So of two
/// processes one makes the attempt, and one that died in it is replaced. A receiver that fails gets one message at a time until it answers.
/// </remarks>
public sealed partial class WebhookDelivery(
    IDbContextFactory<ListmonkDbContext> databases, WebhookSender sender, ISecretProtector protector, SystemMailer mailer, TimeProvider clock, ILogger<WebhookDelivery> logger)
{
    private const int Slice = 50;
    private const int AtOnce = 8;
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    /// <summary>When a failing receiver is next tried by this process; the longer it fails, the rarer.</summary>
    private readonly ConcurrentDictionary<int, DateTimeOffset> _rests = new();

    /// <summary>Messages that are due by now, of all webhooks side by side.</summary>
    /// <returns>How many attempts were made.</returns>
    public async Task<int> DeliverAsync(CancellationToken cancellationToken)
    {
        List<Webhook> webhooks;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            webhooks = await db.Webhooks.AsNoTracking().Where(webhook => webhook.IsEnabled && webhook.GivenUpAt == null).ToListAsync(cancellationToken);
        }

        return (await Task.WhenAll(webhooks.Select(webhook => DeliverAsync(webhook, cancellationToken)))).Sum();
    }

    /// <summary>One attempt now, whatever is due; for the test button.</summary>
    internal async Task<WebhookAnswer> TryAsync(Webhook webhook, WebhookMessage message, CancellationToken cancellationToken)
    {
        var answer = await sender.SendAsync(webhook.Url, Secrets(webhook), message, cancellationToken);
        await RecordAsync(webhook, message, answer, cancellationToken);
        return answer;
    }

    internal IReadOnlyList<string> Secrets(Webhook webhook) => [.. protector.Unprotect(webhook.Secrets).Split('\n')];

    private async Task<int> DeliverAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (webhook.FailingSince is not null && _rests.TryGetValue(webhook.Id, out var until) && now < until)
        {
            return 0;
        }

        List<WebhookMessage> due;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            due = await db.WebhookMessages.AsNoTracking()
                .Where(message => message.WebhookId == webhook.Id && message.State == WebhookState.Waiting && message.DueAt <= now)
                .OrderBy(message => message.DueAt).ThenBy(message => message.Id)
                .Take(webhook.FailingSince is null ? Slice : 1)
                .ToListAsync(cancellationToken);
        }

        var made = 0;
        foreach (var group in due.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(group.Select(message => ClaimAndTryAsync(webhook, message, cancellationToken)));
            made += answers.Count(answer => answer is not null);
            if (answers.Any(answer => answer is { IsDelivered: false }))
            {
                // The rest waits for the next turn, which tries one message only.
                var rest = (clock.GetUtcNow() - (webhook.FailingSince ?? now)) / 10;
                _rests[webhook.Id] = clock.GetUtcNow() + (rest < ShortestRest ? ShortestRest : rest > LongestRest ? LongestRest : rest);
                break;
            }
        }

        return made;
    }

    private async Task<WebhookAnswer?> ClaimAndTryAsync(Webhook webhook, WebhookMessage message, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var claimed = await databases.WriteAsync(
            db => db.WebhookMessages.Where(row => row.Id == message.Id && row.State == WebhookState.Waiting && row.DueAt <= now && row.Attempts == message.Attempts)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, now + WebhookSchedule.AttemptTime).SetProperty(row => row.Attempts, row => row.Attempts + 1), cancellationToken),
            cancellationToken);
        if (claimed == 0)
        {
            return null;
        }

        message.Attempts++;
        return await TryAsync(webhook, message, cancellationToken);
    }

    private async Task RecordAsync(Webhook webhook, WebhookMessage message, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var isTest = message.Type == WebhookEvents.Test;
        var pause = answer.IsDelivered || isTest ? null : WebhookSchedule.PauseAfter(message.Attempts, answer.RetryAfter);
        var state = answer.IsDelivered ? WebhookState.Delivered : pause is null ? WebhookState.Failed : WebhookState.Waiting;
        var dueAt = now + (pause ?? TimeSpan.Zero);
        var doneAt = state == WebhookState.Waiting ? (DateTimeOffset?)null : now;
        var text = answer.Answer.Length > WebhookSender.MaxAnswer ? answer.Answer[..WebhookSender.MaxAnswer] : answer.Answer;
        var isGivenUp = await databases.WriteAsync(
            async db =>
            {
                await db.WebhookMessages.Where(row => row.Id == message.Id).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.State, state).SetProperty(row => row.DueAt, dueAt).SetProperty(row => row.DoneAt, doneAt)
                        .SetProperty(row => row.Status, answer.Status).SetProperty(row => row.Answer, text),
                    cancellationToken);
                var row = await db.Webhooks.FirstOrDefaultAsync(row => row.Id == webhook.Id, cancellationToken);
                if (row is null)
                {
                    return false;
                }

                if (answer.IsDelivered)
                {
                    row.FailingSince = null;
                    return false;
                }

                if (isTest)
                {
                    return false;
                }

                row.FailingSince ??= now;
                webhook.FailingSince = row.FailingSince;
                var isOver = row.GivenUpAt is null && (answer.IsGone || now - row.FailingSince >= WebhookSchedule.Patience);
                row.GivenUpAt = isOver ? now : row.GivenUpAt;
                return isOver;
            },
            cancellationToken);
        if (isGivenUp)
        {
            await TellAsync(webhook, answer, cancellationToken);
        }
    }

    private async Task TellAsync(Webhook webhook, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        LogGivenUp(webhook.Id, answer.Status);
        try
        {
            await mailer.NotifyAsync(
                new SystemMail
                {
                    Subject = $"The webhook '{webhook.Name}' is switched off",
                    Heading = "A webhook was given up",
                    Paragraphs =
                    [
                        answer.IsGone ? "Its receiver answered that it is gone for good." : $"Its receiver took no message for {WebhookSchedule.Patience.TotalDays:0} days.",
                        "Messages for it are kept for 30 days. Mend the receiver, then switch the webhook on again in Settings, Webhooks: what waits is delivered.",
                    ],
                    Facts = [new("Address", webhook.Url), new("Last answer", answer.Status is { } status ? $"{status} {answer.Answer}" : answer.Answer)],
                },
                cancellationToken);
        }
#pragma warning disable CA1031 // A notice that cannot be sent must not end the deliveries; the page shows the same.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotTold(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {WebhookId} is given up; its last answer was {Status}")]
    private partial void LogGivenUp(int webhookId, int? status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The notice about a webhook that was given up was not sent")]
    private partial void LogNotTold(Exception exception);
}
