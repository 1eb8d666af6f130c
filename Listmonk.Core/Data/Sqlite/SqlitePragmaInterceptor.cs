using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Listmonk.Core.Data.Sqlite;

/// <summary>
/// Sets what SQLite forgets with each connection. WAL itself is a property of the file, set once by the migrator.
/// </summary>
/// <param name="synchronous">FULL (an acknowledged commit survives a power cut) or NORMAL (it survives a crash of the process).</param>
public sealed class SqlitePragmaInterceptor(string synchronous) : DbConnectionInterceptor
{
    /// <summary>The statements for a connection opened outside EF Core.</summary>
    public string Statements { get; } =
        $"PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON; PRAGMA synchronous={synchronous}; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Statements;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
