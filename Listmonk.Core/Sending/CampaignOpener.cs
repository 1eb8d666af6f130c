namespace Listmonk.Core.Sending;

/// <summary>
/// Lets this process take part in sending a campaign: it joins a run that another has opened, or opens one, which counts the audience.
/// Opening is done by one process at a time, under a lease.
/// </summary>
internal sealed class CampaignOpener(CampaignLeases leases, CampaignShares shares, AudienceReader audience, TimeProvider clock)
{
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(4);

    /// <summary>Null when the campaign does not run, or another process is about to open it.</summary>
    public async Task<SendingShare?> EnterAsync(int campaignId, CancellationToken cancellationToken)
    {
        if (await shares.TryJoinAsync(campaignId, cancellationToken) is { } joined)
        {
            return joined;
        }

        if (await leases.TryAcquireAsync(campaignId, cancellationToken) is not { } lease)
        {
            return null;
        }

        using var done = new CancellationTokenSource();
        var keeping = KeepAsync(lease, done.Token);
        try
        {
            return await audience.OpenAsync(lease, cancellationToken) ? await shares.JoinAsync(lease, cancellationToken) : null;
        }
        finally
        {
            await done.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await leases.ReleaseAsync(lease, CancellationToken.None);
        }
    }

    /// <summary>Millions of people take longer to count than a lease lasts. If it is lost all the same, the epoch refuses what was counted.</summary>
    private async Task KeepAsync(CampaignLease lease, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RenewInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await leases.RenewAsync(lease, cancellationToken);
        }
    }
}
