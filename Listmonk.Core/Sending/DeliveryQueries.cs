using System.Runtime.CompilerServices;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Sending;

/// <summary>Reads a campaign's ledger: who got it, when, through which server, and why others did not.</summary>
public sealed class DeliveryQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    private const int Batch = 1000;

    public async Task<Outcome<DeliverySummary>> SummaryAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var allowed = await FindAsync(db, campaignId, actor, cancellationToken);
        if (!allowed.IsOk)
        {
            return Outcome<DeliverySummary>.From(allowed);
        }

        var counts = await db.Deliveries.AsNoTracking().Where(row => row.CampaignId == campaignId)
            .GroupBy(row => row.Status).Select(group => new { Status = group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Status, row => row.Count, cancellationToken);
        return new DeliverySummary
        {
            CampaignName = allowed.Value.Name,
            CampaignStatus = allowed.Value.Status,
            Counts = counts,
            Retryable = counts.ContainsKey(DeliveryStatus.Failed) ? await DeliveryService.Retryable(db, campaignId).CountAsync(cancellationToken) : 0,
            CanManage = CampaignAccess.CanManage(actor, allowed.Value.Lists.Select(list => list.ListId)),
        };
    }

    public async Task<Outcome<PagedList<DeliveryItem>>> PageAsync(
        int campaignId, DeliveryFilter filter, PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var allowed = await FindAsync(db, campaignId, actor, cancellationToken);
        if (!allowed.IsOk)
        {
            return Outcome<PagedList<DeliveryItem>>.From(allowed);
        }

        var rows = Matching(db, campaignId, filter, actor);
        var total = await rows.CountAsync(cancellationToken);
        var items = await Items(db, rows.OrderBy(row => row.SubscriberId).Skip(page.Skip).Take(page.Take), actor).ToListAsync(cancellationToken);
        return new PagedList<DeliveryItem>(items, total, page);
    }

    /// <summary>Whether <see cref="StreamAsync"/> may be asked; it does not ask itself.</summary>
    public async Task<Outcome> CanReadAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await FindAsync(db, campaignId, actor, cancellationToken);
    }

    /// <summary>All matching rows by subscriber, read in batches.</summary>
    public async IAsyncEnumerable<DeliveryItem> StreamAsync(
        int campaignId, DeliveryFilter filter, Actor actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0;
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var from = after;
            var rows = Matching(db, campaignId, filter, actor).Where(row => row.SubscriberId > from).OrderBy(row => row.SubscriberId).Take(Batch);
            var items = await Items(db, rows, actor).ToListAsync(cancellationToken);
            foreach (var item in items)
            {
                yield return item;
            }

            if (items.Count < Batch)
            {
                yield break;
            }

            after = items[^1].SubscriberId;
        }
    }

    private static async Task<Outcome<Campaign>> FindAsync(ListmonkDbContext db, int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.AsNoTracking().Where(row => row.Id == campaignId)
            .Select(row => new Campaign { Id = row.Id, Name = row.Name, Subject = row.Subject, Status = row.Status, Lists = row.Lists })
            .FirstOrDefaultAsync(cancellationToken);
        return campaign is null ? Outcome<Campaign>.From(Outcome.NotFound("Campaign not found"))
            : CampaignAccess.CanRead(actor, campaign.Lists.Select(list => list.ListId)) ? campaign
            : Outcome<Campaign>.From(CampaignAccess.ReadRefusal);
    }

    private static IQueryable<Delivery> Matching(ListmonkDbContext db, int campaignId, DeliveryFilter filter, Actor actor)
    {
        var rows = db.Deliveries.AsNoTracking().Where(row => row.CampaignId == campaignId);
        if (filter.Status is { } status)
        {
            rows = rows.Where(row => row.Status == status);
        }

        if (string.IsNullOrWhiteSpace(filter.Search))
        {
            return rows;
        }

        var part = filter.Search.Trim().ToLowerInvariant();
        var seesPeople = SubscriberScope.SeesEverybody(actor);
#pragma warning disable CA1304, CA1311, CA1862 // Translated to lower() in SQL.
        return rows.Where(row =>
            (row.Reply != null && row.Reply.ToLower().Contains(part))
            || (row.Server != null && row.Server.ToLower().Contains(part))
            || (seesPeople && db.Subscribers.Any(person => person.Id == row.SubscriberId && (person.Email.Contains(part) || person.Name.ToLower().Contains(part)))));
#pragma warning restore CA1304, CA1311, CA1862
    }

    private static IQueryable<DeliveryItem> Items(ListmonkDbContext db, IQueryable<Delivery> rows, Actor actor)
    {
        var seesPeople = SubscriberScope.SeesEverybody(actor);
        return rows.LeftJoin(
            db.Subscribers,
            row => row.SubscriberId,
            person => person.Id,
            (row, person) => new DeliveryItem
            {
                SubscriberId = row.SubscriberId,
                Email = person == null || !seesPeople ? null : person.Email,
                Name = person == null || !seesPeople ? null : person.Name,
                Status = row.Status,
                Attempts = row.Attempts,
                ClaimedAt = row.ClaimedAt,
                DoneAt = row.DoneAt,
                SmtpCode = row.SmtpCode,
                Reply = row.Reply,
                Server = row.Server,
            });
    }
}
