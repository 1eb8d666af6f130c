using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Core.Data;
using Listmonk.Core.Doctor;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Doctor;

/// <summary>The doctor behind a front that is right, and behind one with each fault of its own.</summary>
[Trait("Kind", "Http")]
public sealed class TrackingDoctorTests(DoctorApp app) : IClassFixture<DoctorApp>
{
    [Fact]
    public async Task Behind_a_right_proxy_everything_is_green_and_nothing_is_counted()
    {
        await using var front = await StartAsync(new FakeFront());

        var checks = await ExamineAsync($"https://{DoctorApp.Host}:{front.Port}");

        Assert.All(checks.Where(check => check.Id != "response_time"), check => Assert.True(check.State == "green", check.ToString()));
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        Assert.False(await db.TrackingHits.AnyAsync());
    }

    [Fact]
    public async Task A_path_prefix_may_be_part_of_the_root_url()
    {
        await using var front = await StartAsync(new FakeFront { OnlyPath = "/news/" });
        Assert.Empty(await FaultsAsync($"https://{DoctorApp.Host}:{front.Port}/news"));
    }

    [Fact]
    public async Task A_wrong_root_url_is_named()
    {
        await using var other = await StartAsync(new FakeFront { Status = 200 });
        Assert.Equal(["other_server"], await FaultsAsync($"https://{DoctorApp.Host}:{other.Port}"));
        Assert.Contains("root_url_local", await FaultsAsync("http://localhost:1"));
        Assert.Equal(["host_unknown"], await FaultsAsync("https://unknown.example.test"));
    }

    [Fact]
    public async Task Http_instead_of_https_is_named()
    {
        await using var plain = await StartAsync(new FakeFront(), isHttps: false);
        Assert.Equal(["no_https"], await FaultsAsync($"http://{DoctorApp.Host}:{plain.Port}"));
        Assert.Equal(["no_tls"], await FaultsAsync($"https://{DoctorApp.Host}:{plain.Port}"));
        await using var sendsOn = await StartAsync(new FakeFront { SendsOnToHttps = true }, isHttps: false);
        Assert.Equal(["no_https", "redirected"], await FaultsAsync($"http://{DoctorApp.Host}:{sendsOn.Port}"));
    }

    [Fact]
    public async Task Missing_forwarded_headers_are_named_with_the_lines_to_add()
    {
        await using var front = await StartAsync(new FakeFront { SendsForwarded = false });
        var faults = (await ExamineAsync($"https://{DoctorApp.Host}:{front.Port}")).Where(check => check.Fault is not null and not "slow").ToList();
        Assert.Equal("forwarded_missing", Assert.Single(faults).Fault);
        Assert.Contains("X-Forwarded-For", faults[0].Snippet, StringComparison.Ordinal);

        await using var half = await StartAsync(new FakeFront { SendsProto = false });
        Assert.Equal(["proto_missing"], await FaultsAsync($"https://{DoctorApp.Host}:{half.Port}"));
    }

