using System.Net;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.PublicPages;

public sealed class SubscriptionPagesTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Looking_at_the_unsubscribe_page_changes_nothing()
    {
        var world = await ArrangeAsync();

        var page = await Anonymous.GetStringAsync(world.UnsubscribePath);

        Assert.Contains("Unsubscribe", page, StringComparison.Ordinal);
        Assert.Equal(["Confirmed", "Confirmed"], await StatusesAsync(world));
    }

    [Fact]
    public async Task Posting_leaves_the_lists_of_the_campaign_only()
    {
        var world = await ArrangeAsync();

        var response = await Anonymous.PostAsync(world.UnsubscribePath, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Unsubscribed", "Confirmed"], await StatusesAsync(world));
        Assert.Equal(1, await ReadAsync(db => db.Campaigns.Where(campaign => campaign.Uuid == world.Campaign).Select(campaign => campaign.Unsubscribes).SingleAsync()));
    }

    [Fact]
    public async Task Leaving_everything_blocks_the_person()
    {
        var world = await ArrangeAsync();

        await Anonymous.PostAsync(world.UnsubscribePath, new FormUrlEncodedContent([new("blocklist", "true")]));

        Assert.Equal(["Unsubscribed", "Unsubscribed"], await StatusesAsync(world));
        Assert.Equal(SubscriberStatus.Blocklisted, await ReadAsync(db => db.Subscribers.Where(person => person.Uuid == world.Person).Select(person => person.Status).SingleAsync()));
    }

    [Fact]
    public async Task Preferences_change_the_name_leave_unticked_lists_and_withdraw_tracking()
    {
        var world = await ArrangeAsync();

        await Anonymous.PostAsync(world.UnsubscribePath, new FormUrlEncodedContent(
            [new("manage", "true"), new("name", "New Name"), new("l", world.OtherList.ToString()), new("tracking_shown", "true")]));

        var person = await ReadAsync(db => db.Subscribers.SingleAsync(row => row.Uuid == world.Person));
        Assert.Equal("New Name", person.Name);
        Assert.Equal(TrackingLevel.Off, person.TrackingLevel);
        Assert.Equal(["Unsubscribed", "Confirmed"], await StatusesAsync(world));
        Assert.Equal("preferences", await ReadAsync(db => db.Consents.Where(consent => consent.SubscriberId == person.Id).Select(consent => consent.Source).SingleAsync()));
    }

    [Fact]
    public async Task A_confirmation_link_shows_a_button_and_only_its_post_confirms()
    {
        var world = await ArrangeAsync(SubscriptionStatus.Unconfirmed);
        var path = $"/subscription/optin/{world.Person}?l={world.MailedList}";

        Assert.Contains("Confirm", await Anonymous.GetStringAsync(path), StringComparison.Ordinal);
        Assert.Equal(["Unconfirmed", "Unconfirmed"], await StatusesAsync(world));

        await Anonymous.PostAsync(path, new FormUrlEncodedContent([new("confirm", "true"), new("l", world.MailedList.ToString())]));
        Assert.Equal(["Confirmed", "Unconfirmed"], await StatusesAsync(world));
    }

    [Theory]
    [InlineData("/subscription/nonsense/nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/subscription/00000000-0000-0000-0000-000000000000/11111111-2222-4333-8444-555555555555", HttpStatusCode.NotFound)]
    [InlineData("/subscription/optin/11111111-2222-4333-8444-555555555555", HttpStatusCode.NotFound)]
    public async Task Unknown_people_and_broken_addresses_get_a_page_that_says_so(string path, HttpStatusCode status)
    {
        var response = await Anonymous.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("noindex", response.Headers.GetValues("X-Robots-Tag").Single());
    }

    private async Task<World> ArrangeAsync(SubscriptionStatus status = SubscriptionStatus.Confirmed)
    {
        var mailed = new MailingList { Uuid = Guid.NewGuid(), Name = "Mailed", Type = ListType.Public };
        var other = new MailingList { Uuid = Guid.NewGuid(), Name = "Other", Type = ListType.Public };
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = $"{Guid.NewGuid():N}@example.com", Name = "Ann" };
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "News", Subject = "News" };
        await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
            async db =>
            {
                db.AddRange(mailed, other, person, campaign);
                await db.SaveChangesAsync();
                db.AddRange(
                    new CampaignList { CampaignId = campaign.Id, ListId = mailed.Id, ListName = mailed.Name },
                    new Subscription { SubscriberId = person.Id, ListId = mailed.Id, Status = status },
                    new Subscription { SubscriberId = person.Id, ListId = other.Id, Status = status });
            },
            CancellationToken.None);
        return new World(campaign.Uuid, person.Uuid, mailed.Uuid, other.Uuid);
    }

    private Task<List<string>> StatusesAsync(World world) => ReadAsync(async db => (await db.Subscriptions
            .Where(subscription => subscription.Subscriber!.Uuid == world.Person).OrderBy(subscription => subscription.ListId)
            .Select(subscription => subscription.Status).ToListAsync()).ConvertAll(status => status.ToString()));

    private async Task<T> ReadAsync<T>(Func<ListmonkDbContext, Task<T>> read)
    {
        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        return await read(db);
    }

    private sealed record World(Guid Campaign, Guid Person, Guid MailedList, Guid OtherList)
    {
        public string UnsubscribePath => $"/subscription/{Campaign}/{Person}";
    }
}
