using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Hygiene;

/// <summary>Publishes the progress of a report that another process makes, while a page watches.</summary>
internal sealed class HygieneFollower(IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, HygieneSignal signal) : IFollower
{
    private (int Id, HygieneStatus Status, int Position) _last;

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (!signal.Changed.HasWatchers)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.HygieneReports.AsNoTracking().OrderByDescending(report => report.Id).FirstOrDefaultAsync(cancellationToken) is { } newest
            && (newest.Id, newest.Status, newest.Position) is var state && state != _last)
        {
            _last = state;
            if (!leases.IsOurs(newest))
            {
                signal.Changed.Publish(HygieneProgress.From(newest));
            }
        }
    }
}
