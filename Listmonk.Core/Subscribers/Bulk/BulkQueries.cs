using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>Reads how bulk jobs stand, within what the account may see.</summary>
public sealed class BulkQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <returns>Null when there is none that the account may see.</returns>
    public async Task<BulkProgress?> FindAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.BulkJobs.AsNoTracking().FirstOrDefaultAsync(job => job.Id == id, cancellationToken) is { } found && BulkService.MaySee(found, actor)
            ? BulkProgress.From(found)
            : null;
    }

    /// <summary>Newest first.</summary>
    public async Task<PagedList<BulkProgress>> HistoryAsync(PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var jobs = db.BulkJobs.AsNoTracking();
        if (!actor.Can(Permissions.SubscribersManage) || !SubscriberScope.SeesEverybody(actor))
        {
            jobs = jobs.Where(job => job.CreatedById != null && job.CreatedById == actor.UserId);
        }

        var total = await jobs.CountAsync(cancellationToken);
        var rows = await jobs.OrderByDescending(job => job.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        return new PagedList<BulkProgress>(rows.ConvertAll(BulkProgress.From), total, page);
    }
}
