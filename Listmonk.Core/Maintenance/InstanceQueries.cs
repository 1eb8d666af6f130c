using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Maintenance;

/// <summary>Looks at the process, its machine and its database.</summary>
public sealed class InstanceQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>As the project file says, without the build's hash.</summary>
    public static string Version { get; } =
        typeof(InstanceQueries).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public async Task<InstanceFacts> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var isPostgres = db.Dialect.HasConcurrentWriters;
        var version = isPostgres
            ? await OneAsync<string>(db, "SELECT 'PostgreSQL ' || current_setting('server_version') AS \"Value\"", cancellationToken)
            : await OneAsync<string>(db, "SELECT 'SQLite ' || sqlite_version() AS \"Value\"", cancellationToken);
        var size = isPostgres
            ? await OneAsync<long>(db, "SELECT pg_database_size(current_database()) AS \"Value\"", cancellationToken)
            : await OneAsync<long>(db, "SELECT page_count * page_size AS \"Value\" FROM pragma_page_count(), pragma_page_size()", cancellationToken);
        using var process = Process.GetCurrentProcess();
        return new InstanceFacts
        {
            Version = Version,
            Runtime = RuntimeInformation.FrameworkDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            OperatingSystem = RuntimeInformation.OSDescription,
            Host = Environment.MachineName,
            Processors = Environment.ProcessorCount,
            HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
            ProcessBytes = process.WorkingSet64,
            StartedAt = new DateTimeOffset(process.StartTime),
            Database = version,
            DatabaseBytes = size,
            Schema = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).LastOrDefault() ?? "",
        };
    }

    private static Task<T> OneAsync<T>(ListmonkDbContext db, string sql, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<T>(sql).SingleAsync(cancellationToken);
}
