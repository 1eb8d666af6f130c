using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Doctor;

/// <summary>The configurations of <c>deploy/</c> in Debian's Caddy and nginx, with TLS from a local authority.</summary>
[Trait("Kind", "Http")]
public sealed class ReverseProxyTests(ServedDoctorApp app) : IClassFixture<ServedDoctorApp>
{
    private const string Browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
    [Fact]
    public async Task Behind_Caddy_hits_count_with_the_clients_address_and_all_is_green()
    {
        await using var proxy = await ReverseProxy.CaddyAsync(app.Authority, DoctorApp.Host, app.Upstream);
        await HitsCountAndAllIsGreenAsync(proxy);
    }

    [Fact]
    public async Task Behind_nginx_hits_count_with_the_clients_address_and_all_is_green()
    {
        await using var proxy = await ReverseProxy.NginxAsync(app.Authority, DoctorApp.Host, app.Upstream);
        await HitsCountAndAllIsGreenAsync(proxy);
    }

    [Fact]
    public async Task A_proxy_that_has_lost_the_program_is_named()
    {
        var nowhere = $"127.0.0.1:{ServerProcess.FreePort()}";
        await using var proxy = await ReverseProxy.NginxAsync(app.Authority, DoctorApp.Host, nowhere);
        await app.SetRootUrlAsync($"https://{DoctorApp.Host}:{proxy.Port}");

        Assert.Equal("proxy_without_app", Assert.Single(await ExamineAsync(), check => check.Fault is not null).Fault);
    }

    [Fact]
    public async Task Caddy_gets_certificates_on_demand_for_the_root_urls_host_alone()
    {
        await using var proxy = await ReverseProxy.CaddyOnDemandAsync(app.Upstream);
        await app.SetRootUrlAsync($"https://{DoctorApp.Host}:{proxy.Port}");

        Assert.True(await ShakesHandsAsync(proxy.Port, DoctorApp.Host), proxy.Output);
        Assert.False(await ShakesHandsAsync(proxy.Port, "evil.example.test"), proxy.Output);
    }

    private async Task HitsCountAndAllIsGreenAsync(ReverseProxy proxy)
    {
        var root = $"https://{DoctorApp.Host}:{proxy.Port}";
        await app.SetRootUrlAsync(root);
        var settings = app.Services.GetRequiredService<Core.Settings.SettingsService>();
        Assert.True((await settings.SaveAsync(new System.Text.Json.Nodes.JsonObject { ["privacy.individual_tracking"] = true }, Core.Common.Actor.System, CancellationToken.None)).IsOk);
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News" };
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = $"{Guid.NewGuid():N}@example.com" };
        var databases = app.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>();
        await databases.WriteAsync(db => { db.AddRange(campaign, person); return Task.CompletedTask; }, CancellationToken.None);
        var link = (await app.Services.GetRequiredService<LinkStore>().RegisterAsync(campaign.Id, ["https://example.com/a?b=1&c=2"], CancellationToken.None))[0];
        var tokens = app.Services.GetRequiredService<TrackingTokens>();
        using var client = Client();

        using var open = await client.GetAsync($"{root}/track/open/{tokens.Write(TrackingToken.ForOpen(campaign.Id, person.Id))}");
        using var click = await client.GetAsync($"{root}/track/link/{tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1))}");

        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.Equal("https://example.com/a?b=1&c=2", click.Headers.NonValidated["Location"].ToString());
        await using var db = await databases.CreateDbContextAsync();
        var hits = await db.TrackingHits.AsNoTracking().Where(hit => hit.CampaignId == campaign.Id).OrderBy(hit => hit.Id).ToListAsync();
        Assert.Equal([(HitKind.Open, person.Id, "198.51.100.0"), (HitKind.Click, person.Id, "198.51.100.0")], hits.Select(hit => (hit.Kind, hit.SubscriberId ?? 0, hit.Network ?? "")));

        var checks = await ExamineAsync();
        Assert.All(checks.Where(check => check.Id != "response_time"), check => Assert.True(check.State == "green", $"{check}{Environment.NewLine}{proxy.Output}"));
        Assert.Equal(2, await db.TrackingHits.CountAsync(hit => hit.CampaignId == campaign.Id));
    }

    /// <summary>A mail client far away: this machine is trusted like a proxy, so what it says of the client is passed on and believed.</summary>
    private HttpClient Client()
    {
        var client = new HttpClient(app.Authority.Handler());
        client.DefaultRequestHeaders.UserAgent.ParseAdd(Browser);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.7");
        return client;
    }

    private static async Task<bool> ShakesHandsAsync(int port, string host)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        // The certificate is Caddy's own; only whether there is one matters here.
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        try
        {
            await tls.AuthenticateAsClientAsync(host);
            return true;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return false;
        }
    }

    private async Task<List<Check>> ExamineAsync()
    {
        using var api = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", $"{ListmonkApp.ApiUser}:{ListmonkApp.ApiToken}");
        return Check.Read(await api.GetStringAsync($"http://{app.Upstream}/api/tracking/doctor"));
    }
}
