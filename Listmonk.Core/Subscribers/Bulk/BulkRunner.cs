using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>
/// Runs one job from where it stands to its end: through the ids in windows, so that no read takes long, and in each window so many people a
/// transaction. Each transaction commits how far it came, so that a kill repeats nothing.
/// </summary>
/// <remarks>
/// The transaction depends on the lease's epoch and on the job still running: a process that lost its lease, or a job that was cancelled,
/// changes nobody any more.
/// </remarks>
public sealed partial class BulkRunner(
    IDbContextFactory<ListmonkDbContext> databases,
    LeaseStore leases,
    UserDirectory accounts,
    BulkUndo undo,
    BulkSignal signal,
    TimeProvider clock,
    ILogger<BulkRunner> logger)
{
    /// <summary>Ids asked for at once; a condition without an index takes some 50 ms for so many.</summary>
    private const int Window = 5000;

    /// <summary>How often a fault of the program may come at the same place before the job is given up, so that the ones behind it get their turn.</summary>
    private const int MostFaults = 3;

    private (int JobId, int Position) _faultAt;
    private int _faults;

    /// <summary>Runs, or undoes, the oldest job that waits; returns whether there was one.</summary>
    public async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        if (await TakeNextAsync(cancellationToken) is not { } job)
        {
            return false;
        }

        try
        {
            if (job.Status == BulkStatus.Undoing)
            {
                await undo.RunAsync(job, cancellationToken);
            }
            else
            {
                await EndAsync(job, await RunAsync(job, cancellationToken), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !DatabaseFaults.MayPass(exception) && IsStuck(job))
        {
            LogGivenUp(exception, job.Id, job.Position);
            await EndAsync(job, Outcome.Invalid("", "The program met a fault of its own, which its log names; what was done before stays."), cancellationToken);
        }
        finally
        {
            // Also on the way out of the process, or the next one would have to wait for the lease to end.
            await leases.ReleaseAsync<BulkJob>(job.Id, job.LeaseEpoch, CancellationToken.None);
        }

        return true;
    }

    private bool IsStuck(BulkJob job)
    {
        var place = (job.Id, job.Status == BulkStatus.Undoing ? -job.UndoPosition : job.Position);
        _faults = (_faultAt == place ? _faults : 0) + 1;
        _faultAt = place;
        return _faults >= MostFaults;
    }

    /// <summary>None while another process has the oldest one: two at a time would wait for each other's people.</summary>
    private async Task<BulkJob?> TakeNextAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var next = await db.BulkJobs.Where(job => job.Status == BulkStatus.Running || job.Status == BulkStatus.Undoing)
            .OrderBy(job => job.Id).Select(job => (int?)job.Id).FirstOrDefaultAsync(cancellationToken);
        return next is { } id
            ? await leases.TryAcquireAsync<BulkJob>(job => job.Id == id && (job.Status == BulkStatus.Running || job.Status == BulkStatus.Undoing), cancellationToken)
            : null;
    }

    private async Task<Outcome> RunAsync(BulkJob job, CancellationToken cancellationToken)
    {
        var request = BulkRequest.FromJson(job.Parameters);
        job.StartedAt ??= clock.GetUtcNow();
        while (job.Position < job.LastId)
        {
            // Looked up again each time: rights that were taken away end the job.
            if (ActorOf(job) is not { } actor)
            {
                return Outcome.Invalid("", $"The account {job.CreatedBy} is gone, disabled, or may not manage subscribers any more.");
            }

            var listIds = BulkService.ManageableLists(request, actor);
            if (request.Action == BulkAction.ChangeLists && listIds.Length == 0)
            {
                return Outcome.Invalid("", $"The account {job.CreatedBy} may not manage these lists any more.");
            }

            var end = (int)Math.Min(job.LastId, (long)job.Position + Window);
            var people = await FindAsync(job, request, end, actor, cancellationToken);
            if (!people.IsOk)
            {
                return people;
            }

            var slices = people.Value.Chunk(SubscriberSlice.Size).ToList();
            for (var number = 0; number < Math.Max(1, slices.Count); number++)
            {
                int[] slice = slices.Count == 0 ? [] : slices[number];
                var position = number >= slices.Count - 1 ? end : slice[^1];
                if (!(await databases.WriteAsync(db => ChangeAsync(db, job, request, slice, listIds, position, cancellationToken), cancellationToken)).IsOk)
                {
                    return Outcome.Ok;
                }

                job.Position = position;
                job.Done += slice.Length;
                signal.Changed.Publish(BulkProgress.From(job));
            }
        }

        return Outcome.Ok;
    }

    private Actor? ActorOf(BulkJob job)
    {
        var actor = job.CreatedById is { } id ? accounts.Find(id) is { IsEnabled: true } account ? account.Actor : null : Actor.System;
        return actor?.Can(Permissions.SubscribersManage) == true ? actor : null;
    }

    private async Task<Outcome<List<int>>> FindAsync(BulkJob job, BulkRequest request, int end, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (request.Ids is { } given)
        {
            var ids = given.Where(id => id > job.Position && id <= end).ToList();
            var access = await SubscriberService.AccessAsync(db, ids, actor, cancellationToken);
            return access.IsOk ? ids : Outcome<List<int>>.From(access);
        }

        // As of the time when it was asked for: 'joined 30 days ago' stays the same day however long it takes.
        var scope = await SubscriberScope.ApplyAsync(db, request.Filter!, actor, job.CreatedAt, cancellationToken);
        return scope.IsOk
            ? await scope.Value.Where(person => person.Id > job.Position && person.Id <= end).OrderBy(person => person.Id).Select(person => person.Id).ToListAsync(cancellationToken)
            : Outcome<List<int>>.From(scope);
    }

    private async Task<Outcome> ChangeAsync(
        ListmonkDbContext db, BulkJob job, BulkRequest request, int[] slice, int[] listIds, int position, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var held = await db.BulkJobs.Where(row => row.Id == job.Id && row.LeaseEpoch == job.LeaseEpoch && row.Status == BulkStatus.Running).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Position, position)
                .SetProperty(row => row.Done, row => row.Done + slice.Length)
                .SetProperty(row => row.StartedAt, job.StartedAt)
                .SetProperty(row => row.LeaseUntil, now + LeaseStore.Duration),
            cancellationToken);
        if (held == 0)
        {
            return Outcome.Conflict("The job was cancelled, or has passed to another process.");
        }

        if (slice.Length == 0)
        {
            return Outcome.Ok;
        }

        if (request.Action != BulkAction.Delete)
        {
            var before = await SliceBefore.ReadAsync(db, slice, listIds, request.Action, cancellationToken);
            db.BulkSlices.Add(new BulkSlice { BulkJobId = job.Id, At = now, Before = before.Pack() });
        }

        switch (request.Action)
        {
            case BulkAction.ChangeLists:
                await SubscriberSlice.ChangeSubscriptionsAsync(db, slice, listIds, request.Lists!, now, cancellationToken);
                break;
            case BulkAction.Blocklist:
                await SubscriberSlice.BlocklistAsync(db, slice, now, cancellationToken);
                break;
            case BulkAction.Delete:
                await SubscriberSlice.DeleteAsync(db, slice, cancellationToken);
                break;
            default:
                var status = request.Action == BulkAction.Enable ? SubscriberStatus.Enabled : SubscriberStatus.Disabled;
                await SubscriberSlice.SetStatusAsync(db, slice, status, now, cancellationToken);
                break;
        }

        return Outcome.Ok;
    }

    /// <summary>Changes nothing when the job was cancelled or has passed to another process.</summary>
    private async Task EndAsync(BulkJob job, Outcome outcome, CancellationToken cancellationToken)
    {
        var listIds = BulkRequest.FromJson(job.Parameters).Lists?.ListIds ?? [];
        var status = outcome.IsOk ? BulkStatus.Finished : BulkStatus.Failed;
        var now = clock.GetUtcNow();
        var ended = await databases.WriteAsync(
            async db =>
            {
                await db.BulkJobs
                    .Where(row => row.Id == job.Id && row.LeaseEpoch == job.LeaseEpoch && (row.Status == BulkStatus.Running || row.Status == BulkStatus.Undoing))
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(row => row.Status, status).SetProperty(row => row.FinishedAt, now).SetProperty(row => row.Error, outcome.IsOk ? null : outcome.Message),
                        cancellationToken);
                await db.Lists.Where(list => EF.Parameter(listIds).Contains(list.Id)).ExecuteUpdateAsync(set => set.SetProperty(list => list.UpdatedAt, now), cancellationToken);
                return await db.BulkJobs.AsNoTracking().FirstAsync(row => row.Id == job.Id, cancellationToken);
            },
            cancellationToken);
        signal.Changed.Publish(BulkProgress.From(ended));
        LogEnded(job.Id, ended.Action, ended.Status, ended.Done);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Bulk job {JobId} is given up behind person {Position}: the same fault came at each try")]
    private partial void LogGivenUp(Exception exception, int jobId, int position);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bulk job {JobId}, {Action}, {Status}: {Done} people")]
    private partial void LogEnded(int jobId, BulkAction action, BulkStatus status, int done);
}
