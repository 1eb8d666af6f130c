using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>
/// Takes an import back: the subscriptions that it added and nobody has touched, and the people whom it created and to whom nothing has
/// happened since. What it overwrote is not kept and stays as it is.
/// </summary>
/// <remarks>
/// Goes through the subscribers in the order of their ids, so many at a time; each transaction commits how far it came. The notes that the
/// import left (<see cref="ImportSlice"/>) tell its rows: they carry its times.
/// </remarks>
public sealed class ImportUndoService(
    IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, ImportSignal signal, TimeProvider clock)
{
    /// <summary>Ids looked at in one transaction; about 50 ms when all of them go.</summary>
    private const int Window = 1000;

    /// <summary>What undoing would remove and what would stay; nothing is changed.</summary>
    public async Task<Outcome<ImportUndoForecast>> ForecastAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var job = await db.ImportJobs.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken);
        var allowed = await CheckAsync(db, job, actor, cancellationToken);
        if (!allowed.IsOk)
        {
            return Outcome<ImportUndoForecast>.From(allowed);
        }

        var request = ImportRequest.FromJson(job!.Parameters);
        var rows = new ImportedRows(db, id, request, 0, int.MaxValue);
        return new ImportUndoForecast
        {
            People = await rows.Untouched.CountAsync(cancellationToken),
            Created = await rows.Created.CountAsync(cancellationToken),
            Subscriptions = await rows.Subscriptions.CountAsync(cancellationToken),
            OverwrotePeople = request is { Mode: ImportMode.Subscribe, OverwritesPeople: true },
            OverwroteSubscriptions = request is { Mode: ImportMode.Subscribe, OverwritesSubscriptions: true },
            Blocklisted = request.Mode == ImportMode.Blocklist,
        };
    }

    /// <summary>Queues the undoing.</summary>
    public async Task<Outcome> StartAsync(int id, Actor actor, CancellationToken cancellationToken)
    {
        ImportJob? job = null;
        var outcome = await databases.WriteAsync(
            async db =>
            {
                job = await db.ImportJobs.FirstOrDefaultAsync(row => row.Id == id, cancellationToken);
                var allowed = await CheckAsync(db, job, actor, cancellationToken);
                if (allowed.IsOk)
                {
                    job!.Status = ImportStatus.Undoing;
                    job.UndoneBy = actor.Name;
                    db.Record(actor, "import.undo", "import", id, clock.GetUtcNow());
                }

                return allowed;
            },
            cancellationToken);
        if (outcome.IsOk)
        {
            signal.Wake();
            signal.Changed.Publish(ImportProgress.From(job!));
        }

        return outcome;
    }

    /// <summary>Does the undoing of a job that this process has leased; goes on where an earlier run was cut off.</summary>
    internal async Task RunAsync(ImportJob job, CancellationToken cancellationToken)
    {
        var request = ImportRequest.FromJson(job.Parameters);
        int last;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            last = await db.ImportSlices.Where(slice => slice.ImportJobId == job.Id).MaxAsync(slice => (int?)slice.LastId, cancellationToken) ?? 0;
        }

        for (var position = job.UndoPosition; position < last;)
        {
            var end = Math.Min(last, position + Window);
            if (!(await databases.WriteAsync(db => RemoveAsync(db, job, request, position, end, cancellationToken), cancellationToken)).IsOk)
            {
                return;
            }

            position = end;
            signal.Changed.Publish(ImportProgress.From(job));
        }

        await EndAsync(job, request, cancellationToken);
    }

    private async Task<Outcome> RemoveAsync(ListmonkDbContext db, ImportJob job, ImportRequest request, int from, int to, CancellationToken cancellationToken)
    {
        var rows = new ImportedRows(db, job.Id, request, from, to);
        // Asked before the subscriptions go: one that stays keeps its person.
        var people = await rows.Untouched.Select(person => person.Id).ToArrayAsync(cancellationToken);
        var subscriptions = await rows.Subscriptions.ExecuteDeleteAsync(cancellationToken);
        await db.Subscribers.Where(person => EF.Parameter(people).Contains(person.Id)).ExecuteDeleteAsync(cancellationToken);
        job.RemovedPeople += people.Length;
        job.RemovedSubscriptions += subscriptions;
        var moved = await db.ImportJobs.Where(row => row.Id == job.Id && row.LeaseEpoch == job.LeaseEpoch).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.UndoPosition, to)
                .SetProperty(row => row.RemovedPeople, job.RemovedPeople)
                .SetProperty(row => row.RemovedSubscriptions, job.RemovedSubscriptions)
                .SetProperty(row => row.LeaseUntil, clock.GetUtcNow() + LeaseStore.Duration),
            cancellationToken);
        return moved == 1 && leases.IsOurs(job) ? Outcome.Ok : Outcome.Conflict("The import has passed to another process.");
    }

    private async Task EndAsync(ImportJob job, ImportRequest request, CancellationToken cancellationToken)
    {
        job.Status = ImportStatus.Undone;
        job.UndoneAt = clock.GetUtcNow();
        await databases.WriteAsync(
            async db =>
            {
                await db.ImportJobs.Where(row => row.Id == job.Id && row.LeaseEpoch == job.LeaseEpoch).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, job.Status).SetProperty(row => row.UndoneAt, job.UndoneAt), cancellationToken);
                await db.Lists.Where(list => EF.Parameter(request.ListIds).Contains(list.Id))
                    .ExecuteUpdateAsync(set => set.SetProperty(list => list.UpdatedAt, clock.GetUtcNow()), cancellationToken);
            },
            cancellationToken);
        signal.Changed.Publish(ImportProgress.From(job));
    }

    private static async Task<Outcome> CheckAsync(ListmonkDbContext db, ImportJob? job, Actor actor, CancellationToken cancellationToken) =>
        job is null ? Outcome.NotFound("Import not found")
        : !actor.Can(Permissions.SubscribersManage) || !ImportService.Manages(actor, job)
            ? Outcome.Forbidden("Undoing needs the right to manage subscribers, and all lists that the import wrote to.")
        : job.Status is not (ImportStatus.Finished or ImportStatus.Failed) ? Outcome.Invalid("", "Only an import that has ended can be undone, and only once.")
        : !await db.ImportSlices.AnyAsync(slice => slice.ImportJobId == job.Id, cancellationToken)
            ? Outcome.Invalid("", $"The import stored nothing, or ended more than {ImportHousekeeping.NotesKept.Days} days ago: what it added is not known any more.")
        : Outcome.Ok;

    /// <summary>What an import has inserted, among the people of some ids.</summary>
    private sealed class ImportedRows
    {
        public ImportedRows(ListmonkDbContext db, int id, ImportRequest request, int from, int to)
        {
            var slices = db.ImportSlices.Where(slice => slice.ImportJobId == id);
            var times = slices.Select(slice => slice.At);
            int[] lists = [.. request.ListIds];
            Subscriptions = db.Subscriptions.Where(row => row.SubscriberId > from && row.SubscriberId <= to
                && EF.Parameter(lists).Contains(row.ListId) && times.Contains(row.CreatedAt) && times.Contains(row.UpdatedAt));
            Created = db.Subscribers.Where(person => person.Id > from && person.Id <= to
                && slices.Any(slice => slice.At == person.CreatedAt && person.Id > slice.AfterId && person.Id <= slice.LastId));
            Untouched = db.WithoutHistory(Created).Where(person => times.Contains(person.UpdatedAt)
                && !person.Subscriptions.Any(row => !EF.Parameter(lists).Contains(row.ListId) || !times.Contains(row.CreatedAt) || !times.Contains(row.UpdatedAt)));
        }

        /// <summary>Subscriptions that it added, with the status that it gave.</summary>
        public IQueryable<Subscription> Subscriptions { get; }

        /// <summary>People who were not known before.</summary>
        public IQueryable<Subscriber> Created { get; }

        /// <summary>Of them, those who are as the import left them.</summary>
        public IQueryable<Subscriber> Untouched { get; }
    }
}

/// <summary>What undoing an import would do.</summary>
public sealed record ImportUndoForecast
{
    /// <summary>People who would be removed.</summary>
    public required int People { get; init; }

    /// <summary>People whom the import created and who are still there; those that would not be removed have a history since.</summary>
    public required int Created { get; init; }

    /// <summary>Subscriptions that would be removed.</summary>
    public required int Subscriptions { get; init; }

    /// <summary>The import replaced names and attributes, which stay.</summary>
    public bool OverwrotePeople { get; init; }

    /// <summary>The import gave existing subscriptions another status, which stays.</summary>
    public bool OverwroteSubscriptions { get; init; }

    /// <summary>The import blocklisted people, and those who were known before stay so.</summary>
    public bool Blocklisted { get; init; }
}
