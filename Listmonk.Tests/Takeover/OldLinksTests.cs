using System.Net;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Takeover;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Takeover;

/// <summary>Mails that listmonk sent long ago lead here after the change-over.</summary>
public sealed class OldLinksTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Links_pixels_and_pages_of_old_mails_work_by_the_ids_that_listmonk_gave()
    {
        await using var source = await ListmonkSource.CreateAsync();
        await source.RunAsync("UPDATE campaigns SET body = '<p>Hello {{ .Subscriber.Name }}</p>' WHERE id = 30");
        var taken = await App.Services.GetRequiredService<TakeoverRunner>().RunAsync(new TakeoverRequest(source.Connection), CancellationToken.None);
        Assert.True(taken.IsOk, taken.Message);
        var (viewsBefore, clicksBefore) = await FiguresAsync();

        var click = await Anonymous.GetAsync($"/link/{ListmonkSource.Link}/{ListmonkSource.SentCampaign}/{ListmonkSource.Ann}");
        var pixel = await Anonymous.GetAsync($"/campaign/{ListmonkSource.SentCampaign}/{ListmonkSource.Ann}/px.png");
        var message = await Anonymous.GetAsync($"/campaign/{ListmonkSource.SentCampaign}/{ListmonkSource.Ann}");
        var preferences = await Anonymous.GetAsync($"/subscription/{ListmonkSource.SentCampaign}/{ListmonkSource.Ann}");
        var unsubscribed = await Anonymous.PostAsync(
            $"/subscription/{ListmonkSource.SentCampaign}/{ListmonkSource.Ann}", new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));

        Assert.Equal(HttpStatusCode.TemporaryRedirect, click.StatusCode);
        Assert.Equal("https://shop.example.com/?a=1&b=%C3%BC", click.Headers.Location?.AbsoluteUri);
        Assert.Equal((HttpStatusCode.OK, "image/gif"), (pixel.StatusCode, pixel.Content.Headers.ContentType?.MediaType));
        Assert.Contains("Hello Ann", await message.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (preferences.StatusCode, unsubscribed.StatusCode));
        Assert.Equal(
            SubscriptionStatus.Unsubscribed,
            await ReadAsync(db => db.Subscriptions.Where(row => row.SubscriberId == 100 && row.ListId == 10).Select(row => row.Status).SingleAsync()));
        await Polling.UntilAsync(async () => await FiguresAsync() is var (views, clicks) && views > viewsBefore && clicks > clicksBefore);
        Assert.Equal((viewsBefore + 1, clicksBefore + 1), await FiguresAsync());
    }

    private Task<(int Views, int Clicks)> FiguresAsync() => ReadAsync(async db =>
    {
        var campaign = await db.Campaigns.Where(row => row.Id == 30).Select(row => new { row.Views, row.Clicks }).SingleAsync();
        return (campaign.Views, campaign.Clicks);
    });

    private async Task<T> ReadAsync<T>(Func<ListmonkDbContext, Task<T>> read)
    {
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        return await read(db);
    }
}
