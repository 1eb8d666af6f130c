using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>Asks for reports and reads them.</summary>
public sealed class HygieneService(IDbContextFactory<ListmonkDbContext> databases, HygieneSignal signal, SettingsStore settings, TimeProvider clock)
{
    public const int MaxMonths = 60;
    public const int MaxMails = 1000;

    /// <summary>Published as a report goes on in this process.</summary>
    public LiveFeed<HygieneProgress> Changed => signal.Changed;

    /// <summary>It counts everybody, so it is for those who see everybody.</summary>
    public static bool MaySee(Actor actor) => actor.Can(Permissions.SubscribersManage) && SubscriberScope.SeesEverybody(actor);

    /// <summary>The newest report, finished or not, and the newest finished one; null where there is none, or for an account that sees only some people.</summary>
    public async Task<(HygieneProgress? Newest, HygieneProgress? Finished)> ReadAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!MaySee(actor))
        {
            return (null, null);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var reports = db.HygieneReports.AsNoTracking().OrderByDescending(report => report.Id);
        var newest = await reports.FirstOrDefaultAsync(cancellationToken);
        var finished = newest is null or { Status: HygieneStatus.Finished } ? newest : await reports.FirstOrDefaultAsync(report => report.Status == HygieneStatus.Finished, cancellationToken);
        return (newest is null ? null : HygieneProgress.From(newest), finished is null ? null : HygieneProgress.From(finished));
    }

    /// <summary>Queues a new report; while one is made, no other is asked for.</summary>
    public async Task<Outcome> StartAsync(int months, int mails, Actor actor, CancellationToken cancellationToken)
    {
        if (!MaySee(actor))
        {
            return Outcome.Forbidden("The report is for accounts that manage all subscribers.");
        }

        if (months is < 1 or > MaxMonths || mails is < 1 or > MaxMails)
        {
            return Outcome.Invalid("", $"Choose 1 to {MaxMonths} months and 1 to {MaxMails} mails.");
        }

        HygieneReport? added = null;
        var outcome = await databases.WriteAsync(
            async db =>
            {
                if (await db.HygieneReports.AnyAsync(report => report.Status == HygieneStatus.Running, cancellationToken))
                {
                    return Outcome.Conflict("A report is being made already.");
                }

                added = new HygieneReport
                {
                    Status = HygieneStatus.Running,
                    Months = months,
                    Mails = mails,
                    KnowsActivity = settings.Current.Privacy.IndividualTracking,
                    LastId = await db.Subscribers.MaxAsync(person => (int?)person.Id, cancellationToken) ?? 0,
                    CreatedBy = actor.Name,
                    CreatedAt = clock.GetUtcNow(),
                };
                db.HygieneReports.Add(added);
                return Outcome.Ok;
            },
            cancellationToken);
        if (outcome.IsOk)
        {
            signal.Wake();
            signal.Changed.Publish(HygieneProgress.From(added!));
        }

        return outcome;
    }
}
