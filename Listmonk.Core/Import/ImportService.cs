using System.Globalization;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>Starts, shows and stops imports; one runs at a time in the whole installation.</summary>
public sealed class ImportService(
    IDbContextFactory<ListmonkDbContext> databases, UploadStore uploads, ImportSignal signal, TimeProvider clock)
{
    /// <summary>Faulty lines kept for one import; the count goes on.</summary>
    public const int MaxProblems = 1000;

    /// <summary>Published at most a few times a second while an import runs in this process.</summary>
    public LiveFeed<ImportProgress> Changed => signal.Changed;

    /// <summary>Queues the import of a stored file, which is deleted again when the request is refused.</summary>
    public async Task<Outcome<ImportProgress>> StartAsync(
        ImportRequest request, string filename, StoredUpload upload, Actor actor, CancellationToken cancellationToken)
    {
        var allowed = await CanStartAsync(request, actor, cancellationToken);
        if (!allowed.IsOk)
        {
            uploads.Delete(upload.Name);
            return Outcome<ImportProgress>.From(allowed);
        }

        var job = new ImportJob
        {
            Filename = Path.GetFileName(filename),
            StoredName = upload.Name,
            Parameters = Restrict(request, actor).ToJson(),
            Status = ImportStatus.Importing,
            Total = upload.Lines,
            CreatedAt = clock.GetUtcNow(),
        };
        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await IsRunningAsync(db, cancellationToken))
                {
                    return Running;
                }

                db.ImportJobs.Add(job);
                return Outcome.Ok;
            },
            cancellationToken);
        if (!outcome.IsOk)
        {
            uploads.Delete(upload.Name);
            return Outcome<ImportProgress>.From(outcome);
        }

        signal.Wake();
        return ImportProgress.From(job);
    }

    /// <summary>What would refuse the request, asked before a long upload is read.</summary>
    public async Task<Outcome> CanStartAsync(ImportRequest request, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await IsRunningAsync(db, cancellationToken))
        {
            return Running;
        }

        if (request.Mode == ImportMode.Subscribe && Restrict(request, actor).ListIds.Count == 0)
        {
            return Outcome.Forbidden("Permission denied: lists");
        }

        return Outcome.FromErrors(request.Check());
    }

    public async Task<ImportProgress> StatusAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await NewestAsync(db, cancellationToken) is { } job ? ImportProgress.From(job) : ImportProgress.Nothing;
    }

    /// <summary>The newest import's log, one line a happening; listmonk's shape.</summary>
    public async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await NewestAsync(db, cancellationToken) is not { Status: not ImportStatus.None } job)
        {
            return "";
        }

        var log = new StringBuilder();
        Line(job.CreatedAt, $"processing '{job.Filename}'");
        foreach (var problem in await ProblemsAsync(job.Id, cancellationToken))
        {
            Line(job.CreatedAt, $"skipping line {problem.Line}: {problem.Reason}");
        }

        if (job.Rejected > MaxProblems)
        {
            Line(job.CreatedAt, $"{job.Rejected} lines were skipped; the first {MaxProblems} are shown");
        }

        Line(job.FinishedAt ?? job.CreatedAt, $"imported {job.Imported}");
        if (job.Status == ImportStatus.Stopping)
        {
            Line(job.CreatedAt, "stop request received");
        }
        else if (job.FinishedAt is { } finished)
        {
            Line(finished, job.Status == ImportStatus.Failed ? $"import failed: {job.Error}" : "imported finished");
        }

        return log.ToString().TrimEnd('\n');

        void Line(DateTimeOffset at, string text) =>
            log.Append(at.UtcDateTime.ToString("yyyy/MM/dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)).Append(" import: ").Append(text).Append('\n');
    }

    /// <summary>The first faulty lines of an import.</summary>
    public async Task<IReadOnlyList<ImportProblem>> ProblemsAsync(int jobId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ImportProblems.AsNoTracking()
            .Where(problem => problem.ImportJobId == jobId)
            .OrderBy(problem => problem.Line)
            .Take(MaxProblems)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Stops a running import after the rows at hand, or clears the result of one that has ended.</summary>
    public async Task<ImportProgress> StopAsync(CancellationToken cancellationToken)
    {
        var progress = await databases.WriteAsync(
            async db =>
            {
                var job = await db.ImportJobs.OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
                if (job is null)
                {
                    return ImportProgress.Nothing;
                }

                job.Status = job.Status is ImportStatus.Importing or ImportStatus.Stopping ? ImportStatus.Stopping : ImportStatus.None;
                return ImportProgress.From(job);
            },
            cancellationToken);
        signal.Wake();
        Changed.Publish(progress);
        return progress;
    }

    private static Outcome Running => Outcome.Invalid("", "An import is already running. Wait for it to finish or stop it before trying again.");

    private static ImportRequest Restrict(ImportRequest request, Actor actor) =>
        request with { ListIds = [.. request.ListIds.Distinct().Where(actor.CanManageList)] };

    private static Task<bool> IsRunningAsync(ListmonkDbContext db, CancellationToken cancellationToken) =>
        db.ImportJobs.AnyAsync(job => job.Status == ImportStatus.Importing || job.Status == ImportStatus.Stopping, cancellationToken);

    private static Task<ImportJob?> NewestAsync(ListmonkDbContext db, CancellationToken cancellationToken) =>
        db.ImportJobs.AsNoTracking().OrderByDescending(job => job.Id).FirstOrDefaultAsync(cancellationToken);
}
