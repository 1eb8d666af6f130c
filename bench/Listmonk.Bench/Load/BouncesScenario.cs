using System.Diagnostics;
using System.Globalization;
using System.Text;
using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Mailboxes;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Listmonk.Bench.Load;

/// <summary>
/// A mailbox full of bounces, read by the product's own scanner: parsed, led back to person and campaign, recorded, weighed against the
/// rules, remembered as read. The mailbox is in memory, so that no mail server is measured.
/// </summary>
internal static class BouncesScenario
{
    private const int Slice = 1000;

    private static readonly (string Status, string Answer)[] Answers =
    [
        ("5.1.1", "550 5.1.1 The email account that you tried to reach does not exist"),
        ("5.2.2", "552 5.2.2 The mailbox is over quota"),
        ("5.7.26", "550 5.7.26 Your email has been blocked because the sender is unauthenticated"),
        ("4.4.7", "451 4.4.7 Message expired: connection timed out"),
        ("5.0.0", "554 Transaction failed"),
    ];

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("listmonk-bench-").FullName;
        try
        {
            await using var services = Build(folder);
            await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(cancellationToken);
            await services.GetRequiredService<SettingsStore>().LoadAsync(cancellationToken);
            await services.GetRequiredService<SettingsStore>().SaveAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["bounce.enabled"] = "true" }, cancellationToken);
            await services.GetRequiredService<TrackingKeyStore>().LoadAsync(cancellationToken);
            var mails = await MailsAsync(services, options.Number("mails"), cancellationToken);
            Figures.Print(new { scenario = "bounces", part = "parse", mails = mails.Count, bytes = mails.Average(mail => mail.Length), per_second = Parse(mails, cancellationToken) });

            var box = new MemoryBox(mails);
            var process = Process.GetCurrentProcess();
            var (startedAt, cpu) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
            var scan = await services.GetRequiredService<MailboxScanner>().ScanAsync(new BounceMailbox { Uuid = "bench", Host = "bench" }, box, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
            process.Refresh();
            Figures.Print(new
            {
                scenario = "bounces",
                part = "parse and record",
                mails = scan.Read,
                recorded = scan.Recorded,
                left = box.Count,
                per_second = Math.Round(scan.Read / seconds),
                cpu_ms_each = Math.Round((process.TotalProcessorTime - cpu).TotalMilliseconds / scan.Read, 3),
                rss_mb = process.WorkingSet64 / (1024 * 1024),
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ServiceProvider Build(string folder)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Listmonk:DataDirectory"] = folder }).Build());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddHttpClient();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ISecretProtector, OpenProtector>();
        services.AddListmonkCore();
        return services.BuildServiceProvider();
    }

    private static double Parse(List<byte[]> mails, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        foreach (var mail in mails)
        {
            BounceMailReader.Read(mail, cancellationToken);
        }

        return Math.Round(mails.Count / Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
    }

    /// <summary>People who were sent a campaign, and a report about each: three of four to a return path with a token, the others with the headers only.</summary>
    private static async Task<List<byte[]>> MailsAsync(ServiceProvider services, int count, CancellationToken cancellationToken)
    {
        var databases = services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>();
        var verp = services.GetRequiredService<VerpAddress>();
        var now = TimeProvider.System.GetUtcNow();
        var campaign = new Campaign { Uuid = Guid.NewGuid(), Name = "Bench", Subject = "Bench", FromEmail = "news@example.org", Body = "", Status = CampaignStatus.Finished, CreatedAt = now, UpdatedAt = now, StartedAt = now, Sent = count };
        await databases.WriteAsync(
            db =>
            {
                db.Campaigns.Add(campaign);
                return Task.CompletedTask;
            },
            cancellationToken);
        var mails = new List<byte[]>(count);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(Slice))
        {
            var people = numbers.Select(number => new Subscriber { Uuid = Guid.NewGuid(), Email = $"person{number}@example.com", Name = "Person", CreatedAt = now, UpdatedAt = now }).ToList();
            await databases.WriteAsync(
                async db =>
                {
                    db.Subscribers.AddRange(people);
                    await db.SaveChangesAsync(cancellationToken);
                    db.Deliveries.AddRange(people.Select(person => new Delivery { CampaignId = campaign.Id, SubscriberId = person.Id, Status = DeliveryStatus.Sent, Attempts = 1, ClaimedAt = now, DoneAt = now }));
                },
                cancellationToken);
            mails.AddRange(people.Select((person, index) => Mail(person, campaign, index % 4 == 0 ? "bounces@example.org" : verp.Write("bounces@example.org", campaign.Id, person.Id), Answers[index % Answers.Length])));
        }

        return mails;
    }

    private static byte[] Mail(Subscriber person, Campaign campaign, string returnPath, (string Status, string Answer) answer) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Return-Path: <>
        Delivered-To: {returnPath}
        Received: from mx.example.com (mx.example.com [192.0.2.7]) by mail.example.org with ESMTPS id {person.Id}
        From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
        To: {returnPath}
        Subject: Undelivered Mail Returned to Sender
        Date: Sun, 1 Mar 2026 08:00:00 +0000
        Message-ID: <{person.Uuid}@mx.example.com>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

        --cut
        Content-Type: text/plain; charset=utf-8

        This is the mail system at host mx.example.com.

        I'm sorry to have to inform you that your message could not be delivered to one or more recipients.

        <{person.Email}>: host mx.example.com[192.0.2.7] said: {answer.Answer} (in reply to RCPT TO command)

        --cut
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.com
        Arrival-Date: Sun, 1 Mar 2026 07:59:00 +0000

        Final-Recipient: rfc822; {person.Email}
        Original-Recipient: rfc822;{person.Email}
        Action: failed
        Status: {answer.Status}
        Remote-MTA: dns; mx.example.com
        Diagnostic-Code: smtp; {answer.Answer}

        --cut
        Content-Type: message/rfc822

        Return-Path: <{returnPath}>
        From: News <news@example.org>
        To: {person.Email}
        Subject: News
        Message-ID: <{person.Uuid}@example.org>
        X-Listmonk-Campaign: {campaign.Uuid}
        X-Listmonk-Subscriber: {person.Uuid}
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8

        {Newsletter.Html}

        --cut--

        """).ReplaceLineEndings("\r\n"));

    private sealed class MemoryBox(List<byte[]> mails) : IMailboxSession
    {
        private readonly Dictionary<string, byte[]> _mails = mails.Select((mail, index) => (mail, index)).ToDictionary(pair => pair.index.ToString(CultureInfo.InvariantCulture), pair => pair.mail, StringComparer.Ordinal);

        public bool CanWatch => false;

        public int Count => _mails.Count;

        public Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ListedMail>>([.. _mails.Keys.Select(uid => new ListedMail(uid))]);

        public IAsyncEnumerable<(string Uid, byte[] Bytes)> ReadAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken) =>
            uids.Where(_mails.ContainsKey).Select(uid => (uid, _mails[uid])).ToAsyncEnumerable();

        public Task DeleteAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken)
        {
            foreach (var uid in uids)
            {
                _mails.Remove(uid);
            }

            return Task.CompletedTask;
        }

        public Task MoveAsync(IReadOnlyList<string> uids, string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WatchAsync(CancellationToken stop, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task CloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Nothing here is secret.</summary>
    private sealed class OpenProtector : ISecretProtector
    {
        public string Protect(string secret) => secret;

        public string Unprotect(string text) => text;
    }
}
