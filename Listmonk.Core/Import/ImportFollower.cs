using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>Publishes the progress of an import that another process runs, while a page watches.</summary>
internal sealed class ImportFollower(IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, ImportSignal signal) : IFollower
{
    private ImportProgress _last = ImportProgress.Nothing;

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (!signal.Changed.HasWatchers)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var job = await db.ImportJobs.AsNoTracking().OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        if (job is not null && !leases.IsOurs(job) && ImportProgress.From(job) is var progress && progress != _last)
        {
            _last = progress;
            signal.Changed.Publish(progress);
        }
    }
}
