using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Maintenance;

/// <summary>Compacts the database and looks whether it is sound.</summary>
public sealed class DatabaseCare(IDbContextFactory<ListmonkDbContext> databases, WriteGate gate, MaintenanceService maintenance, TimeProvider clock)
{
    /// <summary>Faults that are told; a damaged database may have thousands.</summary>
    private const int MaxFaults = 20;

    /// <summary>Gives unused space back and renews the planner's statistics. On SQLite writers wait meanwhile; hits go to the spool.</summary>
    public async Task<Outcome> VacuumAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.SettingsMaintain))
        {
            return Outcome.Forbidden($"Permission denied: {Permissions.SettingsMaintain}");
        }

        var started = clock.GetTimestamp();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
            using var turn = await gate.EnterAsync(cancellationToken);
            if (db.Dialect.HasConcurrentWriters)
            {
                await db.Database.ExecuteSqlRawAsync("VACUUM ANALYZE", cancellationToken);
            }
            else
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA optimize", cancellationToken);
                await db.Database.ExecuteSqlRawAsync("VACUUM", cancellationToken);
                await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);
            }
        }

        await maintenance.NoteAsync("maintenance.vacuum", actor, new { seconds = Math.Round(clock.GetElapsedTime(started).TotalSeconds, 1) }, cancellationToken);
        return Outcome.Ok;
    }

    /// <returns>The faults, none for a sound database; refused where the database has no such check.</returns>
    public async Task<Outcome<IReadOnlyList<string>>> CheckAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Can(Permissions.SettingsMaintain))
        {
            return Outcome<IReadOnlyList<string>>.Forbidden($"Permission denied: {Permissions.SettingsMaintain}");
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db.Dialect.HasConcurrentWriters)
        {
            return Outcome<IReadOnlyList<string>>.Invalid("", "PostgreSQL is checked with its own tool, pg_amcheck.");
        }

        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        var faults = await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS \"Value\" FROM pragma_integrity_check").Where(line => line != "ok").Take(MaxFaults).ToListAsync(cancellationToken);
        faults.AddRange(await db.Database.SqlQueryRaw<string>(
            "SELECT DISTINCT 'rows of ' || \"table\" || ' point to rows of ' || parent || ' that are gone' AS \"Value\" FROM pragma_foreign_key_check()").Take(MaxFaults).ToListAsync(cancellationToken));
        await maintenance.NoteAsync("maintenance.check", actor, new { faults = faults.Count }, cancellationToken);
        return Outcome.Of<IReadOnlyList<string>>(faults);
    }
}
