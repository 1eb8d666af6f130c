using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>Publishes the progress of imports that another process runs, while a page watches.</summary>
internal sealed class ImportFollower(IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, ImportSignal signal) : IFollower
{
    /// <summary>What was published last of those that have not ended.</summary>
    private readonly Dictionary<int, ImportProgress> _last = [];

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (!signal.Changed.HasWatchers)
        {
            return;
        }

        int[] followed = [.. _last.Keys];
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var jobs = await db.ImportJobs.AsNoTracking()
            .Where(job => job.Status == ImportStatus.Importing || job.Status == ImportStatus.Stopping || job.Status == ImportStatus.Undoing || EF.Parameter(followed).Contains(job.Id))
            .ToListAsync(cancellationToken);
        foreach (var id in followed.Except(jobs.Select(job => job.Id)))
        {
            _last.Remove(id);
        }

        foreach (var job in jobs)
        {
            var progress = ImportProgress.From(job);
            if (!leases.IsOurs(job) && progress != _last.GetValueOrDefault(job.Id))
            {
                signal.Changed.Publish(progress);
            }

            if (progress.IsRunning)
            {
                _last[job.Id] = progress;
            }
            else
            {
                _last.Remove(job.Id);
            }
        }
    }
}
