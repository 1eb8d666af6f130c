using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Listmonk.Core.Data.Sqlite;

/// <summary>
/// Sets what SQLite forgets with each connection. WAL itself is a property of the file, set once by the migrator.
/// </summary>
/// <param name="synchronous">FULL (an acknowledged commit survives a power cut) or NORMAL (it survives a crash of the process).</param>
public sealed class SqlitePragmaInterceptor(string synchronous) : DbConnectionInterceptor
{
    // Each pooled connection keeps its own page cache: the many that EF Core opens stay small, the few on the hot paths get room.
    private const int CacheKilobytes = 2000;
    private const int HotCacheKilobytes = 16000;

    private readonly string _statements = For(synchronous, CacheKilobytes);

    /// <summary>The statements for a connection of the hot paths, which is opened outside EF Core.</summary>
    public static string ForHotPath(string synchronous) => For(synchronous, HotCacheKilobytes);

    private static string For(string synchronous, int cacheKilobytes) =>
        $"PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON; PRAGMA synchronous={synchronous}; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-{cacheKilobytes};";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = _statements;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
