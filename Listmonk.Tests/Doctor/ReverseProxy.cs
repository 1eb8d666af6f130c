using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Listmonk.Tests.Architecture;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Doctor;

/// <summary>Debian's Caddy or nginx with the configuration of <c>deploy/</c>; only names, ports and certificates are the test's.</summary>
internal sealed class ReverseProxy : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("listmonk-proxy-").FullName;
    private Process? _process;

    public int Port { get; } = ServerProcess.FreePort();

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

    public static async Task<ReverseProxy> CaddyAsync(LocalAuthority authority, string host, string upstream)
    {
        var proxy = new ReverseProxy();
        authority.Write(proxy._folder, host);
        var site = Deployed("Caddyfile").Replace("\tencode gzip", $"\ttls {proxy._folder}/cert.pem {proxy._folder}/key.pem\n\tencode gzip", StringComparison.Ordinal)
            .Replace("# trusted_proxies 192.0.2.0/24", "trusted_proxies 127.0.0.0/8", StringComparison.Ordinal);
        await proxy.RunCaddyAsync($"{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}", $"https://{host}:{proxy.Port}", upstream);
        return proxy;
    }

    /// <summary>With Caddy's own authority in place of a public one.</summary>
    public static async Task<ReverseProxy> CaddyOnDemandAsync(string upstream)
    {
        var proxy = new ReverseProxy();
        var site = Deployed("Caddyfile.on-demand").Replace("\ton_demand_tls {", $"\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n\thttps_port {proxy.Port}\n\ton_demand_tls {{", StringComparison.Ordinal)
            .Replace("\t\ton_demand\n", "\t\ton_demand\n\t\tissuer internal\n", StringComparison.Ordinal);
        await proxy.RunCaddyAsync(site, "", upstream);
        return proxy;
    }

    public static Task<ReverseProxy> NginxAsync(LocalAuthority authority, string host, string upstream) =>
        NginxAsync(authority, host, site => site.Replace("127.0.0.1:9000", upstream, StringComparison.Ordinal), "nginx.conf");

    /// <summary>Before several processes, which are asked in turn.</summary>
    /// <param name="header">In which nginx says whom it has asked.</param>
    public static Task<ReverseProxy> NginxAsync(LocalAuthority authority, string host, IReadOnlyList<string> upstreams, string header) => NginxAsync(
        authority,
        host,
        site => upstreams.Select((upstream, index) => (upstream, Deployed: $"10.0.0.{11 + index}:9000"))
            .Aggregate(site, (text, one) => text.Replace(one.Deployed, one.upstream, StringComparison.Ordinal))
            .Replace("    location / {", $"    add_header {header} $upstream_addr always;\n    location / {{", StringComparison.Ordinal),
        "nginx.several.conf");

    private static async Task<ReverseProxy> NginxAsync(LocalAuthority authority, string host, Func<string, string> adapt, string deployed)
    {
        var proxy = new ReverseProxy();
        authority.Write(proxy._folder, host);
        var lines = Deployed(deployed).Split('\n').Where(line => !line.Contains("listen [::]", StringComparison.Ordinal));
        var site = adapt(string.Join('\n', lines)).Replace("listen 80;", $"listen 127.0.0.1:{ServerProcess.FreePort()};", StringComparison.Ordinal)
            .Replace("listen 443", $"listen 127.0.0.1:{proxy.Port}", StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/news.example.com/fullchain.pem", $"{proxy._folder}/cert.pem", StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/news.example.com/privkey.pem", $"{proxy._folder}/key.pem", StringComparison.Ordinal)
            .Replace("news.example.com", host, StringComparison.Ordinal);
        var file = Path.Combine(proxy._folder, "nginx.conf");
        var temporary = string.Join('\n', new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(name => $"{name}_temp_path {proxy._folder}/{name};"));
        await File.WriteAllTextAsync(
            file,
            $"daemon off;\nmaster_process off;\npid {proxy._folder}/nginx.pid;\nerror_log stderr warn;\nevents {{ worker_connections 256; }}\nhttp {{\naccess_log off;\n{temporary}\n{site}\n}}\n");
        await proxy.StartAsync(File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", ["-p", proxy._folder, "-c", file], []);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Deployed(string file) => File.ReadAllText(Path.Combine(FeatureFolders.Root, "deploy", file));

    private async Task RunCaddyAsync(string configuration, string host, string upstream)
    {
        var file = Path.Combine(_folder, "Caddyfile");
        await File.WriteAllTextAsync(file, configuration);
        await StartAsync("caddy", ["run", "--config", file, "--adapter", "caddyfile"], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = _folder,
            ["XDG_DATA_HOME"] = _folder,
            ["XDG_CONFIG_HOME"] = _folder,
            ["LISTMONK_HOST"] = host,
            ["LISTMONK_UPSTREAM"] = upstream,
        });
    }

    private async Task StartAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await IsListeningAsync())
        {
            Assert.False(_process.HasExited || limit.IsCancellationRequested, $"{program} did not start:{Environment.NewLine}{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
