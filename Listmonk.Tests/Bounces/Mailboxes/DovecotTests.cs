using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Bounces.Mailboxes;
using Listmonk.Core.Settings;
using Listmonk.Tests.Bounces.Parsing;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Bounces.Mailboxes;

/// <summary>A true mail server, read by the true program.</summary>
[Trait("Kind", "Worker")]
public sealed class DovecotTests
{
    private const int Mails = 1000;

    [Theory]
    [InlineData(BounceMailbox.Imap)]
    [InlineData(BounceMailbox.Pop)]
    public async Task A_thousand_bounces_count_once_each_though_the_process_is_killed_twice(string type)
    {
        await using var dovecot = await TestDovecot.StartAsync();
        var folder = Directory.CreateTempSubdirectory("listmonk-mailbox-").FullName;
        // Stopped, killed and killed again; the fourth comes to the end.
        await using var first = new ServerProcess { DataFolder = folder };
        await using var second = new ServerProcess { DataFolder = folder };
        await using var third = new ServerProcess { DataFolder = folder };
        await using var last = new ServerProcess { DataFolder = folder };
        await first.StartAsync();
        await Parallel.ForEachAsync(Enumerable.Range(1, Mails), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, stop) =>
            (await first.Client.PostAsJsonAsync("/api/subscribers", new { email = Address(number), name = $"Person {number}", status = "enabled" }, stop)).EnsureSuccessStatusCode());
        (await first.Client.PutAsJsonAsync("/api/settings", Settings(dovecot, type))).EnsureSuccessStatusCode();
        await first.KillAsync();
        for (var number = 1; number <= Mails; number++)
        {
            dovecot.Deliver(Report(number));
        }

        foreach (var (server, enough) in new[] { (second, Mails / 10), (third, Mails / 3) })
        {
            await server.StartAsync();
            await Polling.UntilAsync(async () => await CountAsync(server) >= enough, patience: 3, () => Evidence(server, dovecot));
            await server.KillAsync();
        }

        await last.StartAsync();
        await Polling.UntilAsync(() => Task.FromResult(dovecot.Count == 0), patience: 3, () => Evidence(last, dovecot));

        var bounces = (await last.Client.GetFromJsonAsync<JsonNode>("/api/bounces?per_page=all"))!["data"]!["results"]!.AsArray();
        Assert.Equal(Mails, bounces.Count);
        Assert.Equal(Mails, bounces.Select(bounce => (string?)bounce!["email"]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_mail_that_arrives_is_read_at_once_where_the_server_offers_to_tell()
    {
        await using var dovecot = await TestDovecot.StartAsync();
        await using var app = new ListmonkApp();
        using var api = app.Api();
        (await api.PostAsJsonAsync("/api/subscribers", new { email = Address(1), name = "One", status = "enabled" })).EnsureSuccessStatusCode();
        (await api.PutAsJsonAsync("/api/settings", Settings(dovecot, BounceMailbox.Imap, after: BounceMailbox.Move))).EnsureSuccessStatusCode();
        var uuid = app.Services.GetRequiredService<SettingsStore>().Current.BounceMailboxes.Mailboxes[0].Uuid;
        var board = app.Services.GetRequiredService<MailboxStatusBoard>();
        await Polling.UntilAsync(() => Task.FromResult(board.Of(uuid).State == MailboxState.Watching));

        dovecot.Deliver(Report(1));

        await Polling.UntilAsync(() => Task.FromResult(board.Of(uuid).Total.Recorded == 1 && dovecot.CountIn("Done") == 1));
        Assert.Equal(0, dovecot.Count);
    }

    [Theory]
    [InlineData(BounceMailbox.Imap, true)]
    [InlineData(BounceMailbox.Pop, false)]
    public async Task A_test_says_what_is_there_and_what_is_wrong(string type, bool canWatch)
    {
        await using var dovecot = await TestDovecot.StartAsync();
        await using var app = new ListmonkApp();
        using var api = app.Api();
        dovecot.Deliver(Report(1));
        var mailbox = new BounceMailbox { Type = type, Host = "127.0.0.1", Port = type == BounceMailbox.Imap ? dovecot.ImapPort : dovecot.PopPort, Username = "bounces", Password = TestDovecot.Password, TlsEnabled = false };
        var test = app.Services.GetRequiredService<MailboxTestService>();

        Assert.Equal(new MailboxTestReport(true, 1, canWatch, ""), (await test.TestAsync(mailbox, default)).Value);
        var refused = (await test.TestAsync(mailbox with { Password = "wrong" }, default)).Value;
        Assert.False(refused.IsOpen);
        Assert.NotEmpty(refused.Fault);
        Assert.False((await test.TestAsync(mailbox with { TlsEnabled = true, TlsStart = true }, default)).Value.IsOpen);
        Assert.Equal(1, dovecot.Count);
    }

    private static string Address(int number) => $"person{number}@example.com";

    private static byte[] Report(int number) => SampleMails.Report(SampleMails.Block(Address(number), "5.1.1", "smtp; 550 5.1.1 user unknown"), text: $"Report {number}");

    private static Dictionary<string, object> Settings(TestDovecot dovecot, string type, string after = BounceMailbox.Delete) => new(StringComparer.Ordinal)
    {
        ["bounce.enabled"] = true,
        ["bounce.mailboxes"] = new object[]
        {
            new
            {
                enabled = true, type, host = "127.0.0.1", port = type == BounceMailbox.Imap ? dovecot.ImapPort : dovecot.PopPort, auth_protocol = "userpass", username = "bounces",
                password = TestDovecot.Password, tls_enabled = false, scan_interval = "1m", after, move_to = after == BounceMailbox.Move ? "Done" : "",
            },
        },
    };

    private static string Evidence(ServerProcess server, TestDovecot dovecot) =>
        $"{dovecot.Count} mails are left. The program said:{Environment.NewLine}{server.Output}{Environment.NewLine}Dovecot said:{Environment.NewLine}{dovecot.Log}";

    private static async Task<int> CountAsync(ServerProcess server) =>
        (int)(await server.Client.GetFromJsonAsync<JsonNode>("/api/bounces?per_page=1"))!["data"]!["total"]!;
}
