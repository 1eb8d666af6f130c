using System.Data.Common;
using System.Linq.Expressions;
using System.Threading.Channels;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers.Suppression;
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
    ImportUndoService undo,
    ImportSignal signal,
    SettingsStore settings,
    SuppressionStore suppressions,
    ImportMails mails,
    TimeProvider clock,
    ILogger<ImportRunner> logger)
{
    /// <summary>How often the lease is renewed and a request to stop looked for.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long an import waits for a process that has its file.</summary>
    private static readonly TimeSpan FilePatience = TimeSpan.FromMinutes(2);

    /// <summary>How often a fault of the program may come at the same line before the import is given up, so that the ones behind it get their turn.</summary>
    private const int MostFaults = 3;

    private const int MaxColumns = 500;
    private const int MaxColumnName = 200;

    private static readonly Expression<Func<ImportJob, bool>> IsDue =
        job => job.Status == ImportStatus.Importing || job.Status == ImportStatus.Stopping || job.Status == ImportStatus.Undoing;

    private static readonly Expression<Func<ImportJob, bool>> IsImporting = job => job.Status == ImportStatus.Importing;

    private (int JobId, int Line, string? Email) _faultAt;
    private int _faults;

    /// <summary>Runs, or undoes, the import that waits, if any; returns whether there was one.</summary>
    public async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        if (await TakeNextAsync(cancellationToken) is not { } job)
        {
            return false;
        }

        try
        {
            if (job.Status == ImportStatus.Undoing)
            {
                await undo.RunAsync(job, cancellationToken);
                return true;
            }

            var end = job.Status == ImportStatus.Importing ? await RunAsync(job, cancellationToken) : new RunEnd(IsThrough: false);
            await EndAsync(job, end, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !DatabaseFaults.MayPass(exception) && IsStuck(job))
        {
            LogGivenUp(exception, job.Id, job.LastLine);
            await EndAsync(job, new RunEnd(IsThrough: false, $"the program met a fault of its own behind line {job.LastLine}, which its log names; what was stored before stays") { KeepsFile = true }, cancellationToken);
        }
        finally
        {
            // Also on the way out of the process, or the next one would have to wait for the lease to end.
            await leases.ReleaseAsync<ImportJob>(job.Id, job.LeaseEpoch, CancellationToken.None);
        }

        return true;
    }

    private bool IsStuck(ImportJob job)
    {
        var place = (job.Id, job.LastLine, job.ChunkEmail);
        _faults = job.Status == ImportStatus.Importing ? (_faultAt == place ? _faults : 0) + 1 : 0;
        _faultAt = place;
        return _faults >= MostFaults;
    }

    /// <summary>
    /// Takes the oldest import, or none while another process has it or its file. A request to stop needs no file, and what nobody could read
    /// for long fails here.
    /// </summary>
    private async Task<ImportJob?> TakeNextAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var waiting = await db.ImportJobs.AsNoTracking()
            .Where(IsDue)
            .OrderBy(job => job.Id)
            .ToListAsync(cancellationToken);
        // A request to stop does not wait for the imports before it.
        if ((waiting.Find(job => job.Status == ImportStatus.Stopping) ?? waiting.FirstOrDefault()) is not { } next
            || (next.Status == ImportStatus.Importing && !uploads.Has(next.StoredName) && !IsOverdue(next)))
        {
            return null;
        }

        return await leases.TryAcquireAsync<ImportJob>(
            row => row.Id == next.Id && (row.Status == ImportStatus.Importing || row.Status == ImportStatus.Stopping || row.Status == ImportStatus.Undoing), cancellationToken);
    }

    private bool IsOverdue(ImportJob job) =>
        !connections.Dialect.HasConcurrentWriters || (job.LeaseUntil ?? job.CreatedAt) + FilePatience < clock.GetUtcNow();

    private async Task<RunEnd> RunAsync(ImportJob job, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(job, stopping);
        try
        {
            var request = ImportRequest.FromJson(job.Parameters);
            using var file = uploads.Open(job.StoredName);
            var reader = new ImportReader(file, request, settings.Current.Privacy) { Suppressions = suppressions };
            // One chunk waits while one is stored: reading is faster, so a longer queue would only take memory.
            var chunks = Channel.CreateBounded<ImportChunk>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
            var reading = Task.Run(() => ReadAsync(reader, job, chunks.Writer, stopping.Token), CancellationToken.None);
            bool isStored;
            await using (var sink = await ImportSink.OpenAsync(connections, gate, clock, job, request, cancellationToken))
            {
                job.StartedAt ??= clock.GetUtcNow();
                job.Columns = [.. reader.Columns.Take(MaxColumns).Select(name => name.Length <= MaxColumnName ? name : name[..MaxColumnName])];
                await sink.BeginAsync(job.StartedAt.Value, job.Columns, cancellationToken);
                isStored = await StoreAsync(sink, job, chunks.Reader, cancellationToken);
            }

            await stopping.CancelAsync();
            return new RunEnd(IsThrough: await reading && isStored);
        }
        catch (FormatException exception)
        {
            return new RunEnd(IsThrough: false, exception.Message);
        }
        catch (FileNotFoundException)
        {
            return new RunEnd(IsThrough: false, "the uploaded file is gone; upload it again");
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

    /// <returns>Whether the whole file was read.</returns>
    private static async Task<bool> ReadAsync(ImportReader reader, ImportJob job, ChannelWriter<ImportChunk> chunks, CancellationToken cancellationToken)
    {
        try
        {
            reader.Skip(job.LastLine);
            while (reader.Read(job.Id) is { } chunk)
            {
                await chunks.WriteAsync(chunk, cancellationToken);
            }

            chunks.Complete();
            return true;
        }
        catch (OperationCanceledException)
        {
            chunks.TryComplete();
            return false;
        }
#pragma warning disable CA1031 // The storing side rethrows it after the chunks that were read before.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            chunks.TryComplete(exception);
            return false;
        }
    }

    /// <returns>False when it was stopped, or passed to another process.</returns>
    private async Task<bool> StoreAsync(ImportSink sink, ImportJob job, ChannelReader<ImportChunk> chunks, CancellationToken cancellationToken)
    {
        // The stored count includes part of a chunk that was cut off, which is counted again from its beginning.
        var rejected = job.Rejected;
        var storedTo = job.ChunkEmail;
        var imported = job.LastLine - rejected;
        var progress = ImportProgress.From(job);
        while (await chunks.WaitToReadAsync(cancellationToken))
        {
            if (!chunks.TryRead(out var chunk))
            {
                continue;
            }

            var goesOn = await sink.WriteAsync(
                chunk, storedTo, imported, rejected, count => signal.Changed.Publish(progress with { Imported = count, Rejected = rejected, Created = sink.Created }), cancellationToken);
            if (!goesOn)
            {
                return false;
            }

            storedTo = null;
            imported += chunk.ImportedLines;
            rejected += chunk.RejectedLines;
        }

        await chunks.Completion;
        return true;
    }

    private async Task EndAsync(ImportJob job, RunEnd end, CancellationToken cancellationToken)
    {
        var listIds = ImportRequest.FromJson(job.Parameters).ListIds;
        var ended = await databases.WriteAsync(
            async db =>
            {
                if (await db.ImportJobs.SingleOrDefaultAsync(candidate => candidate.Id == job.Id && candidate.LeaseEpoch == job.LeaseEpoch, cancellationToken) is not { } row)
                {
                    return null;
                }

                row.Status = end.Error is null ? ImportStatus.Finished : ImportStatus.Failed;
                row.Error = end.Error;
                row.WasStopped = end is { IsThrough: false, Error: null };
                row.HasFile = row.WasStopped || end.KeepsFile;
                // Quoted line breaks inflate the first count.
                row.Total = end.IsThrough ? row.LastLine : row.Total;
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

        if (!ended.CanContinue)
        {
            uploads.Delete(job.StoredName);
        }

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

    /// <param name="IsThrough">Every line is stored or refused; false also when another process goes on with it.</param>
    /// <param name="Error">Why the import failed, in words for a person.</param>
    private sealed record RunEnd(bool IsThrough, string? Error = null)
    {
        /// <summary>A failed import can go on later.</summary>
        public bool KeepsFile { get; init; }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Import {JobId} is given up behind line {Line}: the same fault came at each try")]
    private partial void LogGivenUp(Exception exception, int jobId, int line);

    [LoggerMessage(Level = LogLevel.Information, Message = "Import {JobId} {Status}: {Imported} imported, {Rejected} rejected")]
    private partial void LogEnded(int jobId, ImportStatus status, int imported, int rejected);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Import {JobId} has passed to another process")]
    private partial void LogLost(int jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on import {JobId} could not be renewed")]
    private partial void LogNotRenewed(Exception exception, int jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The note on import {JobId} was not sent")]
    private partial void LogNotNotified(Exception exception, int jobId);
}
