using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Maintenance.Backups;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Commands;

/// <summary><c>migrate</c>, <c>backup</c> and <c>restore</c>.</summary>
internal static class DatabaseCommands
{
    public static async Task<int> MigrateAsync(WebApplication app)
    {
        await CommandLine.PrepareAsync(app);
        return await CommandLine.DoneAsync("The database is at this version.");
    }

    /// <summary>Takes no claim on the data directory: SQLite copies beside a running instance.</summary>
    public static async Task<int> BackUpAsync(WebApplication app, string? target)
    {
        var options = app.Services.GetRequiredService<IOptions<ListmonkOptions>>().Value;
        if (options.Provider == DatabaseProvider.Sqlite && !File.Exists(Path.Combine(app.Services.GetRequiredService<DataDirectory>().Path, DatabaseMigrator.SqliteFile)))
        {
            return await CommandLine.FailedAsync($"There is no database in '{options.DataDirectory}'; name its folder with --data.");
        }

        var outcome = await app.Services.GetRequiredService<BackupService>().CreateAsync(Actor.System, CancellationToken.None);
        if (!outcome.IsOk)
        {
            return await CommandLine.FailedAsync(outcome.Message);
        }

        var path = app.Services.GetRequiredService<BackupStore>().Find(outcome.Value.Name)!;
        if (target is not null)
        {
            File.Move(path, target, overwrite: true);
            path = target;
        }

        return await CommandLine.DoneAsync($"{Path.GetFullPath(path)} ({outcome.Value.Bytes} bytes)");
    }

    public static async Task<int> RestoreAsync(WebApplication app, string source)
    {
        app.Services.GetRequiredService<DataDirectory>().Claim();
        var kept = await app.Services.GetRequiredService<BackupRestore>().RestoreAsync(source, CancellationToken.None);
        return await CommandLine.DoneAsync(kept is null ? "Restored." : $"Restored. The former database is kept as {kept}.");
    }
}
