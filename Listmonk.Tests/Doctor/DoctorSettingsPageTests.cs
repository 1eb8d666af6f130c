using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Bunit;
using Listmonk.Core.Common;
using Listmonk.Core.Doctor;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Web.Settings;
using Listmonk.Web.Shell;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Doctor;

public sealed class DoctorSettingsPageTests : ComponentTest
{
    [Fact]
    public void The_page_examines_by_itself_and_again_after_a_change_of_the_root_url()
    {
        RenderProviders();
        var page = Render<DoctorSettingsPage>();
        page.WaitForAssertion(() => Assert.Contains("Settings, General", page.Find("[data-fault=root_url_local] .doctor-remedy").TextContent, StringComparison.Ordinal));

        _ = Get<SettingsService>().SaveAsync(new JsonObject { ["app.root_url"] = "https://unknown.example.test" }, Actor.System, CancellationToken.None);

        page.WaitForAssertion(() => Assert.NotNull(page.Find("[data-fault=host_unknown]")));
        Assert.Empty(page.FindAll("[data-fault=root_url_local]"));
        Assert.Contains("unknown.example.test", page.FindAll(".doctor-snippet pre")[^1].ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_hit_appears_while_one_looks()
    {
        RenderProviders();
        var page = Render<DoctorSettingsPage>();
        page.WaitForAssertion(() => Assert.Contains("None yet", page.Markup, StringComparison.Ordinal));

        Get<RefusedHits>().Note(HitKind.Click, RefusalReason.DamagedAddress, IPAddress.Parse("198.51.100.7"));

        page.WaitForAssertion(() => Assert.Contains("Click from the network 198.51.100.0: the address is damaged", page.Find(".doctor-log li").TextContent, StringComparison.Ordinal));
    }

    protected override void ConfigureServices(IServiceCollection services)
    {
        services.AddSingleton<IDoctorNetwork, NoNetwork>();
        services.AddSingleton(new ListenAddress(new NoServer()));
    }

    private sealed class NoNetwork : IDoctorNetwork
    {
        public X509Certificate2Collection? TrustedRoots => null;

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) => throw new SocketException((int)SocketError.HostNotFound);

        public Task<Stream> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken) => throw new SocketException((int)SocketError.ConnectionRefused);
    }

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public void Dispose()
        {
        }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
