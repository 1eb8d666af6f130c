using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>Publishes the progress of jobs that another process runs, while a page watches.</summary>
internal sealed class BulkFollower(IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, BulkSignal signal) : IFollower
{
    /// <summary>What was published last of those that have not ended: who has which count.</summary>
    private readonly Dictionary<int, (BulkStatus Status, int Done, int Restored)> _last = [];

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (!signal.Changed.HasWatchers)
        {
            return;
        }

        int[] followed = [.. _last.Keys];
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var jobs = await db.BulkJobs.AsNoTracking()
            .Where(job => job.Status == BulkStatus.Running || job.Status == BulkStatus.Undoing || EF.Parameter(followed).Contains(job.Id))
            .ToListAsync(cancellationToken);
        foreach (var job in jobs)
        {
            var state = (job.Status, job.Done, job.Restored);
            var progress = BulkProgress.From(job);
            if (!leases.IsOurs(job) && (!_last.TryGetValue(job.Id, out var last) || last != state))
            {
                signal.Changed.Publish(progress);
            }

            if (progress.IsRunning)
            {
                _last[job.Id] = state;
            }
            else
            {
                _last.Remove(job.Id);
            }
        }
    }
}
