using System.Globalization;
using System.IO.Compression;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>Reads how imports stand and what they refused. Whoever may import sees all of them, as in listmonk.</summary>
public sealed class ImportQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>Faulty lines shown of one import; the file for download has all.</summary>
    public const int MaxProblems = 1000;

    /// <summary>The import that listmonk's API means: the one that runs, otherwise the newest until it is cleared.</summary>
    public async Task<ImportProgress> StatusAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await CurrentAsync(db, cancellationToken) is { IsCleared: false } job ? ImportProgress.From(job) : ImportProgress.Nothing;
    }

    /// <summary>The same import's log, one line a happening; listmonk's shape.</summary>
    public async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await CurrentAsync(db, cancellationToken) is not { IsCleared: false } job)
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

    /// <returns>Null when there is no such import.</returns>
    public async Task<ImportProgress?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ImportJobs.AsNoTracking().FirstOrDefaultAsync(job => job.Id == id, cancellationToken) is { } found ? ImportProgress.From(found) : null;
    }

    /// <summary>All imports, newest first; those that wait for their columns and their turn included.</summary>
    public async Task<PagedList<ImportProgress>> HistoryAsync(PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var total = await db.ImportJobs.CountAsync(cancellationToken);
        var jobs = await db.ImportJobs.AsNoTracking().OrderByDescending(job => job.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        return new PagedList<ImportProgress>(jobs.ConvertAll(ImportProgress.From), total, page);
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

    /// <summary>Whether the file of faulty lines has any.</summary>
    public async Task<bool> HasRejectedLinesAsync(int jobId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ImportRejects.AnyAsync(rejects => rejects.ImportJobId == jobId, cancellationToken);
    }

    /// <summary>Writes every faulty line as CSV: number, reason, and the original's fields under their own names.</summary>
    public async Task WriteRejectedLinesAsync(int jobId, Stream target, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var job = await db.ImportJobs.AsNoTracking().FirstAsync(row => row.Id == jobId, cancellationToken);
        await target.WriteAsync(Encoding.UTF8.GetBytes(RejectedLines.Header(job.Columns, ImportRequest.FromJson(job.Parameters).Delimiter[0])), cancellationToken);
        var chunks = db.ImportRejects.AsNoTracking().Where(rejects => rejects.ImportJobId == jobId).OrderBy(rejects => rejects.Id).AsAsyncEnumerable();
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            using var packed = new MemoryStream(chunk.Lines);
            await using var lines = new GZipStream(packed, CompressionMode.Decompress);
            await lines.CopyToAsync(target, cancellationToken);
        }
    }

    /// <summary>The oldest import that runs or waits, else the newest.</summary>
    internal static async Task<ImportJob?> CurrentAsync(ListmonkDbContext db, CancellationToken cancellationToken)
    {
        var jobs = db.ImportJobs.Where(job => job.Status != ImportStatus.Draft);
        return await jobs.Where(job => job.Status == ImportStatus.Importing || job.Status == ImportStatus.Stopping).OrderBy(job => job.Id).FirstOrDefaultAsync(cancellationToken)
            ?? await jobs.OrderByDescending(job => job.Id).FirstOrDefaultAsync(cancellationToken);
    }
}
