using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>Queues changes of many people, cancels them and takes them back. One runs at a time in the whole installation.</summary>
public sealed class BulkService(IDbContextFactory<ListmonkDbContext> databases, BulkSignal signal, TimeProvider clock)
{
    /// <summary>Up to so many people are better changed at once (<see cref="SubscriberService"/>): it takes about a second.</summary>
    public const int Immediate = 1000;

    /// <summary>Most people that can be named one by one.</summary>
    public const int MaxIds = 100_000;

    /// <summary>How long it is kept what a job has changed.</summary>
    public static readonly TimeSpan UndoKept = TimeSpan.FromDays(30);

    /// <summary>Published at most a few times a second while a job runs.</summary>
    public LiveFeed<BulkProgress> Changed => signal.Changed;

    public async Task<Outcome<BulkProgress>> StartAsync(BulkRequest request, Actor actor, CancellationToken cancellationToken)
    {
        if (Check(request, actor) is { IsOk: false } refusal)
        {
            return Outcome<BulkProgress>.From(refusal);
        }

        var now = clock.GetUtcNow();
        var job = new BulkJob
        {
            Action = request.Action,
            Parameters = request.ToJson(),
            Status = BulkStatus.Running,
            CreatedById = actor.UserId,
            CreatedBy = actor.Name,
            CreatedAt = now,
        };
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var total = await CountAsync(db, request, actor, now, cancellationToken);
            if (!total.IsOk)
            {
                return Outcome<BulkProgress>.From(total);
            }

            job.Total = total.Value;
            job.LastId = await db.Subscribers.MaxAsync(person => (int?)person.Id, cancellationToken) ?? 0;
        }

        await databases.WriteAsync(
            async db =>
            {
                db.BulkJobs.Add(job);
                await db.SaveChangesAsync(cancellationToken);
                db.Record(actor, "bulk.start", "bulk_job", job.Id, now, after: $$"""{"action":"{{EnumText.Of(job.Action)}}","people":{{job.Total}}}""");
            },
            cancellationToken);
        return Published(job);
    }

    /// <summary>Ends a job after the people at hand; what was done stays and can be undone.</summary>
    public Task<Outcome> CancelAsync(int id, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            "bulk.cancel",
            actor,
            job =>
            {
                if (job.Status != BulkStatus.Running)
                {
                    return Outcome.Invalid("", "The action has ended already.");
                }

                job.Status = BulkStatus.Cancelled;
                job.FinishedAt = clock.GetUtcNow();
                return Outcome.Ok;
            },
            cancellationToken);

    /// <summary>Queues the undoing: whoever nobody has touched since becomes as before.</summary>
    public Task<Outcome> UndoAsync(int id, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            "bulk.undo",
            actor,
            job =>
            {
                if (job.Action == BulkAction.Delete)
                {
                    return Outcome.Invalid("", "Deleted people cannot be brought back. A backup from before still has them.");
                }

                if (BulkProgress.From(job).UndoUntil is not { } until || until <= clock.GetUtcNow())
                {
                    return Outcome.Invalid("", $"Only an action that has ended can be undone, once, and for {UndoKept.Days} days.");
                }

                if (BulkRequest.FromJson(job.Parameters).Lists is { } lists && !lists.ListIds.All(actor.CanManageList))
                {
                    return Outcome.Forbidden("The action changed lists that your account may not manage.");
                }

                job.Status = BulkStatus.Undoing;
                job.UndoneBy = actor.Name;
                return Outcome.Ok;
            },
            cancellationToken);

    /// <summary>An account sees and changes its own jobs; whoever sees all people, everybody's.</summary>
    internal static bool MaySee(BulkJob job, Actor actor) =>
        actor.Can(Permissions.SubscribersManage) && (SubscriberScope.SeesEverybody(actor) || (actor.UserId is { } userId && job.CreatedById == userId));

    /// <summary>The lists of the request that the account may change, as the immediate action restricts them.</summary>
    internal static int[] ManageableLists(BulkRequest request, Actor actor) => [.. (request.Lists?.ListIds ?? []).Distinct().Where(actor.CanManageList)];

    private static Outcome Check(BulkRequest request, Actor actor) =>
        !actor.Can(Permissions.SubscribersManage) ? Outcome.Forbidden($"Permission denied: {Permissions.SubscribersManage}")
        : request.Ids is null == request.Filter is null ? Outcome.Invalid("ids", "Say who is meant: either ids or a filter.")
        : request.Ids is { Count: 0 } ? Outcome.Invalid("ids", "No IDs given.")
        : request.Ids is { Count: > MaxIds } ? Outcome.Invalid("ids", $"At most {MaxIds:N0} people can be named one by one; use a filter.")
        : request.Action != BulkAction.ChangeLists ? Outcome.Ok
        : request.Lists is not { ListIds.Count: > 0 } ? Outcome.Invalid("target_list_ids", "No lists given.")
        : ManageableLists(request, actor).Length == 0 ? Outcome.Forbidden("Permission denied: lists")
        : Outcome.Ok;

    private static async Task<Outcome<int>> CountAsync(ListmonkDbContext db, BulkRequest request, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.Ids is { } ids)
        {
            var access = await SubscriberService.AccessAsync(db, ids, actor, cancellationToken);
            return access.IsOk ? ids.Count : Outcome<int>.From(access);
        }

        var scope = await SubscriberScope.ApplyAsync(db, request.Filter!, actor, now, cancellationToken);
        return scope.IsOk ? await scope.Value.CountAsync(cancellationToken) : Outcome<int>.From(scope);
    }

    private async Task<Outcome> ChangeAsync(int id, string action, Actor actor, Func<BulkJob, Outcome> change, CancellationToken cancellationToken)
    {
        BulkJob? job = null;
        var outcome = await databases.WriteAsync(
            async db =>
            {
                job = await db.BulkJobs.FirstOrDefaultAsync(row => row.Id == id, cancellationToken);
                if (job is null || !MaySee(job, actor))
                {
                    return Outcome.NotFound("Bulk action not found");
                }

                db.Record(actor, action, "bulk_job", id, clock.GetUtcNow());
                return change(job);
            },
            cancellationToken);
        if (outcome.IsOk)
        {
            Published(job!);
        }

        return outcome;
    }

    private BulkProgress Published(BulkJob job)
    {
        var progress = BulkProgress.From(job);
        signal.Wake();
        signal.Changed.Publish(progress);
        return progress;
    }
}
