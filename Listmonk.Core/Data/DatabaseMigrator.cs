using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Listmonk.Core.Data;

/// <summary>Brings the database to this version at start; an existing SQLite file is backed up first.</summary>
public sealed partial class DatabaseMigrator(
    IDbContextFactory<ListmonkDbContext> databases,
    DataDirectory directory,
    IOptions<ListmonkOptions> options,
    TimeProvider clock,
    ILogger<DatabaseMigrator> logger)
{
    public const string SqliteFile = "listmonk.db";

    /// <exception cref="StartupException">The database cannot be reached, or was written by a newer version.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            if (options.Value.Provider == DatabaseProvider.Sqlite)
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
            }

            var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
            var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
            if (applied.Find(migration => !known.Contains(migration)) is { } newer)
            {
                throw new StartupException(
                    $"The database was last used by a newer version (migration {newer}). Start that version, or restore a backup from before the upgrade.");
            }

            var pending = known.Count - applied.Count;
            if (pending == 0)
            {
                return;
            }

            if (applied.Count > 0 && options.Value.Provider == DatabaseProvider.Sqlite)
            {
                await BackUpAsync(db, cancellationToken);
            }

            await db.Database.MigrateAsync(cancellationToken);
            LogMigrated(pending);
        }
        catch (Exception exception) when (exception is SqliteException or NpgsqlException or System.Net.Sockets.SocketException)
        {
            throw new StartupException($"The database cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>VACUUM INTO, not a file copy: pages may still sit in the write-ahead log.</summary>
    private async Task BackUpAsync(ListmonkDbContext db, CancellationToken cancellationToken)
    {
        var folder = directory.Folder("backups");
        var name = $"before-migration-{clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.db";
        await db.Database.ExecuteSqlAsync($"VACUUM INTO {Path.Combine(folder, name)}", cancellationToken);
        foreach (var old in Directory.GetFiles(folder, "before-migration-*.db").OrderDescending(StringComparer.Ordinal).Skip(options.Value.Database.KeepBackups))
        {
            File.Delete(old);
        }

        LogBackedUp(name);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Database migrated: {Count} migrations applied")]
    private partial void LogMigrated(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database backed up to {Name} before the migration")]
    private partial void LogBackedUp(string name);
}
