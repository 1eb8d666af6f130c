using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Mailboxes;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Bounces.Parsing;
using Listmonk.Tests.Sending;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Bounces.Mailboxes;

/// <summary>What becomes of mails, and that each counts once wherever the process dies.</summary>
public sealed class MailboxScannerTests : SendingTest
{
    private static readonly BounceMailbox Mailbox = new() { Uuid = "box", Enabled = true, Host = "mx.test", Type = BounceMailbox.Imap };

    [Theory, MemberData(nameof(Providers))]
    public async Task Reports_are_recorded_and_cleared_away_and_other_mail_stays(DatabaseProvider provider)
    {
        await using var database = await SetUpAsync(provider, 3);
        var box = new FakeMailbox(Report(1), Report(2), Report(3), SampleMails.Bytes("From: pat@reader.test\nTo: news@sender.test\nSubject: Re: News\n\nThank you!"), Report(99));

        var scan = await Scanner(database).ScanAsync(Mailbox, box, default);

        Assert.Equal(new MailboxScan(5, 3, 1, 5), scan);
        Assert.Equal(3, await database.ReadAsync(db => db.Bounces.CountAsync()));
        Assert.All(await database.ReadAsync(db => db.Bounces.ToListAsync()), bounce => Assert.Equal((BounceType.Hard, "mx.test"), (bounce.Type, bounce.Source)));
        // The answer of a person, and the report about somebody unknown.
        Assert.Equal(["4", "5"], box.Mails.Keys);
        Assert.Equal(new MailboxScan(0, 0, 0, 2), await Scanner(database).ScanAsync(Mailbox, box, default));
    }

    [Theory]
    [InlineData(Death.BeforeDeleting)]
    [InlineData(Death.AfterDeleting)]
    [InlineData(Death.WhileReading)]
    public async Task A_mail_counts_once_wherever_the_process_dies(Death death)
    {
        await using var database = await SetUpAsync(DatabaseProvider.Sqlite, 120);
        var box = new FakeMailbox([.. Enumerable.Range(1, 120).Select(Report)]) { DiesAt = death };

        for (var tries = 0; tries < 10 && box.Mails.Count > 0; tries++)
        {
            try
            {
                await Scanner(database).ScanAsync(Mailbox, box, default);
            }
            catch (IOException)
            {
                // The next scan takes it from here.
            }
        }

        Assert.True(box.Deaths > 0);
        Assert.Empty(box.Mails);
        Assert.Equal(120, await database.ReadAsync(db => db.Bounces.CountAsync()));
        Assert.Equal(120, await database.ReadAsync(db => db.Bounces.Select(row => row.SubscriberId).Distinct().CountAsync()));
    }

    [Fact]
    public async Task A_mail_that_was_recorded_but_not_remembered_is_recognised()
    {
        await using var database = await SetUpAsync(DatabaseProvider.Sqlite, 1);
        var box = new FakeMailbox(Report(1));
        var leaving = Mailbox with { After = BounceMailbox.Leave };
        await Scanner(database).ScanAsync(leaving, box, default);
        await database.WriteAsync(db => db.Set<SeenMail>().ExecuteDeleteAsync());

        var scan = await Scanner(database).ScanAsync(leaving, box, default);

        Assert.Equal((1, 0), (scan.Read, scan.Recorded));
        Assert.Equal(1, await database.ReadAsync(db => db.Bounces.CountAsync()));
    }

    [Fact]
    public async Task A_mail_that_was_marked_and_not_removed_is_removed_by_the_next_scan_and_one_that_a_person_marked_is_left()
    {
        await using var database = await SetUpAsync(DatabaseProvider.Sqlite, 2);
        var box = new FakeMailbox(Report(1), Report(2));
        box.Marked.Add("2");
        await Scanner(database).ScanAsync(Mailbox with { After = BounceMailbox.Leave }, box, default);
        box.Marked.Add("1");

        await Scanner(database).ScanAsync(Mailbox, box, default);

        Assert.Equal(["2"], box.Mails.Keys);
        Assert.Equal(1, await database.ReadAsync(db => db.Bounces.CountAsync()));
    }

