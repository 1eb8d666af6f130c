using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Webhooks;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Webhooks;

public sealed class WebhookCollectorTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Opens_and_clicks_of_people_are_told_once_also_after_a_crash(DatabaseProvider provider)
    {
        await using var database = await WebhookWorld.CreateAsync(provider, new WebhookReceiver());
        await database.TrackAsync();
        var (campaign, person) = (await database.CampaignAsync(), await database.PersonAsync());
        var link = (await database.Get<LinkStore>().RegisterAsync(campaign.Id, ["https://a.example/"], default))[0];
        await database.AppendAsync(database.Open(campaign, person));
        await database.WebhookAsync();
        await database.AppendAsync(database.Open(campaign, person, TrackingWorld.Machine), database.Open(campaign, person), database.Click(campaign, person, link));

        Assert.Equal(2, await database.CollectAsync());
        Assert.Equal(0, await database.CollectAsync());

        var messages = await database.MessagesAsync();
        Assert.Equal([WebhookEvents.Opened, WebhookEvents.Clicked], messages.Select(message => message.Type));
        var click = messages[1].Json()["data"]!;
        Assert.Equal(("https://a.example/", 1, person.Email, "human"),
            (click["link"]!["url"]!.GetValue<string>(), click["link"]!["position"]!.GetValue<int>(), click["subscriber"]!["email"]!.GetValue<string>(), click["verdict"]!.GetValue<string>()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Machines_are_told_on_request_and_nothing_before_the_rules_had_time(DatabaseProvider provider)
    {
        await using var database = await WebhookWorld.CreateAsync(provider, new WebhookReceiver());
        var campaign = await database.CampaignAsync();
        await database.WebhookAsync(peopleOnly: false);
        await database.AppendAsync(database.Open(campaign, null, TrackingWorld.Machine));
        var collector = new WebhookCollector(database.Databases, database.Clock);

        Assert.Equal(0, await collector.CollectAsync(default));
        database.Clock.Advance(WebhookCollector.Delay - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await collector.CollectAsync(default));
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await collector.CollectAsync(default));
        Assert.Null((await database.MessagesAsync())[0].Json()["data"]!["subscriber"]);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_joins_or_leaves_is_told_whatever_way_it_is_done(DatabaseProvider provider)
    {
        await using var database = await WebhookWorld.CreateAsync(provider, new WebhookReceiver());
        var (open, asked) = (NewList("Open", ListOptin.Single), NewList("Asked", ListOptin.Double));
        await database.AddAsync(open, asked);
        var person = await database.PersonAsync();
        await database.WebhookAsync();
        await database.AddAsync(Join(person, open, SubscriptionStatus.Unconfirmed), Join(person, asked, SubscriptionStatus.Unconfirmed));

        // Statements that no service sees, as bulk changes and imports make them.
        Task SetAsync(MailingList list, SubscriptionStatus status) => database.WriteAsync(db =>
            db.Subscriptions.Where(row => row.ListId == list.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status)));
        await SetAsync(asked, SubscriptionStatus.Confirmed);
        await SetAsync(asked, SubscriptionStatus.Confirmed);
        await SetAsync(open, SubscriptionStatus.Unsubscribed);
        await database.CollectAsync();

        Assert.Equal(
            [(WebhookEvents.Subscribed, "Open"), (WebhookEvents.Subscribed, "Asked"), (WebhookEvents.Unsubscribed, "Open")],
            (await database.MessagesAsync()).Select(message => (message.Type, message.Json()["data"]!["list"]!["name"]!.GetValue<string>())));
        Assert.Equal(0, await database.ReadAsync(db => db.MembershipChanges.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Without_a_webhook_no_change_is_kept(DatabaseProvider provider)
    {
        await using var database = await WebhookWorld.CreateAsync(provider, new WebhookReceiver());
        var list = NewList("Open", ListOptin.Single);
        await database.AddAsync(list);
        await database.AddAsync(Join(await database.PersonAsync(), list, SubscriptionStatus.Confirmed));

        Assert.Equal(0, await database.ReadAsync(db => db.MembershipChanges.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Bounces_complaints_and_finished_campaigns_are_told_once(DatabaseProvider provider)
    {
        await using var database = await WebhookWorld.CreateAsync(provider, new WebhookReceiver());
        var (campaign, person) = (await database.CampaignAsync(), await database.PersonAsync());
        await database.WebhookAsync();
        var now = database.Clock.GetUtcNow();
        await database.AddAsync(
            new Bounce { SubscriberId = person.Id, CampaignId = campaign.Id, Type = BounceType.Hard, Source = "smtp", CreatedAt = now },
            new Bounce { SubscriberId = person.Id, CampaignId = campaign.Id, Type = BounceType.Complaint, Source = "api", CreatedAt = now });
        await database.WriteAsync(db => db.Campaigns.ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, CampaignStatus.Finished).SetProperty(row => row.FinishedAt, now).SetProperty(row => row.Sent, 12)));

        await database.CollectAsync();
        await database.CollectAsync();

        var messages = await database.MessagesAsync();
        Assert.Equal([WebhookEvents.CampaignFinished, WebhookEvents.Bounced, WebhookEvents.Complained], messages.Select(message => message.Type).Order(StringComparer.Ordinal));
        Assert.Equal(12, messages.Single(message => message.Type == WebhookEvents.CampaignFinished).Json()["data"]!["sent"]!.GetValue<int>());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_person_who_is_deleted_takes_their_messages_along(DatabaseProvider provider)
    {
        await using var database = await WebhookWorld.CreateAsync(provider, new WebhookReceiver());
        var (campaign, person) = (await database.CampaignAsync(), await database.PersonAsync());
        await database.TrackAsync();
        await database.WebhookAsync();
        await database.AppendAsync(database.Open(campaign, person));
        await database.CollectAsync();

        await database.WriteAsync(db => db.Subscribers.Where(row => row.Id == person.Id).ExecuteDeleteAsync());

        Assert.Empty(await database.MessagesAsync());
    }

    private static MailingList NewList(string name, ListOptin optin) => new() { Uuid = Guid.NewGuid(), Name = name, Optin = optin };

    private static Subscription Join(Subscriber person, MailingList list, SubscriptionStatus status) => new() { SubscriberId = person.Id, ListId = list.Id, Status = status };
}
