using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Import;
using Listmonk.Core.Sending;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Data;

/// <summary>Two of the true program on one PostgreSQL database (decision 0012).</summary>
[Trait("Kind", "Worker")]
public sealed class SeveralProcessesTests : SendingTest
{
    private const int Lines = 100_000;
    private const int People = 5_000;
    private const int SmtpConnections = 10;

    /// <summary>The group being committed, the two that may wait, and what the workers hold.</summary>
    private const int MostRepeats = (3 * 500) + SmtpConnections;

    [Fact]
    public async Task A_session_and_a_setting_of_one_process_hold_in_the_other()
    {
        await using var database = await CreateLiveAsync(DatabaseProvider.Postgres);
        await using var pair = await ProcessPair.StartAsync(database);
        using var saved = await pair.First.Client.PutAsJsonAsync("/api/settings", new Dictionary<string, string> { ["app.site_name"] = "Seen by both" });
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);

        await Polling.UntilAsync(async () =>
            (await pair.Second.Client.GetFromJsonAsync<JsonNode>("/api/settings"))!["data"]!["app.site_name"]!.GetValue<string>() == "Seen by both");

        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(pair.First.Url) };
        var session = (await browser.SignInAsync()).SessionCookie().Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{pair.Second.Url}/admin/lists") { Headers = { { "Cookie", session } } };
        using var anonymous = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var page = await anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task An_import_whose_process_is_killed_is_finished_by_the_other()
    {
        await using var database = await CreateLiveAsync(DatabaseProvider.Postgres);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await using var pair = await ProcessPair.StartAsync(database);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(JsonSerializer.Serialize(new { mode = "subscribe", delim = ",", lists = new[] { list.Id } })), "params" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("email,name\n" + string.Concat(Enumerable.Range(0, Lines).Select(number => $"p{number}@x.org,P\n")))), "file", "people.csv" },
        };
        using var started = await pair.First.Client.PostAsync("/api/import/subscribers", form);
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);

        await Polling.UntilAsync(async () => (await JobAsync(database)).Imported > 0);
        await pair.KillOwnerAsync((await JobAsync(database)).LeaseOwner!);
        Assert.InRange((await JobAsync(database)).Imported, 1, Lines - 1);
        await database.WriteAsync(db => db.ImportJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.LeaseUntil, DateTimeOffset.UnixEpoch)));
        await Polling.UntilAsync(async () => (await JobAsync(database)).Status == ImportStatus.Finished);

        var ended = await JobAsync(database);
        Assert.Equal((Lines, Lines, 0, 2), (ended.Total, ended.Imported, ended.Rejected, ended.LeaseEpoch));
        Assert.Equal((Lines, Lines), (
            await database.ReadAsync(db => db.Subscribers.CountAsync(person => person.Name == "P")), await database.ReadAsync(db => db.Subscriptions.CountAsync(one => one.ListId == list.Id))));
    }

    [Fact]
    public async Task Two_processes_share_a_campaign_and_when_one_is_killed_the_other_finishes_it()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Postgres);
        await SetServerAsync(database, server.Port, ("app.concurrency", SmtpConnections), ("app.message_rate", 20));
        await using var pair = await ProcessPair.StartAsync(database);
        var campaign = await GivenCampaignAsync(database, People);

        await Polling.UntilAsync(async () => (await BusySharesAsync(database)).Count == 2);
        var dead = (await BusySharesAsync(database)).First(share => pair.First.IsNamedBy(share.LeaseOwner!));
        await pair.First.KillAsync();
        Assert.Equal(CampaignStatus.Running, (await FindAsync(database, campaign.Id)).Status);
        await database.WriteAsync(db => db.CampaignShares.Where(share => share.Id == dead.Id).ExecuteUpdateAsync(
            set => set.SetProperty(share => share.LeaseUntil, DateTimeOffset.UnixEpoch)));
        await Polling.UntilAsync(async () => (await FindAsync(database, campaign.Id)).Status == CampaignStatus.Finished);

        var finished = await FindAsync(database, campaign.Id);
        Assert.Equal((People, People), (finished.ToSend, finished.Sent));
        var rows = await DeliveriesAsync(database, campaign.Id);
        Assert.Equal(People, rows.Count);
        Assert.All(rows, row => Assert.Equal((DeliveryStatus.Sent, 1), (row.Status, row.Attempts)));
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        var recipients = server.Mails.Select(mail => mail.Recipients[0]).ToList();
        Assert.Equal(People, recipients.Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(recipients.Count - People, 0, MostRepeats);
    }

    [Fact]
    public async Task A_pause_in_one_process_ends_the_sending_of_both_and_nobody_is_mailed_twice()
    {
        const int Few = 600;
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Postgres);
        await SetServerAsync(database, server.Port, ("app.concurrency", 2), ("app.message_rate", 20));
        await using var pair = await ProcessPair.StartAsync(database);
        var campaign = await GivenCampaignAsync(database, Few);

        await Polling.UntilAsync(async () => (await BusySharesAsync(database)).Count == 2);
        await SetStatusAsync(pair.First, campaign.Id, "paused");
        // A share is given back when everything of it is recorded and nothing more is handed over.
        await Polling.UntilAsync(async () => !await database.ReadAsync(db => db.CampaignShares.AnyAsync()));
        var paused = await FindAsync(database, campaign.Id);
        Assert.InRange(paused.Sent, 1, Few - 1);
        Assert.Equal(paused.Sent, server.Mails.Count);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);

        await SetAsync(database, ("app.message_rate", 1000));
        await SetStatusAsync(pair.Second, campaign.Id, "running");
        await Polling.UntilAsync(async () => (await FindAsync(database, campaign.Id)).Status == CampaignStatus.Finished);

        Assert.Equal((Few, Few), ((await FindAsync(database, campaign.Id)).Sent, server.Mails.Count));
        Assert.Equal(Few, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_rate_that_is_changed_in_one_process_is_followed_by_the_other()
    {
        // In the three minutes that a condition may take, the old rate allows each process 90; the new one as many within some seconds.
        const int MoreThanBefore = 120;
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Postgres);
        await SetServerAsync(database, server.Port, ("app.concurrency", 1), ("app.message_rate", 1));
        await using var pair = await ProcessPair.StartAsync(database);
        var campaign = await GivenCampaignAsync(database, People);
        await Polling.UntilAsync(async () => (await BusySharesAsync(database)).Count == 2);
        var other = (await BusySharesAsync(database)).First(share => pair.Second.IsNamedBy(share.LeaseOwner!)).Id;

        using var saved = await pair.First.Client.PutAsJsonAsync("/api/settings", new Dictionary<string, int> { ["app.message_rate"] = 100 });

        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        await Polling.UntilAsync(async () => await DeliveredAsync(database, other) >= MoreThanBefore);
        await SetStatusAsync(pair.First, campaign.Id, "cancelled");
    }

    /// <summary>People whom the share has delivered in the batches that it holds.</summary>
    private static Task<int> DeliveredAsync(TestDatabase database, int shareId) => database.ReadAsync(db => db.Deliveries.CountAsync(row => row.Status == DeliveryStatus.Sent
        && db.CampaignBatches.Any(batch => batch.ShareId == shareId && row.CampaignId == batch.CampaignId && row.SubscriberId > batch.AfterId && row.SubscriberId <= batch.LastId)));

    /// <summary>The shares that have delivered somebody: only the holder of a batch delivers the people in it.</summary>
    private static Task<List<CampaignShare>> BusySharesAsync(TestDatabase database) => database.ReadAsync(db => db.CampaignShares.AsNoTracking()
        .Where(share => db.CampaignBatches.Any(batch => batch.ShareId == share.Id && db.Deliveries.Any(row =>
            row.CampaignId == batch.CampaignId && row.SubscriberId > batch.AfterId && row.SubscriberId <= batch.LastId && row.Status == DeliveryStatus.Sent)))
        .ToListAsync());

    private static async Task SetStatusAsync(ServerProcess server, int campaignId, string status)
    {
        using var answer = await server.Client.PutAsJsonAsync($"/api/campaigns/{campaignId}/status", new { status });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<ImportJob> JobAsync(TestDatabase database) => database.ReadAsync(db => db.ImportJobs.AsNoTracking().SingleAsync());
}
