using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Doctor;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Doctor;

/// <summary>The true host in a world where every name has a public address that leads to this machine, and one local authority is trusted.</summary>
public class DoctorApp : ListmonkApp
{
    public const string Host = "news.example.test";

    internal LocalAuthority Authority { get; } = new();

    public async Task SetRootUrlAsync(string rootUrl)
    {
        var saved = await Services.GetRequiredService<SettingsService>().SaveAsync(new JsonObject { ["app.root_url"] = rootUrl }, Actor.System, CancellationToken.None);
        Assert.True(saved.IsOk, saved.Message);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddSingleton<IDoctorNetwork>(new LocalNetwork(Authority)));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Authority.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class LocalNetwork(LocalAuthority authority) : IDoctorNetwork
    {
        public X509Certificate2Collection? TrustedRoots => [authority.Root];

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) => host.StartsWith("unknown.", StringComparison.Ordinal)
            ? throw new SocketException((int)SocketError.HostNotFound)
            : Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Parse(host.StartsWith("inside.", StringComparison.Ordinal) ? "192.168.1.7" : "203.0.113.10")]);

        public async Task<Stream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
        {
            if (port == 1)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}

/// <summary>The same on a true port, for proxies that are programs of their own.</summary>
public sealed class ServedDoctorApp : DoctorApp
{
    public ServedDoctorApp()
    {
        UseKestrel(0);
        StartServer();
        var address = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Upstream = new Uri(address).Authority.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
    }

    /// <summary>Host and port, as a proxy wants them.</summary>
    public string Upstream { get; }
}
