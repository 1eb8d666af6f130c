using System.Runtime.CompilerServices;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>Reads bounces for lists and pages.</summary>
public sealed class BounceQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    private const int MostSources = 50;
    private const int MostCampaigns = 100;

    public async Task<PagedList<BounceItem>> PageAsync(BounceFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var total = await filter.Apply(db.Bounces, db).CountAsync(cancellationToken);
        var rows = Items(db, filter);
        var ordered = (page.OrderBy, page.Ascending) switch
        {
            ("email", true) => rows.OrderBy(row => row.Email).ThenBy(row => row.Id),
            ("email", false) => rows.OrderByDescending(row => row.Email).ThenByDescending(row => row.Id),
            ("campaign_name", true) => rows.OrderBy(row => row.CampaignName).ThenBy(row => row.Id),
            ("campaign_name", false) => rows.OrderByDescending(row => row.CampaignName).ThenByDescending(row => row.Id),
            ("source", true) => rows.OrderBy(row => row.Source).ThenBy(row => row.Id),
            ("source", false) => rows.OrderByDescending(row => row.Source).ThenByDescending(row => row.Id),
            ("type", true) => rows.OrderBy(row => row.Type).ThenBy(row => row.Id),
            ("type", false) => rows.OrderByDescending(row => row.Type).ThenByDescending(row => row.Id),
            (_, true) => rows.OrderBy(row => row.CreatedAt).ThenBy(row => row.Id),
            _ => rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id),
        };
        return new PagedList<BounceItem>(await ordered.Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken), total, page);
    }

    /// <summary>How many match now.</summary>
    public async Task<int> CountAsync(BounceFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await filter.Apply(db.Bounces, db).CountAsync(cancellationToken);
    }

    /// <summary>All that match, newest first, without holding them in memory.</summary>
    public async IAsyncEnumerable<BounceItem> StreamAsync(BounceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await foreach (var item in Items(db, filter).OrderByDescending(item => item.CreatedAt).ThenByDescending(item => item.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return item;
        }
    }

    /// <summary>The sources that have reported, for a filter.</summary>
    public async Task<IReadOnlyList<string>> SourcesAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Bounces.Select(row => row.Source).Distinct().OrderBy(source => source).Take(MostSources).ToListAsync(cancellationToken);
    }

    /// <summary>The newest campaigns with bounces, for a filter.</summary>
    public async Task<IReadOnlyList<BouncedCampaign>> CampaignsAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Campaigns.AsNoTracking().Where(row => row.Bounces > 0).OrderByDescending(row => row.Id).Take(MostCampaigns)
            .Select(row => new BouncedCampaign(row.Id, row.Name)).ToListAsync(cancellationToken);
    }

    public async Task<Outcome<BounceItem>> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Items(db, new BounceFilter()).FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is { } item ? item : Outcome<BounceItem>.NotFound("Bounce not found");
    }

    /// <summary>The report as it came; null when none was kept.</summary>
    public async Task<string?> ContentAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Bounces.Where(row => row.Id == id).Select(row => row.Content).FirstOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<BounceItem> Items(ListmonkDbContext db, BounceFilter filter)
    {
        return filter.Apply(db.Bounces.AsNoTracking(), db).Join(db.Subscribers, row => row.SubscriberId, person => person.Id, (row, person) => new BounceItem
        {
            Id = row.Id,
            Type = row.Type,
            Source = row.Source,
            Meta = row.Meta,
            CreatedAt = row.CreatedAt,
            SubscriberId = person.Id,
            SubscriberUuid = person.Uuid,
            Email = person.Email,
            SubscriberStatus = person.Status,
            CampaignId = row.CampaignId,
            CampaignName = db.Campaigns.Where(campaign => campaign.Id == row.CampaignId).Select(campaign => campaign.Name).FirstOrDefault(),
            Status = row.Status,
            Reason = row.Reason,
            Line = row.Line,
            DecidedBy = row.DecidedBy,
            MatchedBy = row.MatchedBy,
            Action = row.Action,
            CanUndo = row.Undo != null,
            Domain = row.Domain,
        });
    }
}