    [Fact]
    public async Task A_proxy_that_is_not_declared_is_named_with_its_address()
    {
        await using var front = await StartAsync(new FakeFront { Address = "10.1.2.3" });
        var fault = Assert.Single(await ExamineAsync($"https://{DoctorApp.Host}:{front.Port}"), check => check.Fault is not null and not "slow");
        Assert.Equal("proxy_undeclared", fault.Fault);
        Assert.Contains("TrustedProxies:0=10.1.2.3", fault.Snippet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DoctorApp.Host, -2, "certificate_expired")]
    [InlineData(DoctorApp.Host, 5, "certificate_ends_soon")]
    [InlineData("other.example.test", 80, "certificate_name")]
    public async Task A_bad_certificate_is_named(string host, int days, string fault)
    {
        using var certificate = app.Authority.Issue(host, TimeSpan.FromDays(days));
        await using var front = await new FakeFront().StartAsync(app, certificate);
        Assert.Equal([fault], await FaultsAsync($"https://{DoctorApp.Host}:{front.Port}"));
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_named()
    {
        using var stranger = new LocalAuthority();
        using var certificate = stranger.Issue(DoctorApp.Host);
        await using var front = await new FakeFront().StartAsync(app, certificate);
        Assert.Equal(["certificate_untrusted"], await FaultsAsync($"https://{DoctorApp.Host}:{front.Port}"));
    }

    [Fact]
    public async Task A_caching_proxy_is_named()
    {
        await using var front = await StartAsync(new FakeFront { Caches = true });
        Assert.Contains("cached", await FaultsAsync($"https://{DoctorApp.Host}:{front.Port}"));
    }

    [Theory]
    [InlineData("/track/", "path_blocked path_blocked")]
    [InlineData("/track/link/", "path_blocked")]
    public async Task A_blocked_path_is_named(string path, string faults)
    {
        await using var front = await StartAsync(new FakeFront { BlockedPath = path });
        Assert.Equal(faults, string.Join(' ', await FaultsAsync($"https://{DoctorApp.Host}:{front.Port}")));
    }

    [Fact]
    public async Task A_wrong_path_prefix_is_named()
    {
        await using var front = await StartAsync(new FakeFront { OnlyPath = "/mail/" });
        Assert.Contains("path_prefix_wrong", await FaultsAsync($"https://{DoctorApp.Host}:{front.Port}/news"));
    }

    [Fact]
    public async Task A_stopped_program_behind_the_proxy_is_named()
    {
        await using var front = await StartAsync(new FakeFront { Status = 502 });
        Assert.Equal(["proxy_without_app"], await FaultsAsync($"https://{DoctorApp.Host}:{front.Port}"));
    }

    [Fact]
    public async Task A_time_out_hints_at_the_firewall()
    {
        var fault = Assert.Single(await ExamineAsync($"https://{DoctorApp.Host}:1"), check => check.Fault is not null);
        Assert.Equal("timeout", fault.Fault);
        Assert.Contains("firewall", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Smaller_faults_are_amber()
    {
        await using var front = await StartAsync(new FakeFront { PassesHead = false, PassesUpgrade = false, HostSent = "127.0.0.1:9000" });
        var checks = await ExamineAsync($"https://{DoctorApp.Host}:{front.Port}");
        Assert.Equal(["host_changed", "head_refused", "websockets_blocked"], checks.Select(check => check.Fault).OfType<string>().Where(fault => fault != "slow"));
        Assert.DoesNotContain(checks, check => check.State == "red");
    }

    [Fact]
    public async Task Whoever_may_not_see_settings_sees_no_report()
    {
        using var anonymous = app.Anonymous();
        Assert.Equal(HttpStatusCode.Forbidden, (await anonymous.GetAsync("/api/tracking/doctor")).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await anonymous.GetAsync("/health/detail")).StatusCode);
        using var api = app.Api();
        Assert.NotNull(JsonNode.Parse(await api.GetStringAsync("/health/detail"))!["data"]!["tracking"]!["state"]);
    }

    [Fact]
    public async Task Certificates_on_demand_are_for_the_root_urls_host_alone()
    {
        await app.SetRootUrlAsync($"https://{DoctorApp.Host}/news");
        using var caddy = app.Anonymous();
        Assert.Equal(HttpStatusCode.OK, (await caddy.GetAsync($"/health/tls-ask?domain={DoctorApp.Host}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await caddy.GetAsync("/health/tls-ask?domain=evil.example.test")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await caddy.GetAsync("/health/tls-ask")).StatusCode);
    }

    [Fact]
    public async Task A_request_that_nobody_signed_learns_nothing_and_is_listed_as_refused()
    {
        var tickets = app.Services.GetRequiredService<ProbeTickets>();
        var ticket = tickets.Issue();
        using var anonymous = app.Anonymous();
        foreach (var forged in new[] { "x", ticket[..^1], ticket.ToUpperInvariant() + "A", (ticket[0] == 'A' ? "B" : "A") + ticket[1..] })
        {
            using var open = await anonymous.GetAsync($"/track/open/~{forged}");
            Assert.False(open.Headers.Contains(ProbePaths.Header));
            using var link = await anonymous.GetAsync($"/track/link/~{forged}");
            Assert.Equal(HttpStatusCode.NotFound, link.StatusCode);
        }

        Assert.Contains(app.Services.GetRequiredService<RefusedHits>().Last(), refused => refused.Reason == RefusalReason.DamagedAddress);
        using var genuine = await anonymous.GetAsync($"/track/link/~{ticket}");
        Assert.Equal(HttpStatusCode.TemporaryRedirect, genuine.StatusCode);
        var answer = genuine.Headers.GetValues(ProbePaths.Header).Single();
        Assert.NotNull(tickets.Open(ticket, answer));
        Assert.Null(tickets.Open(tickets.Issue(), answer));
    }

    private async Task<FakeFront> StartAsync(FakeFront front, bool isHttps = true) =>
        await front.StartAsync(app, isHttps ? app.Authority.Issue(DoctorApp.Host) : null);

    /// <summary>A busy machine may be slow; that is no fault of the set-up.</summary>
    private async Task<List<string>> FaultsAsync(string rootUrl) =>
        [.. (await ExamineAsync(rootUrl)).Select(check => check.Fault).OfType<string>().Where(fault => fault != "slow")];

    private async Task<List<Check>> ExamineAsync(string rootUrl)
    {
        await app.SetRootUrlAsync(rootUrl);
        using var api = app.Api();
        return Check.Read(await api.GetStringAsync("/api/tracking/doctor"));
    }
}

/// <summary>A line of the report as the API tells it.</summary>
internal sealed record Check(string Id, string State, string Finding, string? Fault, string? Remedy, string? Snippet)
{
    public static List<Check> Read(string json) =>
        [.. JsonNode.Parse(json)!["data"]!["checks"]!.AsArray().Select(check => new Check(
            check!["id"]!.GetValue<string>(), check["state"]!.GetValue<string>(), check["finding"]!.GetValue<string>(),
            check["fault"]?.GetValue<string>(), check["remedy"]?.GetValue<string>(), check["snippet"]?.GetValue<string>()))];
}
