using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Listmonk.Core.Import;

/// <summary>A temporary table of checked rows, of one connection. It takes no lock that others want.</summary>
internal static class ImportStage
{
    public static Task CreateAsync(DbConnection connection, CancellationToken cancellationToken) => RunAsync(
        connection,
        connection is NpgsqlConnection
            ? "DROP TABLE IF EXISTS import_rows; "
                + "CREATE TEMP TABLE import_rows (pos integer PRIMARY KEY, uuid uuid NOT NULL, email text NOT NULL, given text, name text NOT NULL, attribs jsonb)"
            : "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-16000; DROP TABLE IF EXISTS temp.import_rows; "
                + "CREATE TEMP TABLE import_rows (pos INTEGER PRIMARY KEY, uuid TEXT NOT NULL, email TEXT NOT NULL, given TEXT, name TEXT NOT NULL, attribs TEXT)",
        cancellationToken);

    /// <summary>Leaves the connection as it came, for it goes back to a pool.</summary>
    public static Task DropAsync(DbConnection connection) => RunAsync(
        connection,
        connection is NpgsqlConnection
            ? "DROP TABLE IF EXISTS import_rows"
            : "DROP TABLE IF EXISTS temp.import_rows; PRAGMA wal_autocheckpoint=1000; PRAGMA wal_checkpoint(PASSIVE); PRAGMA shrink_memory",
        CancellationToken.None);

    /// <summary>Replaces what the table holds.</summary>
    public static async Task FillAsync(DbConnection connection, IReadOnlyList<ImportRow> rows, IReadOnlyList<Guid> uuids, CancellationToken cancellationToken)
    {
        if (connection is NpgsqlConnection postgres)
        {
            await RunAsync(connection, "TRUNCATE import_rows", cancellationToken);
            await using var copy = await postgres.BeginBinaryImportAsync("COPY import_rows (pos, uuid, email, given, name, attribs) FROM STDIN (FORMAT binary)", cancellationToken);
            for (var i = 0; i < rows.Count; i++)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(i, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(uuids[i], NpgsqlDbType.Uuid, cancellationToken);
                await copy.WriteAsync(rows[i].Email, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(rows[i].Name, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(rows[i].DerivedName, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(rows[i].Attributes, NpgsqlDbType.Jsonb, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
            return;
        }

        // A deferred transaction on temporary tables only: the database file is never locked.
        await RunAsync(connection, "BEGIN; DELETE FROM temp.import_rows", cancellationToken);
        await using (var insert = connection.CreateCommand())
        {
            insert.CommandText = "INSERT INTO temp.import_rows (pos, uuid, email, given, name, attribs) VALUES (@pos, @uuid, @email, @given, @name, @attribs)";
            var pos = insert.Add("@pos", 0);
            var uuid = insert.Add("@uuid", "");
            var email = insert.Add("@email", "");
            var given = insert.Add("@given", "");
            var name = insert.Add("@name", "");
            var attributes = insert.Add("@attribs", "");
            for (var i = 0; i < rows.Count; i++)
            {
                pos.Value = i;
                uuid.Value = uuids[i].ToString("D").ToUpperInvariant();
                email.Value = rows[i].Email;
                given.Value = (object?)rows[i].Name ?? DBNull.Value;
                name.Value = rows[i].DerivedName;
                attributes.Value = (object?)rows[i].Attributes ?? DBNull.Value;
                insert.ExecuteNonQuery();
            }
        }

        await RunAsync(connection, "COMMIT", cancellationToken);
    }

    public static async Task RunAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this feature's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static DbParameter Add(this DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return parameter;
    }
}
