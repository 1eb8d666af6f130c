using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Webhooks;

/// <summary>
/// Turns what is on record into messages for webhooks: opens and clicks, bounces, subscriptions, campaigns. Reading on and writing the
/// messages is one transaction, so a crash loses nothing and tells nothing twice (decision 0030).
/// </summary>
/// <remarks>
/// Rows are read up to the highest id that was there <see cref="Delay"/> ago: transactions that took a lower id have ended by then, and the
/// rules that need a whole message have told people from machines.
/// </remarks>
public sealed class WebhookCollector(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(25);
    private const int Slice = 500;
    private const string Hits = "hits";
    private const string Bounces = "bounces";
    private const string Campaigns = "campaigns";
    private const string Subscriptions = "subscriptions";

    private readonly Dictionary<string, Queue<(DateTimeOffset SeenAt, long Highest)>> _marks = new(StringComparer.Ordinal)
    {
        [Hits] = new(),
        [Bounces] = new(),
    };

    /// <summary>Everything that is old enough by now. Used by one caller at a time.</summary>
    /// <returns>How many messages were made.</returns>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        List<Webhook> webhooks;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            webhooks = await db.Webhooks.AsNoTracking().Where(webhook => webhook.IsEnabled).ToListAsync(cancellationToken);
        }

        if (webhooks.Count == 0)
        {
            return 0;
        }

        var made = 0;
        if (Wants(webhooks, WebhookEvents.Opened, WebhookEvents.Clicked))
        {
            made += await ReadOnAsync(Hits, webhooks, db => db.TrackingHits.Select(hit => hit.Id), HitsAsync, cancellationToken);
        }

        if (Wants(webhooks, WebhookEvents.Bounced, WebhookEvents.Complained))
        {
            made += await ReadOnAsync(Bounces, webhooks, db => db.Bounces.Select(bounce => (long)bounce.Id), BouncesAsync, cancellationToken);
        }

        made += await SubscriptionsAsync(webhooks, cancellationToken);
        if (Wants(webhooks, WebhookEvents.CampaignFinished))
        {
            made += await CampaignsAsync(webhooks, cancellationToken);
        }

        return made;
    }

    /// <summary>In the transaction that makes a webhook wait for events: what happens from here on is read.</summary>
    internal static async Task BeginAsync(ListmonkDbContext db, IReadOnlyCollection<string> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var others = await db.Webhooks.AsNoTracking().Where(webhook => webhook.IsEnabled).ToListAsync(cancellationToken);
        if (others.Count == 0)
        {
            await db.MembershipChanges.ExecuteDeleteAsync(cancellationToken);
        }

        await BeginAsync(Hits, await db.TrackingHits.MaxAsync(hit => (long?)hit.Id, cancellationToken) ?? 0, WebhookEvents.Opened, WebhookEvents.Clicked);
        await BeginAsync(Bounces, await db.Bounces.MaxAsync(bounce => (long?)bounce.Id, cancellationToken) ?? 0, WebhookEvents.Bounced, WebhookEvents.Complained);
        await BeginAsync(Campaigns, now.UtcTicks, WebhookEvents.CampaignFinished);
        await BeginAsync(Subscriptions, 0, WebhookEvents.Subscribed, WebhookEvents.Unsubscribed);

        async Task BeginAsync(string source, long position, params string[] names)
        {
            if (events.Any(wanted => names.Contains(wanted, StringComparer.Ordinal)) && !Wants(others, names))
            {
                var cursor = await db.WebhookCursors.FindAsync([source], cancellationToken) ?? db.Add(new WebhookCursor { Source = source }).Entity;
                cursor.Position = position;
            }
        }
    }

    private static bool Wants(List<Webhook> webhooks, params string[] events) =>
        webhooks.Exists(webhook => events.Any(name => webhook.Events.Contains(name, StringComparer.Ordinal)));

    private async Task<int> ReadOnAsync(
        string source, List<Webhook> webhooks, Func<ListmonkDbContext, IQueryable<long>> ids, Func<ListmonkDbContext, List<Webhook>, long, long, CancellationToken, Task<(long Last, int Made)>> read,
        CancellationToken cancellationToken)
    {
        if (await MarkAsync(source, ids, cancellationToken) is not { } mark)
        {
            return 0;
        }

        var made = 0;
        var isDone = await ReadAsync(db => db.WebhookCursors.AnyAsync(row => row.Source == source && row.Position >= mark, cancellationToken), cancellationToken);
        while (!isDone)
        {
            made += await databases.WriteAsync(
                async db =>
                {
                    await LockAsync(db, source, cancellationToken);
                    var cursor = await db.WebhookCursors.FirstOrDefaultAsync(row => row.Source == source, cancellationToken) ?? db.Add(new WebhookCursor { Source = source, Position = mark }).Entity;
                    if (cursor.Position >= mark)
                    {
                        isDone = true;
                        return 0;
                    }

                    var (last, count) = await read(db, webhooks, cursor.Position, mark, cancellationToken);
                    cursor.Position = last;
                    return count;
                },
                cancellationToken);
        }

        return made;
    }

    /// <summary>The highest id of <see cref="Delay"/> ago; null when nothing was noted then.</summary>
    private async Task<long?> MarkAsync(string source, Func<ListmonkDbContext, IQueryable<long>> ids, CancellationToken cancellationToken)
    {
        var marks = _marks[source];
        var now = clock.GetUtcNow();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            marks.Enqueue((now, await ids(db).MaxAsync(id => (long?)id, cancellationToken) ?? 0));
        }

        long? mark = null;
        while (marks.TryPeek(out var oldest) && now - oldest.SeenAt >= Delay)
        {
            mark = marks.Dequeue().Highest;
        }

        return mark;
    }

    private async Task<(long Last, int Made)> HitsAsync(ListmonkDbContext db, List<Webhook> webhooks, long after, long mark, CancellationToken cancellationToken)
    {
        var hits = await db.TrackingHits.AsNoTracking().Where(hit => hit.Id > after && hit.Id <= mark).OrderBy(hit => hit.Id).Take(Slice).ToListAsync(cancellationToken);
        var facts = await WebhookFacts.ReadAsync(
            db, hits.Select(hit => (int?)hit.CampaignId), hits.Select(hit => hit.SubscriberId), [], hits.Select(hit => hit.LinkId), cancellationToken);
        var made = 0;
        foreach (var hit in hits)
        {
            var type = hit.Kind == HitKind.Open ? WebhookEvents.Opened : WebhookEvents.Clicked;
            string? payload = null;
            foreach (var webhook in webhooks.Where(webhook => IsFor(webhook, type, hit.At) && (!webhook.IsPeopleOnly || hit.Verdict == HitVerdict.Human)))
            {
                payload ??= WebhookPayload.Write(type, hit.At, new WebhookPayload.HitData(
                    facts.Campaign(hit.CampaignId), facts.Subscriber(hit.SubscriberId), facts.Link(hit.LinkId, hit.Position), EnumText.Of(hit.Verdict), hit.Reason, hit.AgentClass));
                Add(db, webhook, type, payload, hit.SubscriberId, $"hit:{hit.Id}", hit.At);
                made++;
            }
        }

        return (hits.Count < Slice ? mark : hits[^1].Id, made);
    }

    private async Task<(long Last, int Made)> BouncesAsync(ListmonkDbContext db, List<Webhook> webhooks, long after, long mark, CancellationToken cancellationToken)
    {
        var bounces = await db.Bounces.AsNoTracking().Where(bounce => bounce.Id > after && bounce.Id <= mark).OrderBy(bounce => bounce.Id).Take(Slice)
            .Select(bounce => new { bounce.Id, bounce.CampaignId, bounce.SubscriberId, bounce.Type, bounce.Status, bounce.Reason, bounce.Source, bounce.Action, bounce.CreatedAt })
            .ToListAsync(cancellationToken);
        var facts = await WebhookFacts.ReadAsync(db, bounces.Select(bounce => bounce.CampaignId), bounces.Select(bounce => (int?)bounce.SubscriberId), [], [], cancellationToken);
        var made = 0;
        foreach (var bounce in bounces)
        {
            var type = bounce.Type == BounceType.Complaint ? WebhookEvents.Complained : WebhookEvents.Bounced;
            string? payload = null;
            foreach (var webhook in webhooks.Where(webhook => IsFor(webhook, type, bounce.CreatedAt)))
            {
                payload ??= WebhookPayload.Write(type, bounce.CreatedAt, new WebhookPayload.BounceData(
                    facts.Campaign(bounce.CampaignId), facts.Subscriber(bounce.SubscriberId), EnumText.Of(bounce.Type), bounce.Status, bounce.Reason, bounce.Source, EnumText.Of(bounce.Action)));
                Add(db, webhook, type, payload, bounce.SubscriberId, $"bounce:{bounce.Id}", bounce.CreatedAt);
                made++;
            }
        }

        return (bounces.Count < Slice ? mark : bounces[^1].Id, made);
    }

    /// <summary>What the trigger wrote is told and deleted at once, so no order of commits matters.</summary>
    private async Task<int> SubscriptionsAsync(List<Webhook> webhooks, CancellationToken cancellationToken)
    {
        var made = 0;
        while (await ReadAsync(db => db.MembershipChanges.AnyAsync(cancellationToken), cancellationToken))
        {
            made += await databases.WriteAsync(db => SubscriptionsAsync(db, webhooks, cancellationToken), cancellationToken);
        }

        return made;
    }

    private async Task<int> SubscriptionsAsync(ListmonkDbContext db, List<Webhook> webhooks, CancellationToken cancellationToken)
    {
        await LockAsync(db, Subscriptions, cancellationToken);
        var changes = await db.MembershipChanges.AsNoTracking().OrderBy(change => change.Id).Take(Slice).ToListAsync(cancellationToken);
        var ids = changes.ConvertAll(change => change.Id);
        await db.MembershipChanges.Where(change => ids.Contains(change.Id)).ExecuteDeleteAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var facts = await WebhookFacts.ReadAsync(db, [], changes.Select(change => (int?)change.SubscriberId), changes.Select(change => change.ListId), [], cancellationToken);
        var made = 0;
        foreach (var change in changes)
        {
            if (facts.TypeOf(change) is not { } type)
            {
                continue;
            }

            string? payload = null;
            foreach (var webhook in webhooks.Where(webhook => IsFor(webhook, type, now)))
            {
                payload ??= WebhookPayload.Write(type, now, new WebhookPayload.SubscriptionData(facts.Subscriber(change.SubscriberId), facts.List(change.ListId)));
                Add(db, webhook, type, payload, facts.Subscriber(change.SubscriberId) is null ? null : change.SubscriberId, $"subscription:{change.Id}", now);
                made++;
            }
        }

        return made;
    }

    /// <summary>Campaigns are few: those of the last day are asked for again, and the key tells what was told already.</summary>
    private async Task<int> CampaignsAsync(List<Webhook> webhooks, CancellationToken cancellationToken)
    {
        if ((await ReadAsync(db => UntoldAsync(db, webhooks, cancellationToken), cancellationToken)).Count == 0)
        {
            return 0;
        }

        return await databases.WriteAsync(
            async db =>
            {
                await LockAsync(db, Campaigns, cancellationToken);
                var untold = await UntoldAsync(db, webhooks, cancellationToken);
                foreach (var (webhook, campaign, key) in untold)
                {
                    var at = campaign.FinishedAt!.Value;
                    var payload = WebhookPayload.Write(WebhookEvents.CampaignFinished, at, new WebhookPayload.FinishedData(
                        new(campaign.Id, campaign.Uuid, campaign.Name, campaign.Subject), campaign.Sent, campaign.Failed, campaign.Skipped, campaign.StartedAt, at));
                    Add(db, webhook, WebhookEvents.CampaignFinished, payload, null, key, at);
                }

                return untold.Count;
            },
            cancellationToken);
    }

    private async Task<List<(Webhook Webhook, Campaign Campaign, string Key)>> UntoldAsync(ListmonkDbContext db, List<Webhook> webhooks, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var begun = await db.WebhookCursors.Where(cursor => cursor.Source == Campaigns).Select(cursor => (long?)cursor.Position).FirstOrDefaultAsync(cancellationToken) ?? now.UtcTicks;
        var since = new DateTimeOffset(Math.Max(begun, now.AddDays(-1).UtcTicks), TimeSpan.Zero);
        var finished = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Status == CampaignStatus.Finished && campaign.FinishedAt >= since)
            .Select(campaign => new Campaign
            {
                Id = campaign.Id,
                Uuid = campaign.Uuid,
                Name = campaign.Name,
                Subject = campaign.Subject,
                Sent = campaign.Sent,
                Failed = campaign.Failed,
                Skipped = campaign.Skipped,
                StartedAt = campaign.StartedAt,
                FinishedAt = campaign.FinishedAt,
            })
            .ToListAsync(cancellationToken);
        var keys = finished.ConvertAll(KeyOf);
        var told = keys.Count == 0
            ? []
            : await db.WebhookMessages.AsNoTracking().Where(message => keys.Contains(message.SourceKey)).Select(message => new { message.WebhookId, message.SourceKey }).ToListAsync(cancellationToken);
        return
        [
            .. finished.SelectMany(campaign => webhooks.Where(webhook => IsFor(webhook, WebhookEvents.CampaignFinished, campaign.FinishedAt!.Value))
                .Where(webhook => !told.Exists(message => message.WebhookId == webhook.Id && message.SourceKey == KeyOf(campaign)))
                .Select(webhook => (webhook, campaign, KeyOf(campaign)))),
        ];
    }

    /// <summary>A campaign that went out once more finishes once more.</summary>
    private static string KeyOf(Campaign campaign) => $"campaign:{campaign.Id}:{campaign.FinishedAt!.Value.ToUnixTimeMilliseconds()}";

    /// <summary>Takes the cursor's row lock: of two processes one reads on after the other.</summary>
    private static Task<int> LockAsync(ListmonkDbContext db, string source, CancellationToken cancellationToken) =>
        db.WebhookCursors.Where(row => row.Source == source).ExecuteUpdateAsync(set => set.SetProperty(row => row.Position, row => row.Position), cancellationToken);

    private async Task<T> ReadAsync<T>(Func<ListmonkDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await read(db);
    }

    private static bool IsFor(Webhook webhook, string type, DateTimeOffset at) => webhook.Events.Contains(type, StringComparer.Ordinal) && at >= webhook.Since;

    private void Add(ListmonkDbContext db, Webhook webhook, string type, string payload, int? subscriberId, string key, DateTimeOffset at) => db.WebhookMessages.Add(new WebhookMessage
    {
        WebhookId = webhook.Id,
        MessageId = $"msg_{Guid.CreateVersion7(clock.GetUtcNow()):N}",
        Type = type,
        Payload = payload,
        SubscriberId = subscriberId,
        SourceKey = key,
        OccurredAt = at,
        DueAt = clock.GetUtcNow(),
    });
}
