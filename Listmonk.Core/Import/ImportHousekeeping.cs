using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>Gives up what nobody came back for: uploads that were never started, files of stopped imports, and old notes.</summary>
public sealed class ImportHousekeeping(IDbContextFactory<ListmonkDbContext> databases, UploadStore uploads, TimeProvider clock)
{
    /// <summary>How long an upload waits to be started, and a stopped import to be continued.</summary>
    public static readonly TimeSpan FilesKept = TimeSpan.FromDays(7);

    /// <summary>How long rejected lines can be downloaded, and an import undone.</summary>
    public static readonly TimeSpan NotesKept = TimeSpan.FromDays(90);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>A start has more urgent work.</summary>
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(10);

    private DateTimeOffset _dueAt = clock.GetUtcNow() + AfterStart;

    /// <summary>Runs once an hour, however often it is called.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() >= _dueAt)
        {
            _dueAt = clock.GetUtcNow() + Interval;
            await RunAsync(cancellationToken);
        }
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var kept = await databases.WriteAsync(
            async db =>
            {
                await db.ImportJobs.Where(job => job.Status == ImportStatus.Draft && job.CreatedAt < now - FilesKept).ExecuteDeleteAsync(cancellationToken);
                await db.ImportJobs.Where(job => job.HasFile && job.FinishedAt < now - FilesKept)
                    .ExecuteUpdateAsync(set => set.SetProperty(job => job.HasFile, false), cancellationToken);
                var old = db.ImportJobs.Where(job => job.FinishedAt < now - NotesKept).Select(job => job.Id);
                await db.ImportSlices.Where(slice => old.Contains(slice.ImportJobId)).ExecuteDeleteAsync(cancellationToken);
                await db.ImportRejects.Where(rejects => old.Contains(rejects.ImportJobId)).ExecuteDeleteAsync(cancellationToken);
                return await db.ImportJobs.Where(job => job.HasFile || job.Status == ImportStatus.Importing || job.Status == ImportStatus.Stopping)
                    .Select(job => job.StoredName).ToHashSetAsync(cancellationToken);
            },
            cancellationToken);
        // An upload that is still coming in has no row yet.
        uploads.DeleteOthers(kept, now - FilesKept);
    }
}
