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
            // The hot paths repeat a handful of statements; the driver prepares each at its fifth use.
            var hot = new NpgsqlConnectionStringBuilder(options.Value.Database.ConnectionString) { MaxAutoPrepare = 40 };
            var postgres = new NpgsqlConnection(hot.ConnectionString);
            await postgres.OpenAsync(cancellationToken);
            return postgres;
        }

        var sqlite = new SqliteConnection(DataRegistration.SqliteConnectionString(directory.Path));
        await sqlite.OpenAsync(cancellationToken);
        await using var command = sqlite.CreateCommand();
        command.CommandText = SqlitePragmaInterceptor.ForHotPath(options.Value.Database.Synchronous);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return sqlite;
    }
}
