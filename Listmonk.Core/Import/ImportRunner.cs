using System.Data.Common;
using System.Linq.Expressions;
using System.Threading.Channels;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Import;

/// <summary>
/// Runs one import from where it stands to its end: one task reads and checks, the other stores. A lease keeps other processes away; one
/// that lost it without noticing is refused at its next commit.
/// </summary>
public sealed partial class ImportRunner(
    IDbContextFactory<ListmonkDbContext> databases,
    IHotConnectionFactory connections,
    WriteGate gate,
    LeaseStore leases,
    UploadStore uploads,
    ImportSignal signal,
    SettingsStore settings,
    ImportMails mails,
    TimeProvider clock,
    ILogger<ImportRunner> logger)
{
    /// <summary>How often the lease is renewed and a request to stop looked for.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long an import waits for a process that has its file.</summary>
    private static readonly TimeSpan FilePatience = TimeSpan.FromMinutes(2);

    private static readonly Expression<Func<ImportJob, bool>> IsImporting = job => job.Status == ImportStatus.Importing;

    /// <summary>Runs the import that waits, if any; returns whether there was one.</summary>
    public async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        if (await TakeNextAsync(cancellationToken) is not { } job)
        {
            return false;
        }

        try
        {
            var error = job.Status == ImportStatus.Importing ? await RunAsync(job, cancellationToken) : null;
            await EndAsync(job, error, cancellationToken);
        }
        finally
        {
            // Also on the way out of the process, or the next one would have to wait for the lease to end.
            await leases.ReleaseAsync<ImportJob>(job.Id, job.LeaseEpoch, CancellationToken.None);
        }

        return true;
    }

    /// <summary>Takes the oldest import whose file is here. A request to stop needs no file, and what nobody could read for long fails here.</summary>
    private async Task<ImportJob?> TakeNextAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var waiting = await db.ImportJobs.AsNoTracking()
            .Where(job => job.Status == ImportStatus.Importing || job.Status == ImportStatus.Stopping)
            .OrderBy(job => job.Id)
            .ToListAsync(cancellationToken);
        foreach (var job in waiting.Where(job => job.Status == ImportStatus.Stopping || uploads.Has(job.StoredName) || IsOverdue(job)))
        {
            if (await leases.TryAcquireAsync<ImportJob>(
                row => row.Id == job.Id && (row.Status == ImportStatus.Importing || row.Status == ImportStatus.Stopping), cancellationToken) is { } taken)
            {
                return taken;
            }
        }

        return null;
    }

    private bool IsOverdue(ImportJob job) =>
        !connections.Dialect.HasConcurrentWriters || (job.LeaseUntil ?? job.CreatedAt) + FilePatience < clock.GetUtcNow();

    /// <returns>Why the import failed, in words for a person; null when it went through, was stopped, or passed to another process.</returns>
    private async Task<string?> RunAsync(ImportJob job, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(job, stopping);
        try
        {
            var request = ImportRequest.FromJson(job.Parameters);
            using var file = uploads.Open(job.StoredName);
            var reader = new ImportReader(file, request.Delimiter[0], settings.Current.Privacy, request.OverwritesPeople);
            // One chunk waits while one is stored: reading is faster, so a longer queue would only take memory.
            var chunks = Channel.CreateBounded<ImportChunk>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
            var reading = Task.Run(() => ReadAsync(reader, job, chunks.Writer, stopping.Token), CancellationToken.None);
            await using (var sink = await ImportSink.OpenAsync(connections, gate, clock, job, request, cancellationToken))
            {
                await StoreAsync(sink, job, chunks.Reader, cancellationToken);
            }

            await stopping.CancelAsync();
            await reading;
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
        catch (FileNotFoundException)
        {
            return "the uploaded file is gone; upload it again";
        }
        finally
        {
            await stopping.CancelAsync();
            await watching;
        }
    }

    /// <summary>Keeps the lease, and ends the reading when it is lost or the import is to stop. A fault is left to the commits, which see it too.</summary>
    private async Task WatchAsync(ImportJob job, CancellationTokenSource stopping)
    {
        using var timer = new PeriodicTimer(WatchInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                try
                {
                    if (!await leases.RenewAsync(job.Id, job.LeaseEpoch, IsImporting, stopping.Token))
                    {
                        await stopping.CancelAsync();
                    }
                }
                catch (DbException exception)
                {
                    LogNotRenewed(exception, job.Id);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The import has ended.
        }
    }

    private static async Task ReadAsync(ImportReader reader, ImportJob job, ChannelWriter<ImportChunk> chunks, CancellationToken cancellationToken)
    {
        try
        {
            reader.Skip(job.LastLine);
            while (reader.Read(job.Id) is { } chunk)
            {
                await chunks.WriteAsync(chunk, cancellationToken);
            }

            chunks.Complete();
        }
        catch (OperationCanceledException)
        {
            chunks.TryComplete();
        }
#pragma warning disable CA1031 // The storing side rethrows it after the chunks that were read before.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            chunks.TryComplete(exception);
        }
    }

    private async Task StoreAsync(ImportSink sink, ImportJob job, ChannelReader<ImportChunk> chunks, CancellationToken cancellationToken)
    {
        // The stored count may run ahead within a chunk that was cut off; lines up to the last one are certain.
        var rejected = job.Rejected;
        var imported = job.LastLine - rejected;
        var progress = ImportProgress.From(job);
        while (await chunks.WaitToReadAsync(cancellationToken))
        {
            if (!chunks.TryRead(out var chunk))
            {
                continue;
            }

            var goesOn = await sink.WriteAsync(
                chunk, imported, rejected, count => signal.Changed.Publish(progress with { Imported = count, Rejected = rejected }), cancellationToken);
            if (!goesOn)
            {
                return;
            }

            imported += chunk.ImportedLines;
            rejected += chunk.RejectedLines;
        }

        await chunks.Completion;
    }

    private async Task EndAsync(ImportJob job, string? error, CancellationToken cancellationToken)
    {
        var listIds = ImportRequest.FromJson(job.Parameters).ListIds;
        var ended = await databases.WriteAsync(
            async db =>
            {
                if (await db.ImportJobs.SingleOrDefaultAsync(candidate => candidate.Id == job.Id && candidate.LeaseEpoch == job.LeaseEpoch, cancellationToken) is not { } row)
                {
                    return null;
                }

                var isWhole = row.Status == ImportStatus.Importing && error is null;
                row.Status = error is null ? ImportStatus.Finished : ImportStatus.Failed;
                row.Error = error;
                // Quoted line breaks inflate the first count.
                row.Total = isWhole ? row.LastLine : row.Total;
                row.FinishedAt = clock.GetUtcNow();
                await db.Lists.Where(list => EF.Parameter(listIds).Contains(list.Id))
                    .ExecuteUpdateAsync(list => list.SetProperty(item => item.UpdatedAt, clock.GetUtcNow()), cancellationToken);
                return ImportProgress.From(row);
            },
            cancellationToken);
        if (ended is null)
        {
            LogLost(job.Id);
            return;
        }

        uploads.Delete(job.StoredName);
        signal.Changed.Publish(ended);
        LogEnded(job.Id, ended.Status, ended.Imported, ended.Rejected);
        try
        {
            await mails.SendEndedAsync(ended, cancellationToken);
        }
#pragma warning disable CA1031 // The import is done whether or not its note can be mailed.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotNotified(exception, job.Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Import {JobId} {Status}: {Imported} imported, {Rejected} rejected")]
    private partial void LogEnded(int jobId, ImportStatus status, int imported, int rejected);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Import {JobId} has passed to another process")]
    private partial void LogLost(int jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on import {JobId} could not be renewed")]
    private partial void LogNotRenewed(Exception exception, int jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The note on import {JobId} was not sent")]
    private partial void LogNotNotified(Exception exception, int jobId);
}
