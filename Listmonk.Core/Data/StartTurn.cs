using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Data;

/// <summary>Lets one process at a time prepare a database after its migration, so that two that start together do not both fill a fresh one.</summary>
public sealed class StartTurn(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>Any number, the same in all processes.</summary>
    private const long LockId = 0x6C6973746D6F6E6B;

    /// <summary>Waits for the turn; disposing the result ends it, and so does the end of the process.</summary>
    public async Task<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db.Dialect.HasConcurrentWriters)
        {
            // The lock is the connection's, which stays open until the context is disposed; then the driver resets it.
            await db.Database.OpenConnectionAsync(cancellationToken);
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({LockId})", cancellationToken);
        }

        return db;
    }
}
