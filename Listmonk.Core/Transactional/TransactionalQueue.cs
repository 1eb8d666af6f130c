using System.Collections.Concurrent;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Transactional;

/// <summary>
/// The queue in the database, as one process sees it. Each message is worked on under a lease (decision 0012): no other process takes it,
/// the leases of a dead process end by time, and an outcome counts only if its lease still holds.
/// </summary>
public sealed class TransactionalQueue(
    IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, LiveFeed<TransactionalChanged> changes, SettingsStore settings, VerpAddress verp, TimeProvider clock)
{
    private const int MaxReplyLength = 1000;

    private readonly ConcurrentDictionary<int, DateTimeOffset> _heldUntil = new();

    /// <summary>Messages that this process holds and has not finished.</summary>
    public int HeldCount => _heldUntil.Count;

    /// <summary>Takes messages whose time has come, oldest first.</summary>
    internal async Task<IReadOnlyList<TransactionalMessage>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var taken = await leases.AcquireAsync<TransactionalMessage>(
            message => message.State == TransactionalState.Queued && message.DueAt <= now, count, cancellationToken);
        foreach (var message in taken)
        {
            _heldUntil[message.Id] = now + LeaseStore.Duration;
        }

        return taken;
    }

    /// <summary>Whether the message may be handed over: a process that was stopped for a while may have lost its lease.</summary>
    internal bool Holds(int id) => _heldUntil.TryGetValue(id, out var until) && clock.GetUtcNow() < until;

    internal async Task RenewAsync(CancellationToken cancellationToken)
    {
        int[] ids = [.. _heldUntil.Keys];
        if (ids.Length == 0)
        {
            return;
        }

        var until = clock.GetUtcNow() + LeaseStore.Duration;
        var held = (await leases.RenewAsync<TransactionalMessage>(ids, cancellationToken)).ToHashSet();
        foreach (var id in ids)
        {
            // What was finished meanwhile is held no more; what is lost must not be sent.
            if (_heldUntil.TryGetValue(id, out var known))
            {
                _heldUntil.TryUpdate(id, held.Contains(id) ? until : DateTimeOffset.MinValue, known);
            }
        }
    }

    /// <summary>The whole mail with its envelope; null when the message was removed meanwhile.</summary>
    internal async Task<OutboundMessage?> ReadAsync(TransactionalMessage message, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var content = await db.TransactionalContents.AsNoTracking().FirstOrDefaultAsync(content => content.MessageId == message.Id, cancellationToken);
        if (content is null)
        {
            return null;
        }

        var files = await db.TransactionalRequests.AsNoTracking().Where(request => request.Id == message.RequestId).Select(request => request.Files).FirstOrDefaultAsync(cancellationToken);
        var subscriber = message.SubscriberId is null || message.Messenger == EmailMessenger.DefaultName
            ? null
            : await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(subscriber => subscriber.Id == message.SubscriberId, cancellationToken);
        var deliverability = settings.Current.Deliverability;
        var hasOwnReturnPath = content.EnvelopeFrom != content.FromAddress;
        var verpToken = !hasOwnReturnPath && deliverability.ReturnPathVerp && message.SubscriberId is { } person ? verp.Token(campaignId: null, person) : null;
        var returnPath = hasOwnReturnPath ? content.EnvelopeFrom : deliverability.EnvelopeSender ?? content.FromAddress;
        return new OutboundMessage(files is null ? content.Mime : [.. content.Mime, .. files])
        {
            EnvelopeFrom = deliverability.EnvelopeSender is not null && verpToken is not null ? VerpAddress.Combine(returnPath, verpToken) : returnPath,
            HasOwnReturnPath = hasOwnReturnPath,
            VerpToken = verpToken,
            EnvelopeRecipients = content.EnvelopeRecipients,
            FromAddress = content.FromAddress,
            MessageId = message.MessageId,
            IsUrgent = true,
            SubscriberId = message.SubscriberId,
            SubscriberUuid = subscriber?.Uuid,
            Recipient = subscriber is null ? null : new RecipientProfile
            {
                Uuid = subscriber.Uuid,
                Email = subscriber.Email,
                Name = subscriber.Name,
                Attribs = System.Text.Json.JsonElement.Parse(subscriber.Attributes),
                Status = EnumText.Of(subscriber.Status),
            },
        };
    }

    /// <summary>Records what became of messages and gives them back, in one transaction. Null results give back only.</summary>
    internal async Task FinishAsync(IReadOnlyList<(TransactionalMessage Message, DeliveryResult? Result)> group)
    {
        var now = clock.GetUtcNow();
        await databases.WriteAsync(
            async db =>
            {
                foreach (var (message, result) in group)
                {
                    await FinishAsync(db, message, result, now);
                }
            },
            CancellationToken.None);
        foreach (var (message, _) in group)
        {
            _heldUntil.TryRemove(message.Id, out _);
        }

        changes.Publish(new TransactionalChanged());
    }

    private static Task<int> FinishAsync(ListmonkDbContext db, TransactionalMessage message, DeliveryResult? result, DateTimeOffset now)
    {
        var held = db.TransactionalMessages.Where(row => row.Id == message.Id && row.LeaseEpoch == message.LeaseEpoch);
        if (result is null)
        {
            return held.ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseOwner, (string?)null).SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null));
        }

        var attempts = message.Attempts + 1;
        var pause = result.IsSent ? null : TransactionalRules.PauseAfter(result.Outcome, attempts, now - message.QueuedAt);
        var state = result.IsSent ? TransactionalState.Sent : pause is null ? TransactionalState.Failed : TransactionalState.Queued;
        return held.ExecuteUpdateAsync(set => set
            .SetProperty(row => row.LeaseOwner, (string?)null)
            .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
            .SetProperty(row => row.State, state)
            .SetProperty(row => row.Attempts, attempts)
            .SetProperty(row => row.DueAt, now + (pause ?? TimeSpan.Zero))
            .SetProperty(row => row.SentAt, result.IsSent ? now : null)
            .SetProperty(row => row.Code, result.Code == 0 ? null : result.Code)
            .SetProperty(row => row.Reply, Cut(result.ReplyText))
            .SetProperty(row => row.Server, result.Server));
    }

    /// <summary>Short, and without the one character that no database keeps.</summary>
    private static string? Cut(string? reply) =>
        reply is null ? null : ShortText.Cut(reply, MaxReplyLength).Replace("\0", "", StringComparison.Ordinal);
}
