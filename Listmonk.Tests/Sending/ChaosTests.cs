using System.Diagnostics;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Sending;
using Listmonk.Tests.Support;
using Listmonk.Web;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Sending;

/// <summary>The true program between moody mail servers, killed without warning again and again (decision 0032).</summary>
[Trait("Kind", "Worker")]
public sealed class ChaosTests : SendingTest
{
    private const int Seed = 20_260_301;
    private const int People = 5_000;
    private const int Many = 20_000;
    private const int Kills = 5;
    private const int Workers = 10;

    /// <summary>The group being committed, the group being collected, and what the workers hold.</summary>
    private const int MostUnrecorded = (2 * 500) + Workers;

    [Fact]
    public async Task Everybody_is_on_record_as_the_servers_answered_and_only_what_no_record_could_know_repeats()
    {
        var mischief = new SmtpMischief(Seed);
        await using var one = FakeSmtpServer.Start(new FakeSmtpServerOptions { Mischief = mischief });
        await using var other = FakeSmtpServer.Start(new FakeSmtpServerOptions { Mischief = mischief, Pipelining = false });
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetAsync(
            database, ("smtp", new[] { Server(one), Server(other) }), ("app.concurrency", Workers), ("app.message_rate", 100), ("app.max_send_errors", 0));
        var campaign = await GivenCampaignAsync(database, People);
        var addresses = await database.ReadAsync(db => db.Subscribers.ToDictionaryAsync(person => person.Id, person => person.Email));

        var unrecorded = new HashSet<string>(StringComparer.Ordinal);
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var process = Start(database.Folder);
            await Polling.UntilAsync(() => Task.FromResult(mischief.TakenCount >= People * kill / (Kills + 1)));
            Kill(process);
            // What still lies in the network is taken, too.
            await Task.WhenAll(one.WaitForConnectionsAsync(count => count == 0), other.WaitForConnectionsAsync(count => count == 0));
            unrecorded.UnionWith(await UnrecordedAsync(database, campaign.Id, addresses, mischief));
        }

        await FinishAsync(database, campaign.Id);
        var ledger = await DeliveriesAsync(database, campaign.Id);
        Assert.Equal(addresses.Keys.Order(), ledger.Select(row => row.SubscriberId));
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        Assert.All(ledger, row => AssertAgrees(row, mischief.AccountOf(addresses[row.SubscriberId])));
        Assert.All(
            mischief.Accounts.Where(pair => pair.Value.Taken > 1),
            pair => Assert.True(pair.Value.Unanswered > 0 || unrecorded.Contains(pair.Key), $"{pair.Key} has {pair.Value.Taken} mails without need."));
        Assert.Contains(ledger, row => row.Status == DeliveryStatus.Failed);
        Assert.Contains(mischief.Accounts.Values, account => account.LastRefusal == 450);
        Assert.Contains(mischief.Accounts.Values, account => account.LastRefusal == 421);
    }

    [Fact]
    public async Task A_campaign_of_twenty_thousand_that_is_killed_in_the_middle_reaches_everybody()
    {
        var sink = new SmtpMischief(Seed) { IsCalm = true };
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions { Mischief = sink });
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("smtp", new[] { Server(server) }), ("app.concurrency", Workers), ("app.message_rate", Many));
        var campaign = await GivenCampaignAsync(database, Many);
        var addresses = await database.ReadAsync(db => db.Subscribers.ToDictionaryAsync(person => person.Id, person => person.Email));

        using (var process = Start(database.Folder))
        {
            await Polling.UntilAsync(() => Task.FromResult(sink.TakenCount >= Many / 4));
            Kill(process);
        }

        await server.WaitForConnectionsAsync(count => count == 0);
        Assert.InRange(sink.TakenCount, Many / 4, Many - 1);
        var unrecorded = await UnrecordedAsync(database, campaign.Id, addresses, sink);
        await FinishAsync(database, campaign.Id);

        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        Assert.Equal(Many, (await FindAsync(database, campaign.Id)).Sent);
        Assert.All(addresses.Values, address => Assert.InRange(sink.AccountOf(address).Taken, 1, 2));
        Assert.Equal(unrecorded.Order(StringComparer.Ordinal), sink.Accounts.Where(pair => pair.Value.Taken == 2).Select(pair => pair.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>Whose mail a server has while the ledger does not know, after a kill: no more than is allowed, and counters that equal the ledger.</summary>
    private static async Task<List<string>> UnrecordedAsync(TestDatabase database, int campaignId, Dictionary<int, string> addresses, SmtpMischief mischief)
    {
        await AssertCountersEqualLedgerAsync(database, campaignId);
        var unrecorded = (await DeliveriesAsync(database, campaignId)).Where(row => row.Status == DeliveryStatus.Claimed)
            .Select(row => addresses[row.SubscriberId]).Where(address => mischief.AccountOf(address).Taken > 0).ToList();
        Assert.InRange(unrecorded.Count(address => mischief.AccountOf(address).Unanswered == 0), 0, MostUnrecorded);
        return unrecorded;
    }

    /// <summary>A restart that is left alone until the campaign is finished.</summary>
    private static async Task FinishAsync(TestDatabase database, int campaignId)
    {
        using var process = Start(database.Folder);
        await Polling.UntilAsync(async () => (await FindAsync(database, campaignId)).Status == CampaignStatus.Finished);
        Kill(process);
    }

    /// <summary>Sent is whom a server told us so, failed is whom one refused for good, with its code; nobody is anything else.</summary>
    private static void AssertAgrees(Delivery row, SmtpAccount account)
    {
        if (row.Status == DeliveryStatus.Sent)
        {
            Assert.True(account.Taken > account.Unanswered);
            Assert.Equal(250, row.SmtpCode);
        }
        else
        {
            Assert.Equal((DeliveryStatus.Failed, account.LastRefusal, 0), (row.Status, row.SmtpCode, account.Taken));
            Assert.InRange(account.LastRefusal, 550, 554);
            Assert.NotEmpty(row.Reply!);
        }
    }

    private static object Server(FakeSmtpServer server) => new
    {
        uuid = Guid.NewGuid(),
        enabled = true,
        host = "127.0.0.1",
        port = server.Port,
        tls_type = "none",
        auth_protocol = "none",
        max_conns = Workers,
        max_msg_retries = 3,
        wait_timeout = "1s",
    };

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[typeof(ListmonkWeb).Assembly.Location, "--data", folder, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static void Kill(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }
}
