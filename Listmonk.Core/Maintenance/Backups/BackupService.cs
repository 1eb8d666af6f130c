using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Maintenance.Backups;

/// <summary>
/// Makes backups of the database while everything goes on, and has one take its place at the next start. A backup holds all accounts and
/// secrets, so super admins alone may have one.
/// </summary>
public sealed partial class BackupService(
    BackupStore store,
    DataDirectory directory,
    MaintenanceService maintenance,
    IOptions<ListmonkOptions> options,
    TimeProvider clock,
    ILogger<BackupService> logger) : IDisposable
{
    private readonly SemaphoreSlim _running = new(1, 1);

    /// <summary>False on PostgreSQL, whose own tools are for that.</summary>
    public bool IsSupported => options.Value.Provider == DatabaseProvider.Sqlite;

    public async Task<Outcome<BackupFile>> CreateAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(actor) is { } refusal)
        {
            return Outcome<BackupFile>.From(refusal);
        }

        await _running.WaitAsync(cancellationToken);
        try
        {
            var started = clock.GetTimestamp();
            var path = NewPath(BackupStore.Prefix);
            await SqliteCopy.CreateAsync(Path.Combine(directory.Path, DatabaseMigrator.SqliteFile), path, cancellationToken);
            var file = store.List().First(file => file.Name == Path.GetFileName(path));
            var seconds = clock.GetElapsedTime(started).TotalSeconds;
            await maintenance.NoteAsync("maintenance.backup", actor, new { file.Name, file.Bytes, seconds = Math.Round(seconds, 1) }, cancellationToken);
            LogCreated(file.Name, file.Bytes, seconds);
            return file;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or Microsoft.Data.Sqlite.SqliteException)
        {
            LogFailed(exception);
            return Outcome<BackupFile>.Conflict($"The backup was not made: {exception.Message}");
        }
        finally
        {
            _running.Release();
        }
    }

    /// <summary>Has the next start put the backup in the database's place; null takes that back.</summary>
    public async Task<Outcome> RestoreAtStartAsync(string? name, Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(actor) is { } refusal)
        {
            return refusal;
        }

        if (name is not null)
        {
            if (store.Find(name) is not { } path)
            {
                return Outcome.NotFound("There is no such backup.");
            }

            if (await Task.Run(() => SqliteCopy.FindFault(path), cancellationToken) is { } fault)
            {
                return Outcome.Invalid("name", fault);
            }
        }

        store.SetPending(name);
        await maintenance.NoteAsync("maintenance.restore_at_start", actor, new { name }, cancellationToken);
        return Outcome.Ok;
    }

    public async Task<Outcome> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(actor) is { } refusal)
        {
            return refusal;
        }

        if (store.Find(name) is null)
        {
            return Outcome.NotFound("There is no such backup.");
        }

        store.Delete(name);
        await maintenance.NoteAsync("maintenance.delete_backup", actor, new { name }, cancellationToken);
        return Outcome.Ok;
    }

    public void Dispose() => _running.Dispose();

    internal string NewPath(string prefix)
    {
        var stem = Path.Combine(store.Folder, prefix + clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        var path = stem + ".db";
        for (var number = 2; File.Exists(path); number++)
        {
            path = $"{stem}-{number.ToString(CultureInfo.InvariantCulture)}.db";
        }

        return path;
    }

    private Outcome? Refuse(Actor actor) =>
        !actor.IsSuperAdmin ? Outcome.Forbidden($"Permission denied: {Permissions.SettingsMaintain} as super admin")
        : !IsSupported ? Outcome.Invalid("", "PostgreSQL is backed up with its own tools, such as pg_dump.")
        : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Name} made: {Bytes} bytes in {Seconds:F1} s")]
    private partial void LogCreated(string name, long bytes, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The backup was not made")]
    private partial void LogFailed(Exception exception);
}