    [Fact]
    public async Task Mails_are_left_or_moved_by_the_setting_and_forgotten_when_gone()
    {
        await using var database = await SetUpAsync(DatabaseProvider.Sqlite, 2);
        var box = new FakeMailbox(Report(1), Report(2));
        await Scanner(database).ScanAsync(Mailbox with { After = BounceMailbox.Leave }, box, default);
        Assert.Equal(2, box.Mails.Count);
        Assert.Equal(0, (await Scanner(database).ScanAsync(Mailbox with { After = BounceMailbox.Leave }, box, default)).Read);

        await Scanner(database).ScanAsync(Mailbox with { After = BounceMailbox.Move, MoveTo = "Done" }, box, default);
        Assert.Equal(["Done", "Done"], box.Moved);

        await Scanner(database).ScanAsync(Mailbox, box, default);
        Assert.Equal(0, await database.ReadAsync(db => db.Set<SeenMail>().CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Who_writes_to_leave_is_taken_off_the_lists_of_the_mail_once_and_the_mail_is_cleared_away(DatabaseProvider provider)
    {
        await using var database = await SetUpAsync(provider, 3);
        var other = NewList();
        var people = await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).ToListAsync());
        await database.AddAsync(other);
        await database.AddAsync([.. people.Select(person => Join(person, other, SubscriptionStatus.Confirmed))]);
        var campaign = await database.ReadAsync(db => db.Campaigns.SingleAsync());
        var box = new FakeMailbox(
            Wish($"unsubscribe {people[0].Uuid} {campaign.Uuid}"), Wish($"Unsubscribe {people[1].Uuid}"), Wish($"unsubscribe {Guid.NewGuid()}"), Wish("Please unsubscribe me"));

        var scan = await Scanner(database).ScanAsync(Mailbox, box, default);
        await Scanner(database).ScanAsync(Mailbox, new FakeMailbox(Wish($"unsubscribe {people[0].Uuid} {campaign.Uuid}")), default);

        Assert.Equal((4, 0, 2), (scan.Read, scan.Recorded, scan.Unsubscribed));
        Assert.Equal(["3", "4"], box.Mails.Keys);
        var kept = await database.ReadAsync(db => db.Subscriptions.Where(one => one.Status == SubscriptionStatus.Confirmed).OrderBy(one => one.SubscriberId).ThenBy(one => one.ListId).ToListAsync());
        Assert.Equal([(people[0].Id, true), (people[2].Id, false), (people[2].Id, true)], kept.Select(one => (one.SubscriberId, one.ListId == other.Id)));
        Assert.Equal(1, (await FindAsync(database, campaign.Id)).Unsubscribes);
    }

    [Fact]
    public async Task A_mail_that_cannot_be_recorded_stays_and_the_others_of_its_slice_are_recorded()
    {
        await using var database = await SetUpAsync(DatabaseProvider.Sqlite, 3);
        await database.WriteAsync(db => db.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER picky BEFORE INSERT ON bounces WHEN new.source_key LIKE '%:person2@%' BEGIN SELECT RAISE(ABORT, 'Not this one.'); END"));
        var box = new FakeMailbox(Report(1), Report(2), Report(3));

        Assert.Equal(new MailboxScan(2, 2, 0, 3), await Scanner(database).ScanAsync(Mailbox with { Others = BounceMailbox.Delete }, box, default));
        Assert.Equal(["2"], box.Mails.Keys);

        Assert.Equal(new MailboxScan(0, 0, 0, 1), await Scanner(database).ScanAsync(Mailbox with { Others = BounceMailbox.Delete }, box, default));
        Assert.Equal(["2"], box.Mails.Keys);

        await database.WriteAsync(db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER picky"));
        Assert.Equal(new MailboxScan(1, 1, 0, 1), await Scanner(database).ScanAsync(Mailbox, box, default));
        Assert.Empty(box.Mails);
        Assert.Equal(3, await database.ReadAsync(db => db.Bounces.Select(row => row.SubscriberId).Distinct().CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_same_mail_twice_in_a_mailbox_counts_once_and_both_are_cleared_away(DatabaseProvider provider)
    {
        await using var database = await SetUpAsync(provider, 1);
        var box = new FakeMailbox(Report(1), Report(1));

        Assert.Equal(new MailboxScan(2, 1, 0, 2), await Scanner(database).ScanAsync(Mailbox, box, default));

        Assert.Empty(box.Mails);
        Assert.Equal(1, await database.ReadAsync(db => db.Bounces.CountAsync()));
    }

    public enum Death
    {
        Never,
        WhileReading,
        BeforeDeleting,
        AfterDeleting,
    }

    private static byte[] Report(int number) => SampleMails.Report(SampleMails.Block($"person{number}@example.com", "5.1.1", "smtp; 550 5.1.1 user unknown"), text: $"Report {number}");

    private static byte[] Wish(string subject) => SampleMails.Bytes($"From: pat@reader.test\nTo: leave@sender.test\nSubject: {subject}\nMessage-ID: <{Guid.NewGuid()}@reader.test>\n\n");

    private static MailboxScanner Scanner(TestDatabase database) => database.Get<MailboxScanner>();

    private static async Task<TestDatabase> SetUpAsync(DatabaseProvider provider, int people)
    {
        var database = await TestDatabase.CreateAsync(provider);
        await SetAsync(database, ("bounce.enabled", true));
        await GivenCampaignAsync(database, people);
        return database;
    }

    /// <summary>A mailbox in memory whose connection breaks now and then.</summary>
    private sealed class FakeMailbox : IMailboxSession
    {
        private int _steps;

        public FakeMailbox(params byte[][] mails) =>
            Mails = new SortedDictionary<string, byte[]>(mails.Select((mail, number) => (Key: (number + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), mail)).ToDictionary(pair => pair.Key, pair => pair.mail, StringComparer.Ordinal), StringComparer.Ordinal);

        public SortedDictionary<string, byte[]> Mails { get; }

        public List<string> Moved { get; } = [];

        public Death DiesAt { get; init; }

        public int Deaths { get; private set; }

        public bool CanWatch => false;

        /// <summary>Those that somebody marked as deleted, or that were marked before the connection broke.</summary>
        public HashSet<string> Marked { get; } = [];

        public Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ListedMail>>([.. Mails.Keys.Select(uid => new ListedMail(uid, Marked.Contains(uid)))]);

        public IAsyncEnumerable<(string Uid, byte[] Bytes)> ReadAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken) =>
            uids.Where(Mails.ContainsKey).Select(uid =>
            {
                DieNow(Death.WhileReading, 70);
                return (uid, Mails[uid]);
            }).ToAsyncEnumerable();

        public Task DeleteAsync(IReadOnlyList<string> uids, CancellationToken cancellationToken)
        {
            DieNow(Death.BeforeDeleting, 2);
            foreach (var uid in uids)
            {
                Mails.Remove(uid);
            }

            DieNow(Death.AfterDeleting, 2);
            return Task.CompletedTask;
        }

        public Task MoveAsync(IReadOnlyList<string> uids, string folder, CancellationToken cancellationToken)
        {
            foreach (var uid in uids)
            {
                Mails.Remove(uid);
                Moved.Add(folder);
            }

            return Task.CompletedTask;
        }

        public Task WatchAsync(CancellationToken stop, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task CloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void DieNow(Death here, int every)
        {
            if (DiesAt == here && ++_steps % every == 0)
            {
                Deaths++;
                throw new IOException("The connection broke.");
            }
        }
    }
}
