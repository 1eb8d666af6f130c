using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Suppression;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Transactional;

/// <summary>Takes calls of the transactional API: everything is rendered first and committed in one transaction before the answer.</summary>
public sealed class TransactionalService(
    IDbContextFactory<ListmonkDbContext> databases,
    IDatabaseDialect dialect,
    TransactionalComposer composer,
    MessengerDirectory messengers,
    SettingsStore settings,
    SuppressionStore suppressions,
    TransactionalSignal signal,
    LiveFeed<TransactionalChanged> changes,
    TimeProvider clock)
{
    /// <summary>
    /// Queues one message for each recipient, all or none; only unknown subscribers are left out, and named in a refusal that comes
    /// although the others were queued, as listmonk's clients expect.
    /// </summary>
    public async Task<Outcome> SendAsync(TransactionalCall call, Actor actor, CancellationToken cancellationToken)
    {
        if (await RepeatedAsync(call, actor, cancellationToken) is { } answer)
        {
            return answer;
        }

        call = call with { Messenger = call.Messenger.Length > 0 ? call.Messenger : EmailMessenger.DefaultName };
        var addressing = TransactionalRules.Address(call, settings.Current.Privacy);
        if (!addressing.IsOk)
        {
            return addressing;
        }

        var content = TransactionalRules.CheckContent(call);
        if (!content.IsOk)
        {
            return content;
        }

        if (!messengers.Names.Contains(call.Messenger, StringComparer.Ordinal))
        {
            return Outcome.Invalid("", $"Unknown messenger {call.Messenger}.");
        }

        var (people, misses) = await FindPeopleAsync(addressing.Value, cancellationToken);
        var composed = await composer.ComposeAsync(call, people, cancellationToken);
        if (!composed.IsOk)
        {
            return composed;
        }

        var refusal = misses.Count == 0 ? null : string.Join("; ", misses);
        if (people.Count > 0)
        {
            try
            {
                await StoreAsync(call, composed.Value, refusal, actor, cancellationToken);
            }
            catch (DbUpdateException exception) when (dialect.IsUniqueViolation(exception))
            {
                // The same call came twice at once; the other one was first.
                return await RepeatedAsync(call, actor, cancellationToken) ?? throw new InvalidOperationException("A queued call vanished.", exception);
            }

            signal.Raise();
            changes.Publish(new TransactionalChanged());
        }

        return refusal is null ? Outcome.Ok : Outcome.Invalid("", refusal);
    }

    /// <summary>Gives a failed message a new day of attempts.</summary>
    public async Task<Outcome> RetryAsync(int id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var changed = await databases.WriteAsync(
            db => db.TransactionalMessages.Where(message => message.Id == id && message.State == TransactionalState.Failed).ExecuteUpdateAsync(
                set => set
                    .SetProperty(message => message.State, TransactionalState.Queued)
                    .SetProperty(message => message.Attempts, 0)
                    .SetProperty(message => message.DueAt, now)
                    .SetProperty(message => message.QueuedAt, now),
                cancellationToken),
            cancellationToken);
        if (changed == 0)
        {
            return Outcome.Conflict("Only a failed message can be sent again.");
        }

        signal.Raise();
        changes.Publish(new TransactionalChanged());
        return Outcome.Ok;
    }

    /// <summary>The answer that the first call with this key got; null when there was none.</summary>
    private async Task<Outcome?> RepeatedAsync(TransactionalCall call, Actor actor, CancellationToken cancellationToken)
    {
        if (call.IdempotencyKey is not { } key)
        {
            return null;
        }

        if (!TransactionalRules.IsKey(key.Value))
        {
            return Outcome.Invalid("", $"The Idempotency-Key must have between 1 and {TransactionalRules.MaxKeyLength} printable ASCII characters without spaces.");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var first = await db.TransactionalRequests.AsNoTracking()
            .Where(request => request.UserId == actor.UserId && request.IdempotencyKey == key.Value)
            .Select(request => new { request.Fingerprint, request.Refusal })
            .FirstOrDefaultAsync(cancellationToken);
        if (first is null)
        {
            return null;
        }

        return first.Fingerprint != key.Fingerprint ? Outcome.Conflict("The Idempotency-Key was used for another request.")
            : first.Refusal is null ? Outcome.Ok
            : Outcome.Invalid("", first.Refusal);
    }

    private async Task<(IReadOnlyList<Addressee> People, IReadOnlyList<string> Misses)> FindPeopleAsync(Addressing addressing, CancellationToken cancellationToken)
    {
        if (addressing.Mode == RecipientMode.External)
        {
            return ([.. addressing.Emails.Where(email => !suppressions.Covers(email)).Select(email => new Addressee(email, null))],
                [.. addressing.Emails.Where(suppressions.Covers).Select(email => $"{email} is on the suppression list")]);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var subscribers = db.Subscribers.AsNoTracking();
        var people = new List<Addressee>();
        var misses = new List<string>();
        if (addressing.Ids.Count > 0)
        {
            var byId = await subscribers.Where(subscriber => addressing.Ids.Contains(subscriber.Id)).ToDictionaryAsync(subscriber => subscriber.Id, cancellationToken);
            foreach (var id in addressing.Ids)
            {
                Take(id, "", byId.GetValueOrDefault(id));
            }

            return (people, misses);
        }

        var byEmail = await subscribers.Where(subscriber => addressing.Emails.Contains(subscriber.Email))
            .ToDictionaryAsync(subscriber => subscriber.Email, StringComparer.Ordinal, cancellationToken);
        foreach (var email in addressing.Emails)
        {
            Take(0, email, byEmail.GetValueOrDefault(email));
        }

        return (people, misses);

        void Take(int id, string email, Subscriber? subscriber)
        {
            if (subscriber is { Status: SubscriberStatus.Blocklisted } && settings.Current.Transactional.SkipBlocklisted)
            {
                misses.Add($"Subscriber ({id}: {email}) is blocklisted");
            }
            else if (suppressions.Covers(subscriber?.Email ?? email))
            {
                misses.Add($"Subscriber ({id}: {email}) is on the suppression list");
            }
            else if (subscriber is not null || addressing.Mode == RecipientMode.Fallback)
            {
                people.Add(new Addressee(subscriber?.Email ?? email, subscriber));
            }
            else
            {
                misses.Add($"Subscriber ({id}: {email}) not found");
            }
        }
    }

    private Task StoreAsync(TransactionalCall call, ComposedMessages composed, string? refusal, Actor actor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var request = new TransactionalRequest
        {
            UserId = actor.UserId,
            TemplateId = call.TemplateId,
            IdempotencyKey = call.IdempotencyKey?.Value,
            Fingerprint = call.IdempotencyKey?.Fingerprint,
            Refusal = refusal,
            Files = composed.Files.Length > 0 ? composed.Files : null,
            CreatedAt = now,
            Messages =
            [
                .. composed.Messages.Select(message => new TransactionalMessage
                {
                    Recipient = message.Person.Email,
                    SubscriberId = message.Person.Subscriber?.Id,
                    Subject = message.Subject,
                    Messenger = call.Messenger,
                    MessageId = message.MessageId,
                    DueAt = now,
                    QueuedAt = now,
                    Content = message.Content,
                }),
            ],
        };
        return databases.WriteAsync(
            db =>
            {
                db.Add(request);
                return Task.CompletedTask;
            },
            cancellationToken);
    }
}

/// <summary>Messages were queued, sent, put off or removed in this process.</summary>
public sealed record TransactionalChanged;
