using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Data;

/// <summary>Takes, keeps and gives back the leases on rows, so that several processes on one database never do the same work.</summary>
/// <remarks>
/// A lease ends by time when its holder dies; its holder may also only be out of reach, so whoever works under a lease makes each commit
/// depend on its epoch. A SQLite database belongs to one process (<see cref="DataDirectory.Claim"/>): there any other holder is gone, and a
/// restart after a crash goes on at once.
/// </remarks>
public sealed class LeaseStore(IDbContextFactory<ListmonkDbContext> databases, IDatabaseDialect dialect, TimeProvider clock)
{
    /// <summary>How long a lease lasts without being renewed. The clocks of all machines must agree far better than that.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly string _owner = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}");

    /// <summary>Takes the first of the rows that no other process holds; null when there is none.</summary>
    /// <returns>The row as it is under the new lease.</returns>
    public async Task<TRow?> TryAcquireAsync<TRow>(Expression<Func<TRow, bool>> isDue, CancellationToken cancellationToken)
        where TRow : class, ILeased
    {
        var now = clock.GetUtcNow();
        await using var reading = await databases.CreateDbContextAsync(cancellationToken);
        var rows = reading.Set<TRow>().AsNoTracking().Where(isDue);
        if (dialect.HasConcurrentWriters)
        {
            rows = rows.Where(row => row.LeaseOwner == null || row.LeaseOwner == _owner || row.LeaseUntil <= now);
        }

        if (await rows.OrderBy(row => row.Id).Select(row => new { row.Id, row.LeaseEpoch }).FirstOrDefaultAsync(cancellationToken) is not { } free)
        {
            return null;
        }

        return await databases.WriteAsync(
            async db =>
            {
                // The condition on the epoch lets one of two processes win that saw the same free lease.
                var taken = await db.Set<TRow>().Where(isDue).Where(row => row.Id == free.Id && row.LeaseEpoch == free.LeaseEpoch)
                    .ExecuteUpdateAsync(
                        set => set
                            .SetProperty(row => row.LeaseOwner, _owner)
                            .SetProperty(row => row.LeaseUntil, now + Duration)
                            .SetProperty(row => row.LeaseEpoch, row => row.LeaseEpoch + 1),
                        cancellationToken);
                // Read afterwards, when no earlier holder can change the row any more.
                return taken == 1 ? await db.Set<TRow>().AsNoTracking().FirstAsync(row => row.Id == free.Id, cancellationToken) : null;
            },
            cancellationToken);
    }

    /// <summary>Takes up to so many of the rows that nobody holds, this process included, in the order of their ids.</summary>
    /// <returns>The rows as they are under the new leases.</returns>
    public async Task<IReadOnlyList<TRow>> AcquireAsync<TRow>(Expression<Func<TRow, bool>> isDue, int count, CancellationToken cancellationToken)
        where TRow : class, ILeased
    {
        var now = clock.GetUtcNow();
        List<int> ids;
        await using (var reading = await databases.CreateDbContextAsync(cancellationToken))
        {
            ids = await Free(reading.Set<TRow>().AsNoTracking().Where(isDue), now).OrderBy(row => row.Id).Select(row => row.Id).Take(count).ToListAsync(cancellationToken);
        }

        if (ids.Count == 0)
        {
            return [];
        }

        return await databases.WriteAsync(
            async db =>
            {
                // Asked again under each row's lock: another process may have been faster.
                await Free(db.Set<TRow>().Where(row => ids.Contains(row.Id)).Where(isDue), now).ExecuteUpdateAsync(
                    set => set
                        .SetProperty(row => row.LeaseOwner, _owner)
                        .SetProperty(row => row.LeaseUntil, now + Duration)
                        .SetProperty(row => row.LeaseEpoch, row => row.LeaseEpoch + 1),
                    cancellationToken);
                return await db.Set<TRow>().AsNoTracking().Where(row => ids.Contains(row.Id) && row.LeaseOwner == _owner).OrderBy(row => row.Id).ToListAsync(cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Renews the leases of this process on the rows.</summary>
    /// <returns>The ids of those that are still its own.</returns>
    public Task<List<int>> RenewAsync<TRow>(IReadOnlyCollection<int> ids, CancellationToken cancellationToken)
        where TRow : class, ILeased => databases.WriteAsync(
            async db =>
            {
                var held = db.Set<TRow>().Where(row => ids.Contains(row.Id) && row.LeaseOwner == _owner);
                await held.ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, clock.GetUtcNow() + Duration), cancellationToken);
                return await held.Select(row => row.Id).ToListAsync(cancellationToken);
            },
            cancellationToken);

    /// <summary>False when the lease has passed to another holder or the row is not due any more.</summary>
    public async Task<bool> RenewAsync<TRow>(int id, int epoch, Expression<Func<TRow, bool>> isDue, CancellationToken cancellationToken)
        where TRow : class, ILeased =>
        await databases.WriteAsync(
            async db => await Held<TRow>(db, id, epoch).Where(isDue)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, clock.GetUtcNow() + Duration), cancellationToken) == 1,
            cancellationToken);

    /// <summary>A read only: whether the row is due and still ours.</summary>
    public async Task<bool> IsHeldAsync<TRow>(int id, int epoch, Expression<Func<TRow, bool>> isDue, CancellationToken cancellationToken)
        where TRow : class, ILeased
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Held<TRow>(db, id, epoch).AnyAsync(isDue, cancellationToken);
    }

    public Task ReleaseAsync<TRow>(int id, int epoch, CancellationToken cancellationToken)
        where TRow : class, ILeased =>
        databases.WriteAsync(
            db => Held<TRow>(db, id, epoch).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeaseOwner, (string?)null).SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken),
            cancellationToken);

    /// <summary>Whether this process does the row's work.</summary>
    public bool IsOurs(ILeased row) => row.LeaseOwner == _owner;

    /// <summary>Makes this process the holder of a row that is about to be added.</summary>
    public void Grant(ILeased row) => (row.LeaseOwner, row.LeaseUntil) = (_owner, clock.GetUtcNow() + Duration);

    /// <summary>Rows of this process.</summary>
    public Expression<Func<TRow, bool>> IsOwn<TRow>()
        where TRow : class, ILeased => row => row.LeaseOwner == _owner;

    /// <summary>Rows whose holder has not renewed them in time, or is known to be gone.</summary>
    public Expression<Func<TRow, bool>> IsOver<TRow>()
        where TRow : class, ILeased
    {
        var now = clock.GetUtcNow();
        return dialect.HasConcurrentWriters ? row => row.LeaseUntil <= now : row => row.LeaseOwner != _owner;
    }

    /// <summary>Rows whose holder is at work.</summary>
    public Expression<Func<TRow, bool>> IsAlive<TRow>()
        where TRow : class, ILeased
    {
        var now = clock.GetUtcNow();
        return dialect.HasConcurrentWriters ? row => row.LeaseUntil > now : row => row.LeaseOwner == _owner;
    }

    private IQueryable<TRow> Free<TRow>(IQueryable<TRow> rows, DateTimeOffset now)
        where TRow : class, ILeased => dialect.HasConcurrentWriters
            ? rows.Where(row => row.LeaseOwner == null || (row.LeaseOwner != _owner && row.LeaseUntil <= now))
            : rows.Where(row => row.LeaseOwner == null || row.LeaseOwner != _owner);

    private static IQueryable<TRow> Held<TRow>(ListmonkDbContext db, int id, int epoch)
        where TRow : class, ILeased => db.Set<TRow>().Where(row => row.Id == id && row.LeaseEpoch == epoch);
}
