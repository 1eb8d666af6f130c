using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Webhooks;

/// <summary>A webhook as a person wants it.</summary>
public sealed record WebhookDraft(string Name, string Url, IReadOnlyList<string> Events, bool IsPeopleOnly = true, bool IsEnabled = true);

/// <summary>Changes webhooks, their secrets, and sends messages once more.</summary>
public sealed class WebhookService(IDbContextFactory<ListmonkDbContext> databases, WebhookDelivery delivery, ISecretProtector protector, TimeProvider clock)
{
    /// <summary>Old ones stay valid beside a new one until they are removed.</summary>
    public const int MaxSecrets = 3;

    private const int Slice = 1_000;

    /// <returns>The id.</returns>
    public async Task<Outcome<int>> CreateAsync(WebhookDraft draft, CancellationToken cancellationToken)
    {
        if (Check(draft) is { Count: > 0 } errors)
        {
            return Outcome<int>.Invalid(errors);
        }

        var now = clock.GetUtcNow();
        var webhook = new Webhook { Name = "", Url = "", Secrets = protector.Protect(WebhookSigning.NewSecret()), Since = now, CreatedAt = now, UpdatedAt = now };
        await databases.WriteAsync(
            async db =>
            {
                if (draft.IsEnabled)
                {
                    await WebhookCollector.BeginAsync(db, draft.Events, now, cancellationToken);
                }

                Apply(draft, webhook);
                db.Webhooks.Add(webhook);
            },
            cancellationToken);
        return webhook.Id;
    }

    /// <summary>Switching on again also takes up a webhook that was given up: what waits for it is delivered.</summary>
    public Task<Outcome> UpdateAsync(int id, WebhookDraft draft, CancellationToken cancellationToken) => Check(draft) is { Count: > 0 } errors
        ? Task.FromResult(Outcome.Invalid(errors))
        : ChangeAsync(
            id,
            async (db, webhook) =>
            {
                var now = clock.GetUtcNow();
                if (draft.IsEnabled)
                {
                    var fresh = webhook.IsEnabled ? draft.Events.Except(webhook.Events, StringComparer.Ordinal).ToList() : draft.Events;
                    await WebhookCollector.BeginAsync(db, fresh, now, cancellationToken);
                    webhook.Since = webhook.IsEnabled ? webhook.Since : now;
                    (webhook.GivenUpAt, webhook.FailingSince) = (null, null);
                }

                Apply(draft, webhook);
                return Outcome.Ok;
            },
            cancellationToken);

    public Task<Outcome> DeleteAsync(int id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        (db, webhook) =>
        {
            db.Remove(webhook);
            return Task.FromResult(Outcome.Ok);
        },
        cancellationToken);

    /// <summary>A new secret signs beside the old ones, so that the receiver can change over without losing a message.</summary>
    public Task<Outcome> AddSecretAsync(int id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        (_, webhook) =>
        {
            var secrets = delivery.Secrets(webhook);
            if (secrets.Count >= MaxSecrets)
            {
                return Task.FromResult(Outcome.Invalid("secrets", $"There are {MaxSecrets} secrets; remove the oldest first."));
            }

            webhook.Secrets = protector.Protect(string.Join('\n', [WebhookSigning.NewSecret(), .. secrets]));
            return Task.FromResult(Outcome.Ok);
        },
        cancellationToken);

