using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Tracking;

/// <summary>What somebody may try who has one mail and knows the form of its addresses.</summary>
public sealed class TrackingAbuseTests(ListmonkApp app) : HttpTest(app)
{
    private const string Browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
    private const string Target = "https://example.com/a";

    private TrackingTokens Tokens => App.Services.GetRequiredService<TrackingTokens>();

    [Fact]
    public async Task Guessed_cut_spliced_and_enumerated_tokens_lead_nowhere_and_count_for_nobody()
    {
        var (campaign, person, link) = await WorldAsync();
        var mine = Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1));
        var other = Tokens.Write(TrackingToken.ForClick(campaign.Id, null, link, 2));
        var tokens = Enumerable.Range(1, mine.Length - 1).Select(length => mine[..length])
            .Concat(Enumerable.Range(1, Math.Min(mine.Length, other.Length) - 1).Select(at => mine[..at] + other[at..]).Where(token => token != mine && token != other))
            .Concat(Enumerable.Range(0, 100).Select(_ => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, 24)))))
            .Concat(Enumerable.Range(0, 50).Select(last => mine[..^1] + (char)('A' + (last % 26))).Where(token => token != mine))
            .Distinct(StringComparer.Ordinal)
            .ToList();

        foreach (var token in tokens)
        {
            var click = await GetAsync($"/track/link/{token}?url=https://evil.example");
            Assert.Equal((token, HttpStatusCode.NotFound), (token, click.StatusCode));
            Assert.Null(click.Headers.Location);
            var open = await GetAsync($"/track/open/{token}");
            Assert.Equal((token, HttpStatusCode.OK), (token, open.StatusCode));
        }

        Assert.Equal(0, await HitsAsync(campaign));
    }

    [Fact]
    public async Task Swapped_foreign_and_misshapen_addresses_lead_nowhere_count_for_nobody_and_never_fail()
    {
        var (campaign, person, link) = await WorldAsync();
        var open = Tokens.Write(TrackingToken.ForOpen(campaign.Id, person.Id));
        var click = Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1));
        var foreign = new TrackingTokens(new TrackingKeyRing(Tokens.Keys.CurrentKeyId, [new TrackingSecret(Tokens.Keys.CurrentKeyId, TrackingKeyRing.NewKey())]));
        string[] paths =
        [
            $"/track/link/{open}", $"/track/open/{click}", $"/track/link/{foreign.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1))}",
            $"/track/open/{foreign.Write(TrackingToken.ForOpen(campaign.Id, person.Id))}", $"/track/link/{click}/", $"/track/link/{click}/../{click}x", $"/track/link/%2e%2e%2f{click}",
            $"/track/link/{new string('A', 5_000)}", "/track/link/", "/track/open/", "/track/link/%F0%9F%92%A9", "/track/link/https://evil.example/", "/track/link//evil.example",
            $"/link/{Guid.NewGuid()}/{campaign.Uuid}/{person.Uuid}", $"/link/{campaign.Uuid}/{campaign.Uuid}/{campaign.Uuid}", "/link/https://evil.example", $"/campaign/{Guid.NewGuid()}/{Guid.NewGuid()}/px.png",
        ];

        foreach (var path in paths)
        {
            var answer = await GetAsync(path);
            Assert.True((int)answer.StatusCode < 500, $"{path}: {(int)answer.StatusCode}");
            Assert.Null(answer.Headers.Location);
        }

        Assert.Equal(0, await HitsAsync(campaign));
    }

    [Fact]
    public async Task A_replayed_token_always_leads_to_its_own_destination()
    {
        var (campaign, person, link) = await WorldAsync();
        var token = Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1));

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(Target, (await GetAsync($"/track/link/{token}")).Headers.Location?.OriginalString);
        }

        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        Assert.Equal(1, (await db.Campaigns.AsNoTracking().SingleAsync(row => row.Id == campaign.Id)).UniqueClicks);
    }

    [Fact]
    public async Task A_privacy_signal_makes_the_hit_nobodys()
    {
        var (campaign, person, link) = await WorldAsync();

        var response = await GetAsync($"/track/link/{Tokens.Write(TrackingToken.ForClick(campaign.Id, person.Id, link, 1))}", ("Sec-GPC", "1"));

        Assert.Equal(Target, response.Headers.Location?.OriginalString);
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        var hit = await db.TrackingHits.AsNoTracking().SingleAsync(row => row.CampaignId == campaign.Id);
        Assert.Equal((null, null, null, ""), (hit.SubscriberId, hit.AgentId, hit.Network, hit.AgentClass));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("User-Agent", Browser);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Anonymous.SendAsync(request);
    }

    private async Task<int> HitsAsync(Campaign campaign)
    {
        var spool = App.Services.GetRequiredService<TrackingSpool>();
        await Polling.UntilAsync(() => Task.FromResult(spool.Files == 0));
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        return await db.TrackingHits.CountAsync(hit => hit.CampaignId == campaign.Id);
    }

    private async Task<(Campaign Campaign, Subscriber Person, int LinkId)> WorldAsync()
    {
        await PutAsync("/api/settings/privacy.individual_tracking", true);
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News" };
        var uuid = Guid.NewGuid();
        var person = new Subscriber { Uuid = uuid, Email = $"{uuid:N}@example.com" };
        await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.AddRange(campaign, person);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        var link = (await App.Services.GetRequiredService<LinkStore>().RegisterAsync(campaign.Id, [Target], CancellationToken.None))[0];
        return (campaign, person, link);
    }
}
