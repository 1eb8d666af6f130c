using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Webhooks;

/// <summary>A webhook with what waits and what went wrong.</summary>
public sealed record WebhookItem(Webhook Webhook, int Waiting, int Failed, DateTimeOffset? LastDeliveredAt);

/// <summary>Reads webhooks and the log of their messages.</summary>
public sealed class WebhookQueries(IDbContextFactory<ListmonkDbContext> databases, WebhookDelivery delivery)
{
    public async Task<IReadOnlyList<WebhookItem>> AllAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var webhooks = await db.Webhooks.AsNoTracking().OrderBy(webhook => webhook.Id).ToListAsync(cancellationToken);
        var counts = await db.WebhookMessages.AsNoTracking().GroupBy(message => new { message.WebhookId, message.State })
            .Select(group => new { group.Key.WebhookId, group.Key.State, Count = group.Count(), Last = group.Max(message => message.DoneAt) })
            .ToListAsync(cancellationToken);
        return
        [
            .. webhooks.Select(webhook => new WebhookItem(
                webhook,
                counts.Find(count => count.WebhookId == webhook.Id && count.State == WebhookState.Waiting)?.Count ?? 0,
                counts.Find(count => count.WebhookId == webhook.Id && count.State == WebhookState.Failed)?.Count ?? 0,
                counts.Find(count => count.WebhookId == webhook.Id && count.State == WebhookState.Delivered)?.Last)),
        ];
    }

    /// <summary>Null for an unknown one.</summary>
    public async Task<Webhook?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Webhooks.AsNoTracking().FirstOrDefaultAsync(webhook => webhook.Id == id, cancellationToken);
    }

    /// <summary>In clear, newest first; only for who may change settings.</summary>
    public IReadOnlyList<string> Secrets(Webhook webhook) => delivery.Secrets(webhook);

    /// <summary>Newest first.</summary>
    public async Task<PagedList<WebhookMessage>> LogAsync(int webhookId, WebhookState? state, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var messages = db.WebhookMessages.AsNoTracking().Where(message => message.WebhookId == webhookId && (state == null || message.State == state));
        var total = await messages.CountAsync(cancellationToken);
        return new PagedList<WebhookMessage>(
            await messages.OrderByDescending(message => message.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken), total, page);
    }
}
