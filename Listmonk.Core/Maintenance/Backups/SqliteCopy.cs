using Microsoft.Data.Sqlite;

namespace Listmonk.Core.Maintenance.Backups;

/// <summary>
/// Copies a SQLite database while others write to it, and looks at copies. The copy is one moment of the database: SQLite's backup reads
/// within one transaction, and in WAL mode writers go on beside it.
/// </summary>
internal static class SqliteCopy
{
    /// <summary>Writes the copy beside the target and gives it the name when it is whole and sound.</summary>
    /// <exception cref="InvalidDataException">The copy has faults, so the original has them too.</exception>
    public static Task CreateAsync(string source, string target, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var partial = target + ".part";
            File.Delete(partial);
            try
            {
                using (var from = Open(source, SqliteOpenMode.ReadWrite))
                using (var to = Open(partial, SqliteOpenMode.ReadWriteCreate))
                {
                    from.BackupDatabase(to);
                    // One file, without a log beside it.
                    Read(to, "PRAGMA journal_mode=DELETE");
                }

                if (FindFault(partial) is { } fault)
                {
                    throw new InvalidDataException(fault);
                }

                cancellationToken.ThrowIfCancellationRequested();
                File.Move(partial, target, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
            }
        },
        cancellationToken);

    /// <summary>What keeps the file from being a listmonk database; null when it is one.</summary>
    public static string? FindFault(string path)
    {
        try
        {
            using var connection = Open(path, SqliteOpenMode.ReadOnly);
            var check = Read(connection, "PRAGMA quick_check(1)");
            return check != "ok" ? $"The database is damaged: {check}"
                : Read(connection, "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'") != "1" ? "The file is no listmonk database."
                : null;
        }
        catch (SqliteException exception)
        {
            return $"The file cannot be read as a database: {exception.Message}";
        }
    }

    public static IReadOnlyList<string> ReadMigrations(string path)
    {
        using var connection = Open(path, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT MigrationId FROM __EFMigrationsHistory ORDER BY MigrationId";
        using var reader = command.ExecuteReader();
        var migrations = new List<string>();
        while (reader.Read())
        {
            migrations.Add(reader.GetString(0));
        }

        return migrations;
    }

    /// <summary>Brings what is in the log beside the file into the file.</summary>
    public static void Checkpoint(string path)
    {
        using var connection = Open(path, SqliteOpenMode.ReadWrite);
        Read(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Without a pool, so that the file is free once the connection is disposed.</summary>
    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static string Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }
}
