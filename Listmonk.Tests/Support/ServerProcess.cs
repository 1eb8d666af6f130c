using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Listmonk.Tests.Support;

/// <summary>The built program as a child process on a port and data directory of its own: for kills, start-up faults and real browsers.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    public ServerProcess(int? port = null)
    {
        Port = port ?? FreePort();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Url) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", $"{ListmonkApp.ApiUser}:{ListmonkApp.ApiToken}");
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public int ProcessId => _process!.Id;

    /// <summary>Whether a lease's owner is this process.</summary>
    public bool IsNamedBy(string owner) => owner.Contains($"/{ProcessId}/", StringComparison.Ordinal);

    public string DataFolder { get; init; } = Directory.CreateTempSubdirectory("listmonk-process-").FullName;

    /// <summary>Extra arguments, such as <c>--Listmonk:Workers=false</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>A command of the binary with its operand, in place of serving.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>True when the data directory is the test's own.</summary>
    public bool KeepsData { get; init; }

    /// <summary>False leaves the instance fresh, before its set-up.</summary>
    public bool IsSetUp { get; init; } = true;

    /// <summary>An API client with every right.</summary>
    public HttpClient Client { get; }

    /// <summary>What the program has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts and waits until the program listens.</summary>
    public async Task StartAsync()
    {
        Launch();
        var exited = _process!.WaitForExitAsync();
        var first = await Task.WhenAny(_started.Task, exited, Task.Delay(StartLimit, TimeProvider.System, CancellationToken.None));
        Assert.True(first == _started.Task, $"The program did not start:{Environment.NewLine}{Output}");
    }

    /// <summary>Starts without waiting for anything; for commands that are looked at from outside.</summary>
    public void Start() => Launch();

    public bool HasExited => _process is { HasExited: true };

    /// <summary>Starts, expects the program to end by itself, and returns its exit code.</summary>
    public async Task<int> RunToEndAsync()
    {
        Launch();
        using var limit = new CancellationTokenSource(StartLimit);
        await _process!.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary><c>kill -9</c>: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        if (!KeepsData && Directory.Exists(DataFolder))
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Launch()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        // The program's own output folder and Development: only there do built, unpublished static files resolve.
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory.Replace("Listmonk.Tests", "Listmonk.Web", StringComparison.Ordinal), "Listmonk.Web.dll"));
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var argument in (string[])[.. Command, "--urls", Url, "--data", DataFolder, "--Listmonk:RateLimits:Scale=1000", .. Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        if (IsSetUp)
        {
            start.Environment["LISTMONK_ADMIN_USER"] = ListmonkApp.AdminUser;
            start.Environment["LISTMONK_ADMIN_PASSWORD"] = ListmonkApp.AdminPassword;
            start.Environment["LISTMONK_ADMIN_API_USER"] = ListmonkApp.ApiUser;
            start.Environment["LISTMONK_ADMIN_API_TOKEN"] = ListmonkApp.ApiToken;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.Contains("Application started", StringComparison.Ordinal))
        {
            _started.TrySetResult();
        }
    }
}
