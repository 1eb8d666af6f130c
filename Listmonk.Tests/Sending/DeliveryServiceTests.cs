using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
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
