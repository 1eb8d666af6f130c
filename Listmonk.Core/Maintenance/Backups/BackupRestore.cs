using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Maintenance.Backups;

/// <summary>Puts a backup in the database's place. Only for a process that holds the data directory and has not opened the database yet.</summary>
public sealed partial class BackupRestore(
    BackupStore store, BackupService backups, DataDirectory directory, IDbContextFactory<ListmonkDbContext> databases, IOptions<ListmonkOptions> options, ILogger<BackupRestore> logger)
{
    private static readonly string[] SideFiles = ["-wal", "-shm"];

    /// <summary>Restores what a person has chosen in the page before; a backup with a fault leaves everything as it is.</summary>
    public async Task ApplyPendingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Provider != DatabaseProvider.Sqlite || store.Pending is not { } name)
        {
            return;
        }

        // First of all: a restore that fails must not fail at every start.
        store.SetPending(null);
        try
        {
            await RestoreAsync(store.Find(name) ?? throw new StartupException($"There is no backup '{name}'."), cancellationToken);
        }
        catch (StartupException exception)
        {
            LogNotRestored(name, exception.Message);
        }
    }

    /// <returns>Where the former database is kept; null if there was none.</returns>
    /// <exception cref="StartupException">The file cannot be restored; nothing was changed.</exception>
    public async Task<string?> RestoreAsync(string path, CancellationToken cancellationToken)
    {
        if (options.Value.Provider != DatabaseProvider.Sqlite)
        {
            throw new StartupException("PostgreSQL is restored with its own tools, such as pg_restore.");
        }

        if (!File.Exists(path))
        {
            throw new StartupException($"There is no file '{path}'.");
        }

        if (SqliteCopy.FindFault(path) is { } fault)
        {
            throw new StartupException(fault);
        }

        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (SqliteCopy.ReadMigrations(path).Except(db.Database.GetMigrations(), StringComparer.Ordinal).FirstOrDefault() is { } newer)
            {
                throw new StartupException($"The backup comes from a newer version (migration {newer}). Install that version first.");
            }
        }

        var database = Path.Combine(directory.Path, DatabaseMigrator.SqliteFile);
        var restored = database + ".restored";
        await SqliteCopy.CreateAsync(path, restored, cancellationToken);
        var kept = File.Exists(database) ? SetAside(database) : null;
        File.Move(restored, database);
        LogRestored(Path.GetFileName(path), kept is null ? "none" : Path.GetFileName(kept));
        return kept;
    }

    /// <summary>A damaged database goes away as it is, its log with it.</summary>
    private string SetAside(string database)
    {
        var kept = backups.NewPath("before-restore-");
        try
        {
            SqliteCopy.Checkpoint(database);
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            LogDamaged(exception.Message);
        }

        File.Move(database, kept);
        foreach (var suffix in SideFiles.Where(suffix => File.Exists(database + suffix)))
        {
            File.Move(database + suffix, kept + suffix);
        }

        return kept;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Name} was restored; the former database is kept as {Kept}")]
    private partial void LogRestored(string name, string kept);

    [LoggerMessage(Level = LogLevel.Error, Message = "Backup {Name} was not restored, the database is as before: {Reason}")]
    private partial void LogNotRestored(string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The former database is damaged and kept as it is: {Reason}")]
    private partial void LogDamaged(string reason);
}
