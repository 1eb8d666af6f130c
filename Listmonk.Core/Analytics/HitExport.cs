using System.Runtime.CompilerServices;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>Streams raw opens or clicks for the operator's export, page by page behind the last id, so that nothing shifts meanwhile.</summary>
public sealed class HitExport(IDbContextFactory<ListmonkDbContext> databases)
{
    private const int PageSize = 1000;

    public async IAsyncEnumerable<ExportedHit> ReadAsync(HitKind kind, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        long after = 0;
        while (true)
        {
            var last = after;
            var page = await db.TrackingHits.AsNoTracking()
                .Where(hit => hit.Id > last && hit.Kind == kind && hit.At >= since)
                .OrderBy(hit => hit.Id)
                .Take(PageSize)
                .Join(db.Campaigns, hit => hit.CampaignId, campaign => campaign.Id, (hit, campaign) => new { hit, campaign.Uuid, campaign.Name })
                .GroupJoin(db.Subscribers, row => row.hit.SubscriberId, subscriber => subscriber.Id, (row, people) => new { row, people })
                .SelectMany(row => row.people.DefaultIfEmpty(), (row, person) => new { row.row, person })
                .GroupJoin(db.Links, row => row.row.hit.LinkId, link => link.Id, (row, links) => new { row.row, row.person, links })
                .SelectMany(row => row.links.DefaultIfEmpty(), (row, link) => new ExportedHit(
                    row.row.hit.Id,
                    row.row.hit.CampaignId,
                    row.row.Uuid,
                    row.row.Name,
                    row.person == null ? 0 : row.person.Id,
                    row.person == null ? null : row.person.Uuid,
                    row.person == null ? "" : row.person.Email,
                    row.person == null ? "" : row.person.Name,
                    link == null ? "" : link.Url,
                    row.row.hit.At))
                .ToListAsync(cancellationToken);
            foreach (var hit in page.OrderBy(hit => hit.Id))
            {
                after = hit.Id;
                yield return hit;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }
}

/// <summary>One open or click with its campaign and, unless anonymous, its person.</summary>
public sealed record ExportedHit(
    long Id, int CampaignId, Guid CampaignUuid, string CampaignName, int SubscriberId, Guid? SubscriberUuid, string Email, string SubscriberName, string Url, DateTimeOffset At);
