using System.Diagnostics;
using System.Globalization;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Sending;

/// <summary>Takes, keeps and gives back the leases on campaigns.</summary>
/// <remarks>
/// A lease ends by time when its holder dies. On SQLite, where all processes are on one machine, a dead holder is recognised by its
/// process id, so that a restart after a crash goes on at once; on PostgreSQL the holder may be on a machine that only cannot be reached,
/// and the time must pass.
/// </remarks>
public sealed class LeaseStore(IDbContextFactory<ListmonkDbContext> databases, IDatabaseDialect dialect, TimeProvider clock)
{
    /// <summary>How long a lease lasts without being renewed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly string _owner = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}");

    /// <summary>Null when another process holds the campaign, or it is not running.</summary>
    public async Task<CampaignLease?> TryAcquireAsync(int campaignId, CancellationToken cancellationToken) =>
        await databases.WriteAsync(
            async db =>
            {
                var now = clock.GetUtcNow();
                var found = await db.Campaigns.Where(campaign => campaign.Id == campaignId && campaign.Status == CampaignStatus.Running)
                    .Select(campaign => new { campaign.Type, campaign.LeaseOwner, campaign.LeaseUntil, campaign.LeaseEpoch })
                    .FirstOrDefaultAsync(cancellationToken);
                if (found is null || (found.LeaseOwner is { } owner && found.LeaseUntil > now && owner != _owner && !IsDead(owner)))
                {
                    return null;
                }

                // The condition on the epoch lets one of two processes win that saw the same free lease.
                var taken = await db.Campaigns
                    .Where(campaign => campaign.Id == campaignId && campaign.Status == CampaignStatus.Running && campaign.LeaseEpoch == found.LeaseEpoch)
                    .ExecuteUpdateAsync(
                        set => set
                            .SetProperty(campaign => campaign.LeaseOwner, _owner)
                            .SetProperty(campaign => campaign.LeaseUntil, now + Duration)
                            .SetProperty(campaign => campaign.LeaseEpoch, campaign => campaign.LeaseEpoch + 1),
                        cancellationToken);
                return taken == 1 ? new CampaignLease(campaignId, found.Type, found.LeaseEpoch + 1) : null;
            },
            cancellationToken);

    /// <summary>False when the lease has passed to another holder or the campaign is not running any more.</summary>
    public async Task<bool> RenewAsync(CampaignLease lease, CancellationToken cancellationToken) =>
        await databases.WriteAsync(
            async db => await Held(db, lease).Where(campaign => campaign.Status == CampaignStatus.Running)
                .ExecuteUpdateAsync(set => set.SetProperty(campaign => campaign.LeaseUntil, clock.GetUtcNow() + Duration), cancellationToken) == 1,
            cancellationToken);

    /// <summary>A read only: whether the campaign is still ours to send.</summary>
    public async Task<bool> IsHeldAsync(CampaignLease lease, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Held(db, lease).AnyAsync(campaign => campaign.Status == CampaignStatus.Running, cancellationToken);
    }

    public Task ReleaseAsync(CampaignLease lease, CancellationToken cancellationToken) =>
        databases.WriteAsync(
            db => Held(db, lease).ExecuteUpdateAsync(
                set => set.SetProperty(campaign => campaign.LeaseOwner, (string?)null).SetProperty(campaign => campaign.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken),
            cancellationToken);

    private static IQueryable<Campaign> Held(ListmonkDbContext db, CampaignLease lease) =>
        db.Campaigns.Where(campaign => campaign.Id == lease.CampaignId && campaign.LeaseEpoch == lease.Epoch);

    private bool IsDead(string owner)
    {
        var parts = owner.Split('/');
        if (dialect.HasConcurrentWriters || parts.Length != 3 || parts[0] != Environment.MachineName
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            return false;
        }

        if (processId == Environment.ProcessId)
        {
            // Our number, but not our name: an earlier process that had it, as the first process of a container always has.
            return true;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
