using System.Text.Json;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Listmonk.Tests.Sending;

/// <summary>Base of the send engine's database tests: people, lists and campaigns to send.</summary>
public abstract class SendingTest : DatabaseTest
{
    /// <summary>A database with the true clock, for tests that really send.</summary>
    protected static Task<TestDatabase> CreateLiveAsync(DatabaseProvider provider) => TestDatabase.CreateAsync(provider, services =>
        services.AddSingleton(TimeProvider.System));

    protected static MailingList NewList(ListOptin optin = ListOptin.Single) =>
        new() { Uuid = Guid.NewGuid(), Name = "List", Optin = optin, CreatedAt = At, UpdatedAt = At };

    protected static Subscriber NewSubscriber(int number, SubscriberStatus status = SubscriberStatus.Enabled) => new()
    {
        Uuid = Guid.NewGuid(),
        Email = $"person{number}@example.com",
        Name = $"Person {number}",
        Status = status,
        Attributes = $$"""{"city":"City {{number}}"}""",
        CreatedAt = At,
        UpdatedAt = At,
    };

    protected static Campaign NewCampaign(string body = "<p>Hello {{ .Subscriber.Name }}</p>") => new()
    {
        Uuid = Guid.NewGuid(),
        Name = "News",
        Subject = "News for {{ .Subscriber.Name }}",
        FromEmail = "Shop <shop@example.org>",
        Body = body,
        ContentType = CampaignContentType.Visual,
        Status = CampaignStatus.Running,
        CreatedAt = At,
        UpdatedAt = At,
    };

    /// <summary>A running campaign to one list with so many confirmed people.</summary>
    protected static async Task<Campaign> GivenCampaignAsync(TestDatabase database, int people, Campaign? campaign = null, CampaignStatus status = CampaignStatus.Running)
    {
        var list = NewList();
        campaign ??= NewCampaign();
        campaign.Status = CampaignStatus.Draft;
        var subscribers = Enumerable.Range(1, people).Select(number => NewSubscriber(number)).ToList();
        await database.AddAsync([list, campaign, .. subscribers]);
        await database.AddAsync([new CampaignList { CampaignId = campaign.Id, ListId = list.Id, ListName = list.Name },
            .. subscribers.Select(subscriber => Join(subscriber, list, SubscriptionStatus.Confirmed))]);
        // Last, or a program that runs on the same database could begin before anybody is on the list.
        await database.WriteAsync(db => db.Campaigns.Where(row => row.Id == campaign.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status)));
        campaign.Status = status;
        return campaign;
    }

    /// <summary>Two running campaigns to the same people; the second one's subject is Second.</summary>
    protected static async Task<(Campaign One, Campaign Second)> GivenTwoCampaignsAsync(TestDatabase database, int people)
    {
        var one = await GivenCampaignAsync(database, people);
        var second = NewCampaign();
        second.Subject = "Second";
        await database.AddAsync(second);
        var list = await database.ReadAsync(db => Task.FromResult(db.CampaignLists.First(list => list.CampaignId == one.Id)));
        await database.AddAsync(new CampaignList { CampaignId = second.Id, ListId = list.ListId, ListName = list.ListName });
        return (one, second);
    }

    protected static Subscription Join(Subscriber subscriber, MailingList list, SubscriptionStatus status) =>
        new() { SubscriberId = subscriber.Id, ListId = list.Id, Status = status, CreatedAt = At, UpdatedAt = At };

    protected static async Task<CampaignLease> LeaseAsync(TestDatabase database, Campaign campaign)
    {
        var lease = await database.Get<CampaignLeases>().TryAcquireAsync(campaign.Id, CancellationToken.None);
        Assert.NotNull(lease);
        return lease;
    }

    /// <summary>Opens a run of the campaign, with a share for this process.</summary>
    protected static async Task<SendingShare> OpenAsync(TestDatabase database, Campaign campaign)
    {
        var share = await database.Get<CampaignOpener>().EnterAsync(campaign.Id, CancellationToken.None);
        Assert.NotNull(share);
        return share;
    }

    protected static async Task<AudienceRange> TakeAsync(TestDatabase database, SendingShare share, int count = 100)
    {
        var taken = await database.Get<CampaignBatches>().TakeAsync(share, count, CancellationToken.None);
        Assert.NotNull(taken);
        return taken.Value.Range;
    }

    protected static Task SetAsync(TestDatabase database, params (string Key, object Value)[] settings) =>
        database.Get<SettingsStore>().SaveAsync(
            settings.GroupBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => JsonSerializer.Serialize(group.Last().Value), StringComparer.Ordinal),
            CancellationToken.None);

    /// <summary>Settings that send as fast as they can through the server.</summary>
    protected static Task SetServerAsync(TestDatabase database, int port, params (string Key, object Value)[] settings) => SetAsync(database,
        [("smtp", new object[]
        {
            new { uuid = Guid.NewGuid(), enabled = true, host = "127.0.0.1", port, tls_type = "none", auth_protocol = "none", max_conns = 10, max_msg_retries = 1, wait_timeout = "1s" },
        }), ("app.message_rate", 1000), .. settings]);

    protected static async Task<IHostedService> StartAsync(TestDatabase database)
    {
        var scheduler = database.Services.GetServices<IHostedService>().OfType<CampaignScheduler>().Single();
        await scheduler.StartAsync(CancellationToken.None);
        return scheduler;
    }

    /// <summary>Waits until the campaign's run in this process has ended in the state; the state is published after its commit.</summary>
    protected static async Task<Campaign> WhenAsync(TestDatabase database, int campaignId, CampaignStatus status, Func<Task> act)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = database.Get<LiveFeed<CampaignProgress>>().Subscribe(progress =>
        {
            if (progress.CampaignId == campaignId && progress.Status == status)
            {
                reached.TrySetResult();
            }
        });
        await act();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return await FindAsync(database, campaignId);
    }

    protected static async Task ChangeAsync(TestDatabase database, int campaignId, CampaignStatus status)
    {
        await database.WriteAsync(async db =>
        {
            var campaign = await db.Campaigns.FindAsync(campaignId);
            Assert.True(campaign!.ChangeStatus(status, TimeProvider.System.GetUtcNow()).IsOk);
        });
        database.Get<SendingSignal>().Raise();
    }

    protected static Task<Campaign> FindAsync(TestDatabase database, int campaignId) =>
        database.ReadAsync(async db => (await db.Campaigns.FindAsync(campaignId))!);

    protected static Task<List<Delivery>> DeliveriesAsync(TestDatabase database, int campaignId) =>
        database.ReadAsync(db => Task.FromResult(db.Deliveries.Where(delivery => delivery.CampaignId == campaignId).OrderBy(delivery => delivery.SubscriberId).ToList()));

    protected static async Task AssertCountersEqualLedgerAsync(TestDatabase database, int campaignId)
    {
        var campaign = await FindAsync(database, campaignId);
        var deliveries = await DeliveriesAsync(database, campaignId);
        Assert.Equal(
            (deliveries.Count(one => one.Status == DeliveryStatus.Sent), deliveries.Count(one => one.Status == DeliveryStatus.Failed), deliveries.Count(one => one.Status == DeliveryStatus.Skipped)),
            (campaign.Sent, campaign.Failed, campaign.Skipped));
    }

    protected static DateTimeOffset At { get; } = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);
}
