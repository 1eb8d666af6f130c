using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Sending;

/// <summary>Lets processes take part in sending a campaign, keeps their shares alive, and ends those of processes that are gone.</summary>
internal sealed class CampaignShares(IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, CampaignBatches batches, TimeProvider clock)
{
    /// <summary>Takes part in a run that was opened already; null when there is none, or the campaign does not run.</summary>
    public async Task<SendingShare?> TryJoinAsync(int campaignId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var run = await db.CampaignShares.AsNoTracking().Where(leases.IsAlive<CampaignShare>()).Where(InRun)
            .Where(share => share.CampaignId == campaignId)
            .Select(share => new CampaignLease(share.CampaignId, share.Campaign!.Type, share.Campaign.ResendOfId, share.LeaseEpoch))
            .FirstOrDefaultAsync(cancellationToken);
        return run is null ? null : await JoinAsync(run, cancellationToken);
    }

    /// <summary>Takes part in a run. What a share of this process left behind at a fault is free from now on.</summary>
    public Task<SendingShare> JoinAsync(CampaignLease run, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            await db.CampaignShares.Where(leases.IsOver<CampaignShare>()).ExecuteDeleteAsync(cancellationToken);
            await db.CampaignShares.Where(share => share.CampaignId == run.CampaignId).Where(leases.IsOwn<CampaignShare>()).ExecuteDeleteAsync(cancellationToken);
            var share = new CampaignShare { CampaignId = run.CampaignId, LeaseEpoch = run.Epoch };
            leases.Grant(share);
            db.Add(share);
            await db.SaveChangesAsync(cancellationToken);
            return new SendingShare(share.Id, run);
        },
        cancellationToken);

    /// <summary>Renews the share, tells its errors, and ends shares whose processes are gone. False when the share is void.</summary>
    public Task<bool> RenewAsync(SendingShare share, int errors, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            await db.CampaignShares.Where(leases.IsOver<CampaignShare>()).Where(row => row.Id != share.Id).ExecuteDeleteAsync(cancellationToken);
            return await db.CampaignShares.Where(row => row.Id == share.Id).Where(InRun).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeaseUntil, clock.GetUtcNow() + LeaseStore.Duration).SetProperty(row => row.Errors, errors),
                cancellationToken) == 1;
        },
        cancellationToken);

    /// <summary>A read only: how the share stands; null when it is void.</summary>
    public async Task<ShareView?> LookAsync(SendingShare share, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var alive = await db.CampaignShares.AsNoTracking().Where(leases.IsAlive<CampaignShare>()).Where(InRun)
            .Select(row => new { row.Id, row.CampaignId, row.LeaseOwner, row.Errors, row.Campaign!.Sent, row.Campaign.Failed, row.Campaign.Skipped })
            .ToListAsync(cancellationToken);
        if (alive.Find(row => row.Id == share.Id) is not { } own)
        {
            return null;
        }

        var others = alive.FindAll(row => row.CampaignId == share.CampaignId && row.Id != share.Id);
        return new ShareView(
            alive.Select(row => row.LeaseOwner).Distinct(StringComparer.Ordinal).Count(), others.Count > 0, others.Sum(row => row.Errors), own.Sent, own.Failed, own.Skipped);
    }

    /// <summary>Gives the share back with all that it has not delivered. Call only when nothing of it is in anybody's hands.</summary>
    public async Task LeaveAsync(SendingShare share, CancellationToken cancellationToken)
    {
        await batches.CloseAsync(share, cancellationToken);
        await databases.WriteAsync(db => db.CampaignShares.Where(row => row.Id == share.Id).ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    private static readonly System.Linq.Expressions.Expression<Func<CampaignShare, bool>> InRun =
        share => share.Campaign!.Status == CampaignStatus.Running && share.Campaign.LeaseEpoch == share.LeaseEpoch;
}
