using System.Net;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Tracking;

public sealed class TrackingEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    private const string Browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
    private static readonly Guid Nobody = Guid.Parse("11111111-2222-4333-8444-555555555555");

    private TrackingTokens Tokens => App.Services.GetRequiredService<TrackingTokens>();

    private LinkStore Links => App.Services.GetRequiredService<LinkStore>();

    [Fact]
    public async Task An_open_is_answered_with_the_pixel_and_counted_for_the_person()
    {
        var (campaign, person) = await WorldAsync();

        var response = await GetTrackedAsync($"/track/open/{Tokens.Write(TrackingToken.ForOpen(campaign.Id, person.Id))}");

        await AssertPixelAsync(response);
        Assert.Equal([(HitKind.Open, (int?)person.Id, HitVerdict.Human, true)], await HitsAsync(campaign));
    }

    [Theory]
    [InlineData("https://example.com/")]
    [InlineData("https://example.com/a?x=1&y=2#part&more")]
    [InlineData("https://example.com/%7Euser/a%20b?q=%C3%BC&empty=")]
    [InlineData("https://user:pw@example.com:8443/a;b=c?d[]=e|f")]
    [InlineData("HTTPS://EXAMPLE.com/Case")]
    [InlineData("mailto:a@example.com?subject=Hi%20there")]
    public async Task A_click_goes_to_the_stored_destination_unchanged(string url)
    {
        var (campaign, person) = await WorldAsync();
        var link = (await Links.RegisterAsync(campaign.Id, [url], CancellationToken.None))[0];

        var response = await GetTrackedAsync($"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1))}");

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        // The typed header would be normalised.
        Assert.Equal(url, response.Headers.NonValidated["Location"].ToString());
        Assert.Contains("no-store", response.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        Assert.Equal([(HitKind.Click, (int?)person.Id, HitVerdict.Human, true)], await HitsAsync(campaign));
    }

    [Theory]
    [InlineData("https://münchen.example/ü b?q=é", "https://xn--mnchen-3ya.example/%C3%BC%20b?q=%C3%A9")]
    [InlineData("https://example.com/日本", "https://example.com/%E6%97%A5%E6%9C%AC")]
    [InlineData("mailto:a@example.com?subject=Grüße", "mailto:a@example.com?subject=Gr%C3%BC%C3%9Fe")]
    public async Task A_destination_beyond_ascii_is_encoded_for_the_header(string url, string location)
    {
        var (campaign, _) = await WorldAsync();
        var link = (await Links.RegisterAsync(campaign.Id, [url], CancellationToken.None))[0];

        var response = await GetTrackedAsync($"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, null, link, 1))}");

        Assert.Equal(location, response.Headers.NonValidated["Location"].ToString());
    }

    [Fact]
    public async Task A_query_string_changes_nothing()
    {
        var (campaign, _) = await WorldAsync();
        var link = (await Links.RegisterAsync(campaign.Id, ["https://example.com/a"], CancellationToken.None))[0];

        var response = await GetTrackedAsync($"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, null, link, 1))}?url=https://evil.example");

        Assert.Equal("https://example.com/a", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task HEAD_is_answered_and_not_counted()
    {
        var (campaign, person) = await WorldAsync();
        var link = (await Links.RegisterAsync(campaign.Id, ["https://example.com/a"], CancellationToken.None))[0];

        using var open = new HttpRequestMessage(HttpMethod.Head, $"/track/open/{Tokens.Write(TrackingToken.ForOpen(campaign.Id, person.Id))}");
        Assert.Equal(HttpStatusCode.OK, (await Anonymous.SendAsync(open)).StatusCode);
        using var click = new HttpRequestMessage(HttpMethod.Head, $"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1))}");
        Assert.Equal("https://example.com/a", (await Anonymous.SendAsync(click)).Headers.Location?.OriginalString);

        Assert.Empty(await HitsAsync(campaign));
    }

    [Fact]
    public async Task A_damaged_token_never_redirects_and_never_counts()
    {
        var (campaign, person) = await WorldAsync();
        var link = (await Links.RegisterAsync(campaign.Id, ["https://example.com/a"], CancellationToken.None))[0];
        var click = Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1));
        var open = Tokens.Write(TrackingToken.ForOpen(campaign.Id, person.Id));
        var foreign = new TrackingTokens(new TrackingKeyRing(1, [new TrackingSecret(1, TrackingKeyRing.NewKey())]));
        string[] refused =
        [
            click.ToUpperInvariant(), click[..^1], click + "A", click + "/%27", click + "%27/", click + "%0d%0aSet-Cookie:a=b", click + "%2F", "%C3%BC" + click,
            open, foreign.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1)), Flip(click, 0), Flip(click, click.Length / 2), Flip(click, click.Length - 1), "x",
        ];

        foreach (var token in refused)
        {
            var response = await GetTrackedAsync($"/track/link/{token}");
            Assert.Equal((token, HttpStatusCode.NotFound), (token, response.StatusCode));
            Assert.Null(response.Headers.Location);
            Assert.DoesNotContain("<a ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        foreach (var token in new[] { click, open.ToUpperInvariant(), open[..^1], Flip(open, 3), "%0d%0a", "x" })
        {
            await AssertPixelAsync(await GetTrackedAsync($"/track/open/{token}"));
        }

        Assert.Empty(await HitsAsync(campaign));
    }

    [Fact]
    public async Task A_token_for_a_link_that_does_not_exist_shows_a_page()
    {
        var (campaign, _) = await WorldAsync();

        var response = await GetTrackedAsync($"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, null, 99_999, 1))}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await HitsAsync(campaign));
    }

    [Fact]
    public async Task Tokens_from_before_a_key_rotation_keep_working()
    {
        var (campaign, _) = await WorldAsync();
        var link = (await Links.RegisterAsync(campaign.Id, ["https://example.com/a"], CancellationToken.None))[0];
        var before = Tokens.Write(TrackingToken.ForClick(campaign.Id, null, link, 1));

        await App.Services.GetRequiredService<TrackingKeyStore>().RotateAsync(CancellationToken.None);

        Assert.NotEqual(before, Tokens.Write(TrackingToken.ForClick(campaign.Id, null, link, 1)));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, (await GetTrackedAsync($"/track/link/{before}")).StatusCode);
        await App.Services.GetRequiredService<TrackingKeyStore>().LoadAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, (await GetTrackedAsync($"/track/link/{before}")).StatusCode);
        Assert.Equal(2, (await HitsAsync(campaign)).Count);
    }

    [Fact]
    public async Task Addresses_of_listmonk_are_answered_and_counted_as_unsigned()
    {
        var (campaign, person) = await WorldAsync();
        var link = await LinkAsync("https://example.com/old?a=1&b=2");

        await AssertPixelAsync(await GetTrackedAsync($"/campaign/{campaign.Uuid}/{person.Uuid}/px.png"));
        await AssertPixelAsync(await GetTrackedAsync($"/campaign/{campaign.Uuid}/{Guid.Empty}/px.png"));
        await AssertPixelAsync(await GetTrackedAsync($"/campaign/{campaign.Uuid.ToString().ToUpperInvariant()}/{Nobody}/px.png?x=1"));
        var click = await GetTrackedAsync($"/link/{link}/{campaign.Uuid.ToString().ToUpperInvariant()}/{person.Uuid}");

        Assert.Equal((HttpStatusCode.TemporaryRedirect, "https://example.com/old?a=1&b=2"), (click.StatusCode, click.Headers.Location?.OriginalString));
        Assert.Equal(
            [(HitKind.Open, (int?)person.Id), (HitKind.Open, null), (HitKind.Open, null), (HitKind.Click, person.Id)],
            (await HitsAsync(campaign)).Select(hit => (hit.Kind, hit.Person)));
        Assert.All(await HitsAsync(campaign), hit => Assert.False(hit.IsSigned));
    }

    [Fact]
    public async Task Addresses_of_listmonk_that_lead_nowhere_never_redirect_or_count()
    {
        var (campaign, person) = await WorldAsync();
        var link = await LinkAsync("https://example.com/old");

        await AssertPixelAsync(await GetTrackedAsync($"/campaign/{Guid.Empty}/{person.Uuid}/px.png"));
        await AssertPixelAsync(await GetTrackedAsync($"/campaign/{Nobody}/{person.Uuid}/px.png"));
        await AssertPixelAsync(await GetTrackedAsync($"/campaign/xyz/{person.Uuid}/px.png"));
        foreach (var path in new[] { $"/link/{Nobody}/{campaign.Uuid}/{person.Uuid}", $"/link/xyz/{campaign.Uuid}/{person.Uuid}", $"/link/{link}/xyz/{person.Uuid}", $"/link/{link}/{campaign.Uuid}" })
        {
            var response = await GetTrackedAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Null(response.Headers.Location);
        }

        Assert.Empty(await HitsAsync(campaign));
    }

    [Fact]
    public async Task A_link_redirects_while_tracking_is_off_and_nothing_is_recorded()
    {
        var (campaign, person) = await WorldAsync();
        var link = (await Links.RegisterAsync(campaign.Id, ["https://example.com/a"], CancellationToken.None))[0];
        await PutAsync("/api/settings/privacy.disable_tracking", true);
        try
        {
            await AssertPixelAsync(await GetTrackedAsync($"/track/open/{Tokens.Write(TrackingToken.ForOpen(campaign.Id, person.Id))}"));
            var click = await GetTrackedAsync($"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1))}");
            Assert.Equal(HttpStatusCode.TemporaryRedirect, click.StatusCode);
        }
        finally
        {
            await PutAsync("/api/settings/privacy.disable_tracking", false);
        }

        Assert.Empty(await HitsAsync(campaign));
    }

    [Fact]
    public async Task A_stored_text_that_is_no_address_is_never_sent_to_a_browser()
    {
        var (campaign, _) = await WorldAsync();
        var links = await Links.RegisterAsync(campaign.Id, ["javascript:alert(1)", "https://example.com/a\r\nSet-Cookie: a=b", "//example.com"], CancellationToken.None);

        foreach (var link in links)
        {
            var response = await GetTrackedAsync($"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, null, link, 1))}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Machines_are_recorded_as_such()
    {
        var (campaign, _) = await WorldAsync();
        var path = $"/track/open/{Tokens.Write(TrackingToken.ForOpen(campaign.Id, null))}";

        await GetTrackedAsync(path, agent: "curl/8.0");
        await GetTrackedAsync(path, agent: null);
        await GetTrackedAsync(path, purpose: "prefetch;prerender");

        Assert.Equal([HitVerdict.Machine, HitVerdict.Machine, HitVerdict.Machine], (await HitsAsync(campaign)).Select(hit => hit.Verdict));
    }

    [Fact]
    public async Task Crawlers_are_asked_to_leave_tracked_addresses_alone()
    {
        var robots = await Anonymous.GetStringAsync("/robots.txt");

        Assert.Contains("Disallow: /track/", robots, StringComparison.Ordinal);
        Assert.Contains("Allow: /subscription/form", robots, StringComparison.Ordinal);
    }

    private async Task<(Campaign Campaign, Subscriber Person)> WorldAsync()
    {
        await PutAsync("/api/settings/privacy.individual_tracking", true);
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News" };
        var uuid = Guid.NewGuid();
        var person = new Subscriber { Uuid = uuid, Email = $"{uuid:N}@example.com" };
        await Databases.WriteAsync(
            db =>
            {
                db.AddRange(campaign, person);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        return (campaign, person);
    }

    private IDbContextFactory<ListmonkDbContext> Databases => App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>();

    private async Task<Guid> LinkAsync(string url)
    {
        var id = (await Links.RegisterAsync([url], CancellationToken.None))[0];
        return (await Links.FindAsync(id, CancellationToken.None))!.Uuid;
    }

    private async Task<List<(HitKind Kind, int? Person, HitVerdict Verdict, bool IsSigned)>> HitsAsync(Campaign campaign)
    {
        // On a busy machine a hit may be answered from the spool and come to the database a little later.
        var spool = App.Services.GetRequiredService<TrackingSpool>();
        await Polling.UntilAsync(() => Task.FromResult(spool.Files == 0));
        await using var db = await Databases.CreateDbContextAsync();
        var hits = await db.TrackingHits.AsNoTracking().Where(hit => hit.CampaignId == campaign.Id).OrderBy(hit => hit.Id).ToListAsync();
        return [.. hits.Select(hit => (hit.Kind, hit.SubscriberId, hit.Verdict, hit.IsSigned))];
    }

    private async Task<HttpResponseMessage> GetTrackedAsync(string path, string? agent = Browser, string? purpose = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (agent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        }

        if (purpose is not null)
        {
            request.Headers.TryAddWithoutValidation("Sec-Purpose", purpose);
        }

        return await Anonymous.SendAsync(request);
    }

    private static async Task AssertPixelAsync(HttpResponseMessage response)
    {
        Assert.Equal((HttpStatusCode.OK, "image/gif"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(43, bytes.Length);
        Assert.Equal("GIF89a"u8.ToArray(), bytes[..6]);
        Assert.Contains("no-store", response.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        Assert.Equal("noindex", response.Headers.GetValues("X-Robots-Tag").Single());
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    private static string Flip(string token, int at) => token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
}
