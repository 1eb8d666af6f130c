using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

public sealed class DeliveryServiceTests : SendingTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_retry_reaches_those_who_were_put_off_and_nobody_else(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(provider);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenSentCampaignAsync(database, 10, failed: [(2, 450), (5, null), (7, 550)]);
        await GivenNewcomerAsync(database, campaign, 11);
        var service = database.Get<DeliveryService>();

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            Assert.Equal(2, (await service.RetryFailedAsync(campaign.Id, Actor.System, default)).Value);
            await StartAsync(database);
        });

        await server.WaitForMailsAsync(2);
        Assert.Equal(["person2@example.com", "person5@example.com"], server.Mails.Select(mail => mail.Recipients[0]).Order(StringComparer.Ordinal));
        Assert.Equal((10, 9, 1), (ended.ToSend, ended.Sent, ended.Failed));
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        Assert.False((await service.RetryFailedAsync(campaign.Id, Actor.System, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_sent_campaign_can_go_to_those_who_joined_since_and_to_nobody_twice(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(provider);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenSentCampaignAsync(database, 6, failed: []);
        await GivenNewcomerAsync(database, campaign, 7);
        await GivenNewcomerAsync(database, campaign, 8);
        var service = database.Get<DeliveryService>();

        Assert.Equal(2, await service.CountNewcomersAsync(campaign.Id, default));
        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            Assert.True((await service.SendToNewcomersAsync(campaign.Id, Actor.System, default)).IsOk);
            await StartAsync(database);
        });

        await server.WaitForMailsAsync(2);
        Assert.Equal(["person7@example.com", "person8@example.com"], server.Mails.Select(mail => mail.Recipients[0]).Order(StringComparer.Ordinal));
        Assert.Equal((8, 8), (ended.ToSend, ended.Sent));
        Assert.Equal(0, await service.CountNewcomersAsync(campaign.Id, default));
    }

    [Theory]
    [InlineData(CampaignStatus.Draft)]
    [InlineData(CampaignStatus.Running)]
    [InlineData(CampaignStatus.Cancelled)]
    public async Task Only_a_sent_campaign_goes_out_once_more(CampaignStatus status)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var campaign = await GivenSentCampaignAsync(database, 3, failed: [(1, 450)], status);
        var service = database.Get<DeliveryService>();

        Assert.Equal(OutcomeKind.Invalid, (await service.RetryFailedAsync(campaign.Id, Actor.System, default)).Kind);
        Assert.Equal(OutcomeKind.Invalid, (await service.SendToNewcomersAsync(campaign.Id, Actor.System, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.RetryFailedAsync(campaign.Id, Actor.Anonymous, default)).Kind);
        Assert.Equal(1, (await FindAsync(database, campaign.Id)).Failed);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_second_campaign_goes_to_those_who_did_not_open_the_first(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(provider);
        await SetServerAsync(database, server.Port);
        var first = await GivenSentCampaignAsync(database, 6, failed: [(5, 550)]);
        var people = await database.ReadAsync(db => db.Deliveries.Where(row => row.CampaignId == first.Id).OrderBy(row => row.SubscriberId).Select(row => row.SubscriberId).ToListAsync());
        var service = database.Get<CampaignService>();
        Assert.Equal("tracking", (await service.CreateResendAsync(first.Id, Actor.System, default)).Errors[0].Field);

        // The first opened, the second clicked, the third's mail was fetched by a machine only.
        await database.AddAsync(
            new CampaignReader { CampaignId = first.Id, SubscriberId = people[0], Opens = 1, OpensPeople = 1 },
            new CampaignReader { CampaignId = first.Id, SubscriberId = people[1], Clicks = 1, ClicksPeople = 1 },
            new CampaignReader { CampaignId = first.Id, SubscriberId = people[2], Opens = 3 });
        await GivenNewcomerAsync(database, first, 9);
        var draft = (await service.CreateResendAsync(first.Id, Actor.System, default)).Value;
        Assert.Equal((CampaignStatus.Draft, first.Id), (draft.Status, draft.ResendOfId));
        var lists = draft.Lists.Select(list => list.Id!.Value).ToList();
        Assert.Equal(3, (await database.Get<CampaignQueries>().AudienceAsync(draft.Type, lists, draft.ResendOfId, null, default)).Total);

        var ended = await WhenAsync(database, draft.Id, CampaignStatus.Finished, async () =>
        {
            Assert.True((await service.ChangeStatusAsync(draft.Id, CampaignStatus.Running, Actor.System, default)).IsOk);
            await StartAsync(database);
        });

        Assert.Equal((3, 3), (ended.ToSend, ended.Sent));
        Assert.Equal(["person3@example.com", "person4@example.com", "person6@example.com"], server.Mails.Select(mail => mail.Recipients[0]).Order(StringComparer.Ordinal));
        Assert.Equal(first.Id, (await service.CloneAsync(draft.Id, "A copy", Actor.System, default)).Value.ResendOfId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(600)]
    public async Task A_campaign_that_is_late_within_the_limit_is_sent(int minutes)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenLateCampaignAsync(database, minutes);

        var ended = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal(2, ended.Sent);
    }

    [Fact]
    public async Task A_campaign_that_is_too_late_pauses_and_asks()
    {
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        var campaign = await GivenLateCampaignAsync(database, minutes: 60);
        var changed = new TaskCompletionSource<CampaignStatusChanged>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = database.Get<LiveFeed<CampaignStatusChanged>>().Subscribe(change => changed.TrySetResult(change));

        await StartAsync(database);

        Assert.Equal(new CampaignStatusChanged(campaign.Id, CampaignStatus.Paused), await changed.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("was due at", (await FindAsync(database, campaign.Id)).StatusReason, StringComparison.Ordinal);
        Assert.Empty(await DeliveriesAsync(database, campaign.Id));
    }

    private static async Task<Campaign> GivenLateCampaignAsync(TestDatabase database, int minutes)
    {
        await SetAsync(database, ("app.missed_schedule_minutes", minutes));
        var campaign = NewCampaign();
        campaign.SendAt = TimeProvider.System.GetUtcNow().AddHours(-3);
        return await GivenCampaignAsync(database, 2, campaign, CampaignStatus.Scheduled);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_ledger_is_read_by_state_and_by_any_part_of_person_reply_or_server(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var campaign = await GivenSentCampaignAsync(database, 9, failed: [(2, 450), (7, 550)]);
        var queries = database.Get<DeliveryQueries>();

        async Task<string> Find(DeliveryStatus? status, string? search, Actor? actor = null)
        {
            var page = await queries.PageAsync(campaign.Id, new DeliveryFilter(status, search), new PageRequest(), actor ?? Actor.System, default);
            return $"{page.Value.Total}: {string.Join(' ', page.Value.Results.Select(row => row.Name?["Person ".Length..] ?? "?"))}";
        }

        Assert.Equal("9: 1 2 3 4 5 6 7 8 9", await Find(null, null));
        Assert.Equal("2: 2 7", await Find(DeliveryStatus.Failed, null));
        Assert.Equal("1: 7", await Find(DeliveryStatus.Failed, "NO SUCH"));
        Assert.Equal("1: 3", await Find(null, "person3@"));
        Assert.Equal("9: 1 2 3 4 5 6 7 8 9", await Find(null, "mx.example"));
        var summary = (await queries.SummaryAsync(campaign.Id, Actor.System, default)).Value;
        Assert.Equal((9, 7, 2, 1), (summary.Total, summary.Counts[DeliveryStatus.Sent], summary.Counts[DeliveryStatus.Failed], summary.Retryable));
        var streamed = new List<int>();
        await foreach (var row in queries.StreamAsync(campaign.Id, new DeliveryFilter(), Actor.System, default))
        {
            streamed.Add(row.SubscriberId);
        }

        Assert.Equal(9, streamed.Distinct().Count());
        Assert.Equal(OutcomeKind.Forbidden, (await queries.SummaryAsync(campaign.Id, Actor.Anonymous, default)).Kind);
    }

    /// <summary>A campaign that has gone to all of its people but those named with the server's reply.</summary>
    private static async Task<Campaign> GivenSentCampaignAsync(
        TestDatabase database, int people, IReadOnlyList<(int Number, int? Code)> failed, CampaignStatus status = CampaignStatus.Finished)
    {
        var campaign = await GivenCampaignAsync(database, people, status: status);
        var ids = await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).Where(person => person.Name.StartsWith("Person "))
            .Select(person => new { person.Id, person.Name }).ToListAsync());
        await database.AddAsync([.. ids.Select(person =>
        {
            var fault = failed.FirstOrDefault(one => person.Name == $"Person {one.Number}");
            return (object)new Delivery
            {
                CampaignId = campaign.Id,
                SubscriberId = person.Id,
                Status = fault.Number == 0 ? DeliveryStatus.Sent : DeliveryStatus.Failed,
                Attempts = 1,
                ClaimedAt = At,
                DoneAt = At,
                SmtpCode = fault.Number == 0 ? 250 : fault.Code,
                Reply = fault.Code is 550 ? "No such user" : "Later",
                Server = "mx.example",
            };
        })]);
        await using var db = await database.Get<IDbContextFactory<Core.Data.ListmonkDbContext>>().CreateDbContextAsync();
        await db.Campaigns.Where(row => row.Id == campaign.Id).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.ToSend, people).SetProperty(row => row.Sent, people - failed.Count).SetProperty(row => row.Failed, failed.Count)
            .SetProperty(row => row.LastSubscriberId, ids[^1].Id).SetProperty(row => row.MaxSubscriberId, ids[^1].Id)
            .SetProperty(row => row.StartedAt, At).SetProperty(row => row.FinishedAt, At));
        return campaign;
    }

    private static async Task GivenNewcomerAsync(TestDatabase database, Campaign campaign, int number)
    {
        var list = await database.ReadAsync(db => db.CampaignLists.Where(row => row.CampaignId == campaign.Id).Select(row => row.ListId!.Value).SingleAsync());
        var person = NewSubscriber(number);
        await database.AddAsync(person);
        await database.AddAsync(new Subscription { SubscriberId = person.Id, ListId = list, Status = SubscriptionStatus.Confirmed, CreatedAt = At, UpdatedAt = At });
    }
}
