using System.Net;
using System.Net.Http.Json;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Tracking.Edits;

public sealed class LinkEndpointsTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task A_mail_already_sent_leads_to_the_new_address_at_once_and_back_again()
    {
        var (campaign, link) = await WorldAsync();
        var token = $"/track/link/{App.Services.GetRequiredService<TrackingTokens>().Write(TrackingToken.ForClick(campaign.Id, null, link, 1))}";
        var legacy = $"/link/{(await App.Services.GetRequiredService<LinkStore>().FindAsync(link, default))!.Uuid}/{campaign.Uuid}/{Guid.Empty}";
        Assert.Equal("https://wrong.example/", await LocationAsync(token));

        await PutAsync($"/api/campaigns/{campaign.Id}/links/{link}/1", new { url = "https://right.example/" });

        Assert.Equal("https://right.example/", await LocationAsync(token));
        Assert.Equal("https://wrong.example/", await LocationAsync(legacy));
        await PutAsync($"/api/campaigns/{campaign.Id}/links/{link}/0", new { url = "https://right.example/" });
        Assert.Equal("https://right.example/", await LocationAsync(legacy));
        var links = await GetAsync($"/api/campaigns/{campaign.Id}/links");
        Assert.Equal("https://right.example/", links["links"]![1]!["destination"]!.GetValue<string>());
        var change = links["changes"]!.AsArray().Last()!["id"]!.GetValue<int>();
        await PostAsync($"/api/campaigns/{campaign.Id}/links/changes/{change}/undo", new { });
        Assert.Equal("https://wrong.example/", await LocationAsync(token));
    }

    [Fact]
    public async Task A_link_that_is_switched_off_redirects_and_is_not_counted()
    {
        var (campaign, link) = await WorldAsync();
        var token = $"/track/link/{App.Services.GetRequiredService<TrackingTokens>().Write(TrackingToken.ForClick(campaign.Id, null, link, 1))}";

        await PutAsync($"/api/campaigns/{campaign.Id}/links/{link}/1", new { counted = false });

        Assert.Equal("https://wrong.example/", await LocationAsync(token));
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        Assert.Equal(0, await db.TrackingHits.CountAsync(hit => hit.CampaignId == campaign.Id));
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused_with_its_field()
    {
        var (campaign, link) = await WorldAsync();

        var answer = await Api.PutAsJsonAsync($"/api/campaigns/{campaign.Id}/links/{link}/1", new { url = "javascript:alert(1)" });

        Assert.Contains("https://", await RefusalAsync(answer, HttpStatusCode.BadRequest), StringComparison.Ordinal);
        await RefusalAsync(await Api.PutAsJsonAsync($"/api/campaigns/{campaign.Id}/links/{link}/9", new { url = "https://x.example/" }), HttpStatusCode.NotFound);
    }

    private async Task<string?> LocationAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        return (await Anonymous.SendAsync(request)).Headers.Location?.OriginalString;
    }

    /// <summary>One click by listmonk's form of address makes its place known.</summary>
    private async Task<(Campaign Campaign, int LinkId)> WorldAsync()
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News" };
        var link = 0;
        await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            async db =>
            {
                db.Add(campaign);
                await db.SaveChangesAsync();
            },
            default);
        link = (await App.Services.GetRequiredService<LinkStore>().RegisterAsync(campaign.Id, ["https://wrong.example/"], default))[0];
        await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            db =>
            {
                db.Add(new LinkStat { CampaignId = campaign.Id, LinkId = link, Position = 0 });
                return Task.CompletedTask;
            },
            default);
        return (campaign, link);
    }
}
