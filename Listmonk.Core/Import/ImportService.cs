using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>Starts, stops and continues imports. One runs at a time in the whole installation, others wait in the order of their uploads.</summary>
public sealed class ImportService(
    IDbContextFactory<ListmonkDbContext> databases, UploadStore uploads, ImportSignal signal, TimeProvider clock)
{
    /// <summary>Published at most a few times a second while an import runs in this process.</summary>
    public LiveFeed<ImportProgress> Changed => signal.Changed;

    /// <summary>Queues the import of a stored file, which is deleted again when the request is refused.</summary>
    /// <param name="waits">False refuses while another import runs, as listmonk's API does.</param>
    public async Task<Outcome<ImportProgress>> StartAsync(
        ImportRequest request, string filename, StoredUpload upload, Actor actor, bool waits, CancellationToken cancellationToken)
    {
        var allowed = await CanStartAsync(request, actor, waits, cancellationToken);
        if (!allowed.IsOk)
        {
            uploads.Delete(upload.Name);
            return Outcome<ImportProgress>.From(allowed);
        }

        var job = NewJob(filename, upload, Restrict(request, actor), ImportStatus.Importing, actor);
        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (!waits && await IsRunningAsync(db, cancellationToken))
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
        return Published(job);
    }

    /// <summary>Keeps an upload until it is said what its columns are for.</summary>
    public async Task<ImportProgress> DraftAsync(string filename, StoredUpload upload, Actor actor, CancellationToken cancellationToken)
    {
        var job = NewJob(filename, upload, new ImportRequest(), ImportStatus.Draft, actor);
        await databases.WriteAsync(
            db =>
            {
                db.ImportJobs.Add(job);
                return Task.CompletedTask;
            },
            cancellationToken);
        return Published(job);
    }

    /// <summary>Queues the import of an upload that was kept.</summary>
    public async Task<Outcome> StartDraftAsync(int id, ImportRequest request, Actor actor, CancellationToken cancellationToken)
    {
        var allowed = await CanStartAsync(request, actor, waits: true, cancellationToken);
        return allowed.IsOk
            ? await ChangeAsync(
                id,
                actor,
                job =>
                {
                    if (job.Status != ImportStatus.Draft)
                    {
                        return Outcome.Invalid("", "The import was started already.");
                    }

                    job.Parameters = Restrict(request, actor).ToJson();
                    job.Status = ImportStatus.Importing;
                    return Outcome.Ok;
                },
                cancellationToken)
            : allowed;
    }

    /// <summary>Gives up an upload that was not started.</summary>
    public async Task<Outcome> DiscardDraftAsync(int id, CancellationToken cancellationToken)
    {
        var storedName = await databases.WriteAsync(
            async db =>
            {
                var job = await db.ImportJobs.FirstOrDefaultAsync(row => row.Id == id && row.Status == ImportStatus.Draft, cancellationToken);
                if (job is not null)
                {
                    db.ImportJobs.Remove(job);
                }

                return job?.StoredName;
            },
            cancellationToken);
        if (storedName is null)
        {
            return Outcome.Invalid("", "The import was started or given up already.");
        }

        uploads.Delete(storedName);
        return Outcome.Ok;
    }

    /// <summary>What would refuse the request, asked before a long upload is read.</summary>
    public async Task<Outcome> CanStartAsync(ImportRequest request, Actor actor, bool waits, CancellationToken cancellationToken)
    {
        if (!waits)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            if (await IsRunningAsync(db, cancellationToken))
            {
                return Running;
            }
        }

        if (request.Mode == ImportMode.Subscribe && Restrict(request, actor).ListIds.Count == 0)
        {
            return Outcome.Forbidden("Permission denied: lists");
        }

        return Outcome.FromErrors(request.Check());
    }

    /// <summary>listmonk's way to stop: a running import after the rows at hand; or the result of one that has ended is cleared.</summary>
    public async Task<ImportProgress> StopAsync(CancellationToken cancellationToken)
    {
        var (progress, isCleared) = await databases.WriteAsync(
            async db =>
            {
                if (await ImportQueries.CurrentAsync(db, cancellationToken) is not { } job)
                {
                    return (ImportProgress.Nothing, true);
                }

                if (job.Status is ImportStatus.Importing or ImportStatus.Stopping)
                {
                    job.Status = ImportStatus.Stopping;
                    return (ImportProgress.From(job), false);
                }

                job.IsCleared = true;
                return (ImportProgress.Nothing, true);
            },
            cancellationToken);
        if (!isCleared)
        {
            signal.Wake();
            signal.Changed.Publish(progress);
        }

        return progress;
    }

    /// <summary>Stops one import after the rows at hand; its file is kept for a while, so that it can be continued.</summary>
    public async Task<Outcome> StopAsync(int id, Actor actor, CancellationToken cancellationToken) =>
        await ChangeAsync(
            id,
            actor,
            job =>
            {
                if (job.Status is not (ImportStatus.Importing or ImportStatus.Stopping))
                {
                    return Outcome.Invalid("", "The import has ended already.");
                }

                job.Status = ImportStatus.Stopping;
                return Outcome.Ok;
            },
            cancellationToken);

    /// <summary>Lets a stopped or failed import go on behind the last row that is stored, after those that wait.</summary>
    public async Task<Outcome> ContinueAsync(int id, Actor actor, CancellationToken cancellationToken) =>
        await ChangeAsync(
            id,
            actor,
            job =>
            {
                if (!ImportProgress.From(job).CanContinue || !uploads.Has(job.StoredName))
                {
                    return Outcome.Invalid("", "The file is not kept any more; upload it again. What was imported stays and is not counted twice as new.");
                }

                job.Status = ImportStatus.Importing;
                job.WasStopped = false;
                job.IsCleared = false;
                job.Error = null;
                job.StartedAt = null;
                job.FinishedAt = null;
                return Outcome.Ok;
            },
            cancellationToken);

    internal static ImportRequest Restrict(ImportRequest request, Actor actor) =>
        request with { ListIds = [.. request.ListIds.Distinct().Where(actor.CanManageList)] };

    /// <summary>Whether the account manages every list that an import writes to.</summary>
    internal static bool Manages(Actor actor, ImportJob job) => ImportRequest.FromJson(job.Parameters).ListIds.All(actor.CanManageList);

    private async Task<Outcome> ChangeAsync(int id, Actor actor, Func<ImportJob, Outcome> change, CancellationToken cancellationToken)
    {
        ImportJob? job = null;
        var outcome = await databases.WriteAsync(
            async db =>
            {
                job = await db.ImportJobs.FirstOrDefaultAsync(row => row.Id == id, cancellationToken);
                return job is null ? Outcome.NotFound("Import not found")
                    : Manages(actor, job) ? change(job)
                    : Outcome.Forbidden("The import writes to lists that your account may not manage.");
            },
            cancellationToken);
        if (outcome.IsOk)
        {
            signal.Wake();
            Published(job!);
        }

        return outcome;
    }

    private ImportJob NewJob(string filename, StoredUpload upload, ImportRequest request, ImportStatus status, Actor actor) => new()
    {
        Filename = Path.GetFileName(filename),
        StoredName = upload.Name,
        Encoding = upload.Encoding,
        Parameters = request.ToJson(),
        Status = status,
        Total = upload.Lines,
        CreatedById = actor.UserId,
        CreatedBy = actor.Name,
        CreatedAt = clock.GetUtcNow(),
    };

    private ImportProgress Published(ImportJob job)
    {
        var progress = ImportProgress.From(job);
        signal.Changed.Publish(progress);
        return progress;
    }

    private static Outcome Running => Outcome.Invalid("", "An import is already running. Wait for it to finish or stop it before trying again.");

    private static Task<bool> IsRunningAsync(ListmonkDbContext db, CancellationToken cancellationToken) =>
        db.ImportJobs.AnyAsync(job => job.Status == ImportStatus.Importing || job.Status == ImportStatus.Stopping, cancellationToken);
}
