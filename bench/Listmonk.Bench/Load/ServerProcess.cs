using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Listmonk.Core.Data;
using Microsoft.Data.Sqlite;

namespace Listmonk.Bench.Load;

/// <summary>The published program as a child process on a free port: started, killed and watched by the scenarios.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string AdminUser = "admin";
    public const string AdminPassword = ApiToken;

    private const string ApiUser = "bench";
    private const string ApiToken = "a-token-for-one-throw-away-run";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan IndexLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan IndexStep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartStep = TimeSpan.FromMilliseconds(20);

    private readonly string _program;
    private readonly string _dataFolder;
    private readonly bool _isThrowAway;
    private readonly int _port = FreePort();
    private Process? _process;

    private ServerProcess(string program, string dataFolder)
    {
        _program = program;
        _isThrowAway = dataFolder.Length == 0;
        _dataFolder = _isThrowAway ? Directory.CreateTempSubdirectory("listmonk-bench-").FullName : Path.GetFullPath(dataFolder);
        Api = new ServerApi(Url, ApiUser, ApiToken);
    }

    /// <summary>What every scenario with a server takes: a published <c>Listmonk.Web.dll</c>, else it is published first; a folder to keep.</summary>
    public static IReadOnlyList<ScenarioOption> Options { get; } = [new("server", "", "DLL"), new("data", "", "DIR")];

    /// <summary>The SQLite file, to be written only while the program does not run.</summary>
    public string DatabaseFile => Path.Combine(_dataFolder, DatabaseMigrator.SqliteFile);

    public Uri Url => new($"http://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}");

    public ServerApi Api { get; }

    /// <summary>Processor time of the process so far, in all threads.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory since the start or <see cref="ForgetPeak"/>.</summary>
    public long PeakMegabytes
    {
        get
        {
            _process!.Refresh();
            return _process.PeakWorkingSet64 >> 20;
        }
    }

    public static async Task<ServerProcess> StartAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var program = options.Text("server") is { Length: > 0 } given ? Path.GetFullPath(given) : await PublishAsync(cancellationToken);
        var server = new ServerProcess(program, options.Text("data"));
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts, or starts again, and waits until the program answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(_program) };
        foreach (var argument in (string[])[_program, "--urls", Url.ToString(), "--data", _dataFolder, "--Listmonk:RateLimits:Scale=1000000", "--Logging:Console:LogLevel:Default=Warning", "--Logging:Console:LogLevel:Microsoft=Error"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LISTMONK_ADMIN_USER"] = AdminUser;
        start.Environment["LISTMONK_ADMIN_PASSWORD"] = AdminPassword;
        start.Environment["LISTMONK_ADMIN_API_USER"] = ApiUser;
        start.Environment["LISTMONK_ADMIN_API_TOKEN"] = ApiToken;
        _process?.Dispose();
        _process = Process.Start(start)!;
        // Our own output is figures only.
        _process.OutputDataReceived += (_, line) => Console.Error.Write(line.Data is null ? "" : line.Data + Environment.NewLine);
        _process.BeginOutputReadLine();

        var clock = Stopwatch.StartNew();
        while (!await Api.AnswersAsync(cancellationToken))
        {
            if (_process.HasExited || clock.Elapsed > StartLimit)
            {
                throw new InvalidOperationException($"'{_program}' did not start.");
            }

            await Task.Delay(StartStep, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary><c>kill -9</c>: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits until SQLite's index of the search holds everybody; PostgreSQL keeps its own as rows come.</summary>
    public async Task WhenSearchIndexIsFilledAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(DatabaseFile))
        {
            return;
        }

        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabaseFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var isFilled = connection.CreateCommand();
        isFilled.CommandText = "SELECT up_to >= (SELECT MAX(id) FROM subscribers) FROM subscriber_index_state";
        var clock = Stopwatch.StartNew();
        while ((long)(await isFilled.ExecuteScalarAsync(cancellationToken))! == 0)
        {
            if (clock.Elapsed > IndexLimit)
            {
                throw new InvalidOperationException("The search index was not filled in time.");
            }

            await Task.Delay(IndexStep, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Lets the peak count from now on (proc(5), clear_refs), so that seeding does not show in it.</summary>
    public void ForgetPeak() => File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process!.Id}/clear_refs"), "5");

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        if (_isThrowAway)
        {
            Directory.Delete(_dataFolder, recursive: true);
        }
    }

    /// <summary>As <c>./run</c> does it.</summary>
    private static async Task<string> PublishAsync(CancellationToken cancellationToken)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Listmonk.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run this inside the repository, or name the published program with --server.");
        }

        var output = Path.Combine(root, "artifacts", "run");
        using var publish = Process.Start("dotnet",
            ["publish", Path.Combine(root, "Listmonk.Web"), "-c", "Release", "--use-current-runtime", "--self-contained", "false",
                "-p:PublishReadyToRun=true", "-p:RunAnalyzers=false", "-o", output, "-v", "quiet", "-nologo"]);
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0 ? Path.Combine(output, "Listmonk.Web.dll") : throw new InvalidOperationException("The program could not be published.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
