using System.Diagnostics;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Tests.Support;
using Listmonk.Web;

namespace Listmonk.Tests.Sending;

/// <summary>The true program, killed without warning in the middle of a campaign.</summary>
[Trait("Kind", "Worker")]
public sealed class KillTests : SendingTest
{
    private const int People = 20_000;
    private const int Workers = 10;
    private const string Admin = "admin@example.org";

    /// <summary>The group being committed, the group being collected, and what the workers hold.</summary>
    private const int MostRepeats = (2 * 500) + Workers;

    [Fact]
    public async Task After_a_kill_everybody_is_mailed_and_only_the_last_moment_repeats()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.concurrency", Workers), ("app.notify_emails", new[] { Admin }));
        var campaign = await GivenCampaignAsync(database, People);

        using (var first = Start(database.Folder))
        {
            await WaitForMailsAsync(server, People / 5);
            Kill(first);
        }

        var recorded = (await FindAsync(database, campaign.Id)).Sent;
        Assert.InRange(recorded, 1, People - 1);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);

        using (var second = Start(database.Folder))
        {
            // The note comes after the last outcome is committed.
            await WaitForMailsAsync(server, People);
            await server.WaitForCommandAsync($"RCPT TO:<{Admin}>");
            Kill(second);
        }

        var finished = await FindAsync(database, campaign.Id);
        Assert.Equal((CampaignStatus.Finished, People, People), (finished.Status, finished.ToSend, finished.Sent));
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        var recipients = server.Mails.Select(mail => mail.Recipients[0]).Where(address => address != Admin).ToList();
        Assert.Equal(People, recipients.Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(recipients.Count - People, 0, MostRepeats);
    }

    /// <summary>In steps, since each wait has its own limit.</summary>
    private static async Task WaitForMailsAsync(FakeSmtpServer server, int count)
    {
        for (var step = Math.Min(500, count); step < count; step += 500)
        {
            await server.WaitForMailsAsync(step);
        }

        await server.WaitForMailsAsync(count);
    }

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
