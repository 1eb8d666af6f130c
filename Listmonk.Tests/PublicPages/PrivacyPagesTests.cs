using System.Net;
using System.Text.Json.Nodes;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers.Outbox;
using Listmonk.Core.Notifications;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.PublicPages;

public sealed class PrivacyPagesTests(ListmonkApp app) : HttpTest(app)
{
    [Fact]
    public async Task Asking_says_the_same_for_every_address_and_mails_the_known_one_only()
    {
        await AddAsync(new Subscriber { Uuid = Guid.NewGuid(), Email = "known@example.com", Name = "Ann" });

        // They are looked up in this order, so that the known one's mail shows that the unknown one has had its turn.
        var unknown = await AskAsync("unknown@example.com");
        var known = await AskAsync("Known@example.com");

        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(await known.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        await Polling.UntilAsync(() => Task.FromResult(MailsTo("known@example.com") == 1));
        Assert.Equal(0, MailsTo("unknown@example.com"));
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync("no address")).StatusCode);
    }

    [Fact]
    public async Task The_link_hands_out_the_data_and_deletes_by_post_only()
    {
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "own@example.com", Name = "Own" };
        await AddAsync(person);
        var path = PathFor(person.Uuid);

        var page = await Anonymous.GetAsync(path);
        Assert.Contains("own@example.com", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl?.NoStore);
        var file = await Anonymous.PostAsync($"{path}/export", null);
        Assert.Equal("data.json", file.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("own@example.com", JsonNode.Parse(await file.Content.ReadAsStringAsync())!["profile"]![0]!["email"]!.GetValue<string>());

        Assert.NotEqual(HttpStatusCode.OK, (await Anonymous.GetAsync($"{path}/erase")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Anonymous.PostAsync($"{path}/erase", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.PostAsync($"{path}/erase", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task A_token_that_is_made_up_or_damaged_opens_nothing()
    {
        var path = PathFor(Guid.NewGuid());

        Assert.Equal(HttpStatusCode.Gone, (await Anonymous.GetAsync(path[..^4])).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await Anonymous.PostAsync($"/privacy/{Guid.NewGuid()}/erase", null)).StatusCode);
    }

    [Fact]
    public async Task Whoever_holds_a_mail_can_only_have_the_link_sent_to_the_person()
    {
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "forwarded@example.com", Name = "For" };
        await AddAsync(person);

        var answer = await Anonymous.PostAsync($"/subscription/erase/{person.Uuid}", null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("/privacy/", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, MailsTo("forwarded@example.com"));
        Assert.Equal(HttpStatusCode.OK, (await Anonymous.PostAsync($"/subscription/erase/{person.Uuid}", null)).StatusCode);
        Assert.Equal(1, MailsTo("forwarded@example.com"));
    }

    [Fact]
    public async Task Why_people_leave_is_asked_afterwards_and_kept_with_the_campaign()
    {
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "Left", Subject = "Left", Body = "x", Status = CampaignStatus.Finished };
        var list = new Core.Lists.MailingList { Uuid = Guid.NewGuid(), Name = "Left list" };
        var person = new Subscriber { Uuid = Guid.NewGuid(), Email = "left@example.com", Name = "Left" };
        var other = new Subscriber { Uuid = Guid.NewGuid(), Email = "on-no-list@example.com", Name = "Other" };
        await AddAsync(campaign, list, person, other);
        await AddAsync(new CampaignList { CampaignId = campaign.Id, ListId = list.Id, ListName = list.Name }, new Subscription { SubscriberId = person.Id, ListId = list.Id });
        var reason = $"/subscription/reason/{campaign.Uuid}/{person.Uuid}";
        FormUrlEncodedContent Words() => new([new("reason", "too_many"), new("comment", new string('x', 600))]);

        Assert.Equal(HttpStatusCode.NotFound, (await Anonymous.PostAsync(reason, Words())).StatusCode);
        var stranger = await Anonymous.PostAsync($"/subscription/{campaign.Uuid}/{other.Uuid}", null);
        Assert.DoesNotContain("/subscription/reason/", await stranger.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var left = await Anonymous.PostAsync($"/subscription/{campaign.Uuid}/{person.Uuid}", null);
        Assert.Contains(reason, await left.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Anonymous.PostAsync(reason, Words())).StatusCode);

        await using var db = await App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        var row = await db.CampaignUnsubscribes.SingleAsync(one => one.SubscriberId == person.Id);
        var export = await App.Services.GetRequiredService<SubscriberQueries>().ExportAsync(person.Id, Core.Common.Actor.System, CancellationToken.None);
        Assert.Equal((UnsubscribeReason.TooMany, row.Comment, "Left"), (export.Value.Departures[0].Reason, export.Value.Departures[0].Comment, export.Value.Departures[0].Campaign));
        Assert.Equal((UnsubscribeReason.TooMany, CampaignUnsubscribe.MaxCommentLength), (row.Reason!.Value, row.Comment!.Length));
    }

    private string PathFor(Guid person) => new Uri(App.Services.GetRequiredService<PrivacyLinks>().UrlFor(person)).AbsolutePath;

    private int MailsTo(string address) => App.Services.GetRequiredService<OutboxStore>().List(search: null, 0, 100).Items.Count(mail => mail.Recipients.Contains(address));

    private Task<HttpResponseMessage> AskAsync(string email) => Anonymous.PostAsync("/privacy", new FormUrlEncodedContent([new("email", email)]));

    private Task AddAsync(params object[] entities) => App.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().WriteAsync(
        db =>
        {
            db.AddRange(entities);
            return Task.CompletedTask;
        },
        CancellationToken.None);
}