    /// <param name="id">The webhook.</param>
    /// <param name="index">0 for the newest.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<Outcome> RemoveSecretAsync(int id, int index, CancellationToken cancellationToken) => ChangeAsync(
        id,
        (_, webhook) =>
        {
            var secrets = delivery.Secrets(webhook);
            if (index < 0 || index >= secrets.Count || secrets.Count == 1)
            {
                return Task.FromResult(Outcome.Invalid("secrets", "One secret must stay."));
            }

            webhook.Secrets = protector.Protect(string.Join('\n', secrets.Where((_, i) => i != index)));
            return Task.FromResult(Outcome.Ok);
        },
        cancellationToken);

    /// <summary>Sends a test message now, switched on or not; it stands in the log like any other.</summary>
    public async Task<Outcome<WebhookAnswer>> TestAsync(int id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Webhooks.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } webhook)
        {
            return Outcome<WebhookAnswer>.NotFound("There is no such webhook.");
        }

        var unique = Guid.CreateVersion7(now).ToString("N");
        var message = new WebhookMessage
        {
            WebhookId = id,
            MessageId = $"msg_{unique}",
            Type = WebhookEvents.Test,
            Payload = WebhookPayload.Write(WebhookEvents.Test, now, new { webhook = webhook.Name }),
            SourceKey = $"test:{unique}",
            OccurredAt = now,

            // Not for the worker: the attempt is made here.
            DueAt = now + WebhookSchedule.AttemptTime,
            Attempts = 1,
        };
        await databases.WriteAsync(
            writing =>
            {
                writing.WebhookMessages.Add(message);
                return Task.CompletedTask;
            },
            cancellationToken);
        return await delivery.TryAsync(webhook, message, cancellationToken);
    }

    /// <summary>Sends messages that are done, delivered or not, once more, under their own ids.</summary>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="which">Which of its messages.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many.</returns>
    public async Task<Outcome<int>> ReplayAsync(int webhookId, WebhookReplay which, CancellationToken cancellationToken)
    {
        var total = 0;
        var after = 0L;
        List<long> ids;
        do
        {
            await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            {
                ids = await which.Of(db.WebhookMessages.AsNoTracking().Where(message => message.WebhookId == webhookId && message.State != WebhookState.Waiting && message.Id > after))
                    .OrderBy(message => message.Id).Select(message => message.Id).Take(Slice).ToListAsync(cancellationToken);
            }

            var now = clock.GetUtcNow();
            total += ids.Count == 0 ? 0 : await databases.WriteAsync(
                db => db.WebhookMessages.Where(message => ids.Contains(message.Id) && message.State != WebhookState.Waiting).ExecuteUpdateAsync(
                    set => set.SetProperty(message => message.State, WebhookState.Waiting).SetProperty(message => message.Attempts, 0)
                        .SetProperty(message => message.DueAt, now).SetProperty(message => message.DoneAt, (DateTimeOffset?)null),
                    cancellationToken),
                cancellationToken);
            after = ids.Count > 0 ? ids[^1] : after;
        }
        while (ids.Count == Slice);

        return total;
    }

    private Task<Outcome> ChangeAsync(int id, Func<ListmonkDbContext, Webhook, Task<Outcome>> change, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            if (await db.Webhooks.FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } webhook)
            {
                return Outcome.NotFound("There is no such webhook.");
            }

            webhook.UpdatedAt = clock.GetUtcNow();
            return await change(db, webhook);
        },
        cancellationToken);

    private static void Apply(WebhookDraft draft, Webhook webhook)
    {
        webhook.Name = draft.Name.Trim();
        webhook.Url = draft.Url.Trim();
        webhook.Events = [.. WebhookEvents.All.Select(known => known.Name).Where(name => draft.Events.Contains(name, StringComparer.Ordinal))];
        webhook.IsPeopleOnly = draft.IsPeopleOnly;
        webhook.IsEnabled = draft.IsEnabled;
    }

    private static List<FieldError> Check(WebhookDraft draft)
    {
        var errors = new List<FieldError>();
        if (draft.Name.Trim().Length is 0 or > 200)
        {
            errors.Add(new FieldError("name", "A name has 1 to 200 characters."));
        }

        if (!Uri.TryCreate(draft.Url.Trim(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || draft.Url.Length > 2_000)
        {
            errors.Add(new FieldError("url", "Write a complete address that begins with https://, without a user name."));
        }

        if (draft.Events.Count == 0)
        {
            errors.Add(new FieldError("events", "Choose at least one event."));
        }

        errors.AddRange(draft.Events.Where(name => !WebhookEvents.IsKnown(name)).Select(name => new FieldError("events", $"There is no event '{name}'.")));
        return errors;
    }
}

/// <summary>Which messages are sent once more: one, or those of a time and state.</summary>
public sealed record WebhookReplay
{
    public long? MessageId { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Only those that were given up.</summary>
    public bool OnlyFailed { get; init; }

    internal IQueryable<WebhookMessage> Of(IQueryable<WebhookMessage> messages)
    {
        messages = MessageId is { } id ? messages.Where(message => message.Id == id) : messages;
        messages = From is { } from ? messages.Where(message => message.OccurredAt >= from) : messages;
        messages = Until is { } until ? messages.Where(message => message.OccurredAt < until) : messages;
        return OnlyFailed ? messages.Where(message => message.State == WebhookState.Failed) : messages;
    }
}
