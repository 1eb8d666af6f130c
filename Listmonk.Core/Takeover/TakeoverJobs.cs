using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Takeover;

/// <summary>Begins and ends runs of the one takeover, under its lease.</summary>
internal sealed class TakeoverJobs(IDbContextFactory<ListmonkDbContext> databases, LeaseStore leases, TimeProvider clock)
{
    private static readonly TimeSpan LeasePause = TimeSpan.FromSeconds(1);

    /// <returns>Null when another process holds it for longer than the lease of a killed one lasts.</returns>
    public async Task<TakeoverJob?> TakeAsync(TakeoverSource source, CancellationToken cancellationToken)
    {
        await databases.WriteAsync(
            async db =>
            {
                if (!await db.Takeovers.AnyAsync(cancellationToken))
                {
                    // Together, or a run that is cut off between the two leaves samples that nobody can tell from data.
                    await TakeoverReadiness.ClearSamplesAsync(db, cancellationToken);
                    db.Takeovers.Add(new TakeoverJob { Source = source.Name, Status = TakeoverStatus.Running, StartedAt = clock.GetUtcNow() });
                }
            },
            cancellationToken);
        var began = clock.GetTimestamp();
        TakeoverJob? held;
        while ((held = await leases.TryAcquireAsync<TakeoverJob>(job => true, cancellationToken)) is null)
        {
            if (clock.GetElapsedTime(began) > LeaseStore.Duration + LeasePause)
            {
                return null;
            }

            await Task.Delay(LeasePause, clock, cancellationToken);
        }

        return await databases.WriteAsync(
            async db =>
            {
                var job = await db.Takeovers.FirstAsync(row => row.Id == held.Id && row.LeaseEpoch == held.LeaseEpoch, cancellationToken);
                (job.Source, job.Status, job.Error, job.StartedAt, job.FinishedAt) = (source.Name, TakeoverStatus.Running, null, clock.GetUtcNow(), null);
                return job;
            },
            cancellationToken);
    }

    /// <summary>Says how the run ended, unless another process has taken the job, and gives the lease back.</summary>
    /// <param name="error">Null when it ran to the end.</param>
    public async Task<TakeoverJob> EndAsync(TakeoverJob job, string? error)
    {
        await databases.WriteAsync(
            async db =>
            {
                if (await db.Takeovers.FirstOrDefaultAsync(row => row.Id == job.Id && row.LeaseEpoch == job.LeaseEpoch, CancellationToken.None) is { } row)
                {
                    (row.Status, row.Error, row.FinishedAt) = (error is null ? TakeoverStatus.Finished : TakeoverStatus.Failed, error, clock.GetUtcNow());
                    job = row;
                }
            },
            CancellationToken.None);
        await leases.ReleaseAsync<TakeoverJob>(job.Id, job.LeaseEpoch, CancellationToken.None);
        return job;
    }
}
