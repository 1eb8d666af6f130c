using System.Data.Common;
using Listmonk.Core;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Listmonk.Web.Shared;
using Listmonk.Web.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Listmonk.Web.Commands;

/// <summary><c>doctor</c>: one line for each thing that serving needs; changes nothing. Fails when a line says <c>fail</c>.</summary>
internal static class DoctorCommand
{
    private const long LittleSpace = 1024L * 1024 * 1024;

    public static async Task<int> RunAsync(WebApplication app)
    {
        var faults = 0;
        foreach (var check in new[] { CheckOptions, CheckDirectory, CheckDatabaseAsync, CheckSettingsAsync })
        {
            await foreach (var (state, text) in check(app))
            {
                faults += state == "fail" ? 1 : 0;
                await Console.Out.WriteLineAsync($"{state,-4}  {text}");
            }

            // What comes next needs this.
            if (faults > 0)
            {
                break;
            }
        }

        return faults == 0 ? 0 : 1;
    }

    private static async IAsyncEnumerable<(string State, string Text)> CheckOptions(WebApplication app)
    {
        await Task.CompletedTask;
        string? fault = null;
        try
        {
            _ = app.Services.GetRequiredService<IOptions<ListmonkOptions>>().Value;
        }
        catch (OptionsValidationException exception)
        {
            fault = string.Join(' ', exception.Failures);
        }

        yield return fault is null ? ("ok", "The options are valid.") : ("fail", fault);
    }

    private static async IAsyncEnumerable<(string State, string Text)> CheckDirectory(WebApplication app)
    {
        await Task.CompletedTask;
        var path = app.Services.GetRequiredService<DataDirectory>().Path;
        if (!Directory.Exists(path))
        {
            yield return ("warn", $"The data directory '{path}' does not exist yet; the first start makes it.");
            yield break;
        }

        yield return ("ok", $"The data directory is '{path}'.");
        var free = new DriveInfo(path).AvailableFreeSpace;
        yield return (free < LittleSpace ? "warn" : "ok", $"{Figures.Bytes(free)} are free on its disk.");
    }

    private static async IAsyncEnumerable<(string State, string Text)> CheckDatabaseAsync(WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ListmonkOptions>>().Value;
        if (options.Provider == DatabaseProvider.Sqlite && !File.Exists(Path.Combine(app.Services.GetRequiredService<DataDirectory>().Path, DatabaseMigrator.SqliteFile)))
        {
            yield return ("warn", "There is no database yet; the first start makes it.");
            yield break;
        }

        string? fault = null;
        var pending = 0;
        try
        {
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
            pending = (await db.Database.GetPendingMigrationsAsync()).Count();
        }
        catch (Exception exception) when (exception is DbException or System.Net.Sockets.SocketException)
        {
            fault = exception.Message;
        }

        yield return fault is null ? ("ok", $"The database ({options.Provider}) answers.") : ("fail", $"The database cannot be opened: {fault}");
        if (pending > 0)
        {
            yield return ("warn", $"{Figures.Count(pending, "migration")} wait; the next start applies them, after a backup on SQLite.");
        }
    }

    private static async IAsyncEnumerable<(string State, string Text)> CheckSettingsAsync(WebApplication app)
    {
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync())
        {
            if (!File.Exists(Path.Combine(app.Services.GetRequiredService<DataDirectory>().Path, DatabaseMigrator.SqliteFile)) && !db.Dialect.HasConcurrentWriters
                || (await db.Database.GetPendingMigrationsAsync()).Any())
            {
                yield break;
            }
        }

        await app.Services.GetRequiredService<SettingsStore>().LoadAsync(CancellationToken.None);
        await app.Services.GetRequiredService<UserDirectory>().ReloadAsync(CancellationToken.None);
        var settings = app.Services.GetRequiredService<SettingsStore>().Current;
        yield return app.Services.GetRequiredService<UserDirectory>().HasSuperAdmin
            ? ("ok", "There is a super admin.")
            : ("warn", "There is no super admin: open the set-up page, or run create-user.");
        yield return settings.RootUrl.Contains("localhost", StringComparison.Ordinal)
            ? ("warn", $"Links in mails lead to {settings.RootUrl}: set the root URL ({Urls.Settings}).")
            : ("ok", $"Links in mails lead to {settings.RootUrl}.");
        yield return settings.Smtp.Servers.Any(server => server.Enabled)
            ? ("ok", "An SMTP server is enabled.")
            : ("warn", "No SMTP server is enabled: mails stay in the outbox.");
    }
}
