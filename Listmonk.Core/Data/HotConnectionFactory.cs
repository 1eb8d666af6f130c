using System.Data.Common;
using Listmonk.Core.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Listmonk.Core.Data;

/// <summary>Opens connections for prepared commands on the hot paths (tracking log, delivery ledger, import).</summary>
public interface IHotConnectionFactory
{
    IDatabaseDialect Dialect { get; }

    /// <summary>An open connection with the installation's pragmas; the caller owns it.</summary>
    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);
}

internal sealed class HotConnectionFactory(IOptions<ListmonkOptions> options, DataDirectory directory, IDatabaseDialect dialect) : IHotConnectionFactory
{
    public IDatabaseDialect Dialect => dialect;

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Provider == DatabaseProvider.Postgres)
        {
            var postgres = new NpgsqlConnection(options.Value.Database.ConnectionString);
            await postgres.OpenAsync(cancellationToken);
            return postgres;
        }

        var sqlite = new SqliteConnection(DataRegistration.SqliteConnectionString(directory.Path));
        await sqlite.OpenAsync(cancellationToken);
        await using var command = sqlite.CreateCommand();
        command.CommandText = new SqlitePragmaInterceptor(options.Value.Database.Synchronous).Statements;
        await command.ExecuteNonQueryAsync(cancellationToken);
        return sqlite;
    }
}
