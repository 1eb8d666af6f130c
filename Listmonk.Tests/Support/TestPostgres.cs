using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Listmonk.Tests.Support;

/// <summary>
/// A PostgreSQL server of the test run's own, on a free port in a temporary folder, without durability. LISTMONK_TEST_POSTGRES
/// names another one instead.
/// </summary>
internal static class TestPostgres
{
    private static readonly Lazy<string> Server = new(Start, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Connection string of a maintenance database whose user may create databases.</summary>
    public static string AdminConnectionString => Server.Value;

    public static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public static string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(AdminConnectionString) { Database = database, MaxPoolSize = 20 }.ToString();

    private static string Start()
    {
        if (Environment.GetEnvironmentVariable("LISTMONK_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return given;
        }

        var bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).LastOrDefault(Directory.Exists)
            : null;
        if (bin is null)
        {
            throw new InvalidOperationException("PostgreSQL is not installed; ./test installs it, or set LISTMONK_TEST_POSTGRES to a connection string.");
        }

        var folder = Directory.CreateTempSubdirectory("listmonk-pg-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        var port = FreePort();
        var data = Path.Combine(folder, "data");
        Run(bin, "initdb", $"-D {data} -U postgres --auth=trust --no-sync -E UTF8 --locale=C.UTF-8");
        Run(bin, "pg_ctl", $"-D {data} -w -l {folder}/log -o \"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300\" start");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Run(bin, "pg_ctl", $"-D {data} -m immediate stop");
            Directory.Delete(folder, recursive: true);
        };
        return $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Include Error Detail=true";
    }

    /// <summary>PostgreSQL refuses to run as root, so root lends the command to the user that the package made.</summary>
    private static void Run(string bin, string program, string arguments)
    {
        var command = $"{Path.Combine(bin, program)} {arguments}";
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("runuser") { ArgumentList = { "-u", "postgres", "--", "sh", "-c", command } }
            : new ProcessStartInfo("sh") { ArgumentList = { "-c", command } };
        start.WorkingDirectory = "/";
        start.RedirectStandardOutput = program == "initdb";
        using var process = Process.Start(start)!;
        var output = start.RedirectStandardOutput ? process.StandardOutput.ReadToEnd() : "";
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed with {process.ExitCode}. {output}");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
