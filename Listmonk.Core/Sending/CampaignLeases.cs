using System.Linq.Expressions;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;

namespace Listmonk.Core.Sending;

/// <summary>The leases on campaigns, under which a run is opened; they end when the campaign stops running.</summary>
internal sealed class CampaignLeases(LeaseStore leases)
{
    private static readonly Expression<Func<Campaign, bool>> IsRunning = campaign => campaign.Status == CampaignStatus.Running;

    /// <summary>Null when another process opens a run of the campaign, or it is not running.</summary>
    public async Task<CampaignLease?> TryAcquireAsync(int campaignId, CancellationToken cancellationToken) =>
        await leases.TryAcquireAsync<Campaign>(campaign => campaign.Id == campaignId && campaign.Status == CampaignStatus.Running, cancellationToken) is { } taken
            ? new CampaignLease(campaignId, taken.Type, taken.ResendOfId, taken.LeaseEpoch)
            : null;

    /// <summary>False when the lease has passed to another holder or the campaign is not running any more.</summary>
    public Task<bool> RenewAsync(CampaignLease lease, CancellationToken cancellationToken) =>
        leases.RenewAsync(lease.CampaignId, lease.Epoch, IsRunning, cancellationToken);

    public Task ReleaseAsync(CampaignLease lease, CancellationToken cancellationToken) =>
        leases.ReleaseAsync<Campaign>(lease.CampaignId, lease.Epoch, cancellationToken);
}
