using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Sending;

/// <summary>What else goes wrong while a campaign is sent: nobody is lost, and the campaign goes on or says why it does not.</summary>
[Trait("Kind", "Worker")]
public sealed class SendTroubleTests : SendingTest
{
    private const int DiskFull = 13;
    private const int Busy = 5;

    [Theory]
    [InlineData(DiskFull)]
    [InlineData(Busy)]
    public async Task A_database_that_takes_nothing_for_a_while_costs_nobody_a_mail_and_is_named(int code)
    {
        await using var server = FakeSmtpServer.Start();
        var faults = new FaultyLedger.Plan(code, times: 2);
        await using var database = await CreateFaultyAsync(faults);
        await SetServerAsync(database, server.Port);
        var campaign = await GivenCampaignAsync(database, 80);
        var reasons = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        using var watch = database.Get<LiveFeed<CampaignProgress>>().Subscribe(progress => reasons.Enqueue(progress.HoldReason));

        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal(0, faults.Left);
        Assert.Equal((80, 80, 0, 0), (finished.ToSend, finished.Sent, finished.Failed, finished.Skipped));
        Assert.Equal(80, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(80, server.Mails.Count);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
        Assert.Contains(reasons, reason => reason?.Contains("cannot be recorded", StringComparison.Ordinal) == true);
        Assert.Null(reasons.Last());
    }

    [Fact]
    public async Task While_outcomes_cannot_be_recorded_only_as_many_mails_go_out_as_a_crash_may_repeat()
    {
        const int Group = 500;
        const int Workers = 10;
        const int People = (4 * Group) + Workers;
        await using var server = FakeSmtpServer.Start();
        var faults = new FaultyLedger.Plan(DiskFull, times: int.MaxValue);
        await using var database = await CreateFaultyAsync(faults);
        await SetServerAsync(database, server.Port, ("app.concurrency", Workers));
        var campaign = await GivenCampaignAsync(database, People);

        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            await StartAsync(database);
            await Polling.UntilAsync(() => Task.FromResult(faults.Group > 0));
            // The group that is refused, as many outcomes as may wait behind it, and one with each worker.
            var most = faults.Group + (2 * Group) + Workers;
            Assert.InRange(most, 0, (3 * Group) + Workers);
            await server.WaitForMailsAsync(most);
            var refused = faults.Refused;
            await Polling.UntilAsync(() => Task.FromResult(faults.Refused >= refused + 2));
            Assert.Equal((most, 0), (server.Mails.Count, (await FindAsync(database, campaign.Id)).Sent));
            faults.End();
        });

        Assert.Equal((People, People), (finished.Sent, server.Mails.Count));
        Assert.Equal(People, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
    }

    [Fact]
    public async Task While_another_program_holds_the_database_mails_go_out_and_are_recorded_afterwards()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.message_rate", 20));
        var campaign = await GivenCampaignAsync(database, 300);

        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, async () =>
        {
            await StartAsync(database);
            await server.WaitForMailsAsync(10);
            await using var other = new SqliteConnection(DataRegistration.SqliteConnectionString(database.Folder));
            await other.OpenAsync();
            await using (var transaction = await other.BeginTransactionAsync())
            {
                // All are claimed already; what waits are the outcomes.
                await server.WaitForMailsAsync(300);
                Assert.InRange((await FindAsync(database, campaign.Id)).Sent, 0, 299);
                await transaction.RollbackAsync();
            }
        });

        Assert.Equal((300, 300), (finished.Sent, server.Mails.Count));
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
    }

    [Theory]
    [InlineData("untrusted", "not trusted: UntrustedRoot")]
    [InlineData("someone else's", "for another name (CN=someone-else.example), not for 127.0.0.1")]
    [InlineData("not offered", "does not offer STARTTLS")]
    [InlineData("no TLS at all", "")]
    public async Task Encryption_that_fails_pauses_the_campaign_with_the_reason_and_nobody_is_mailed_in_the_clear(string trouble, string reason)
    {
        await using var server = FakeSmtpServer.Start(new FakeSmtpServerOptions
        {
            StartTls = trouble is "untrusted" or "someone else's",
            Certificate = trouble == "someone else's" ? FakeCertificate.SomeoneElse : FakeCertificate.Localhost,
        });
        await using var well = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.max_send_errors", 2), ("app.concurrency", 2), ("smtp", new[]
        {
            new { enabled = true, host = "127.0.0.1", port = server.Port, tls_type = trouble == "no TLS at all" ? "TLS" : "STARTTLS", auth_protocol = "none", max_msg_retries = 1, wait_timeout = "1s" },
        }));
        var campaign = await GivenCampaignAsync(database, 10);

        var paused = await WhenAsync(database, campaign.Id, CampaignStatus.Paused, () => StartAsync(database));

        Assert.StartsWith("Paused after 2 errors.", paused.StatusReason, StringComparison.Ordinal);
        Assert.Contains(reason, paused.StatusReason, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
        Assert.Equal((0, 0, 0), (paused.Sent, paused.Failed, paused.Skipped));

        await SetServerAsync(database, well.Port);
        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => ChangeAsync(database, campaign.Id, CampaignStatus.Running));
        Assert.Equal((10, 10), (finished.Sent, well.Mails.Count));
    }

    [Fact]
    public async Task Connections_that_break_within_the_content_cost_an_attempt_each_and_no_mail()
    {
        await using var server = FakeSmtpServer.Start().DropDuringContent(times: 9);
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.max_send_errors", 0));
        var campaign = await GivenCampaignAsync(database, 60);

        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => StartAsync(database));

        Assert.Equal((60, 0), (finished.Sent, finished.Failed));
        Assert.Equal(60, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(60, server.Mails.Count);
    }

    [Fact]
    public async Task A_server_that_vanishes_with_mails_in_hand_pauses_the_campaign_and_only_those_in_doubt_repeat()
    {
        const int Workers = 4;
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await using var next = FakeSmtpServer.Start();
        var campaign = await GivenCampaignAsync(database, 100);
        IReadOnlyList<ReceivedMail> before;
        await using (var server = FakeSmtpServer.Start())
        {
            await SetServerAsync(database, server.Port, ("app.concurrency", Workers), ("app.message_rate", 20), ("app.max_send_errors", 8));
            var paused = await WhenAsync(database, campaign.Id, CampaignStatus.Paused, async () =>
            {
                await StartAsync(database);
                await server.WaitForMailsAsync(20);
                server.Hold();
                await server.WaitForCommandAsync(".", server.Mails.Count + 1);
                await server.DisposeAsync();
            });
            before = server.Mails;
            Assert.StartsWith("Paused after 8 errors.", paused.StatusReason, StringComparison.Ordinal);
            Assert.InRange(paused.Sent, before.Count - Workers, before.Count);
        }

        await SetServerAsync(database, next.Port);
        var finished = await WhenAsync(database, campaign.Id, CampaignStatus.Finished, () => ChangeAsync(database, campaign.Id, CampaignStatus.Running));

        var all = before.Concat(next.Mails).Select(mail => mail.Recipients[0]).ToList();
        Assert.Equal((100, 100), (finished.Sent, all.Distinct(StringComparer.Ordinal).Count()));
        Assert.InRange(all.Count, 100, 100 + Workers);
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
    }

    [Theory]
    [InlineData(CampaignStatus.Paused)]
    [InlineData(CampaignStatus.Cancelled)]
    public async Task Once_a_pause_or_cancel_is_answered_only_mails_in_hand_arrive(CampaignStatus status)
    {
        const int Workers = 4;
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateLiveAsync(DatabaseProvider.Sqlite);
        await SetServerAsync(database, server.Port, ("app.concurrency", Workers));
        var campaign = await GivenCampaignAsync(database, 200);
        server.Hold();

        var ended = await WhenAsync(database, campaign.Id, status, async () =>
        {
            await StartAsync(database);
            await server.WaitForCommandAsync(".", Workers);
            Assert.True((await database.Get<CampaignService>().ChangeStatusAsync(campaign.Id, status, Actor.System, CancellationToken.None)).IsOk);
            server.Release();
        });

        Assert.Equal((Workers, Workers), (server.Mails.Count, ended.Sent));
        await AssertCountersEqualLedgerAsync(database, campaign.Id);
    }

    private static Task<TestDatabase> CreateFaultyAsync(FaultyLedger.Plan faults) => TestDatabase.CreateAsync(DatabaseProvider.Sqlite, services => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton<DeliveryLedger>()
        .AddSingleton<IDeliveryLedger>(provider => new FaultyLedger(provider.GetRequiredService<DeliveryLedger>(), faults)));

    /// <summary>The true ledger behind a disk that is full, or a database that is locked, for some writes.</summary>
    private sealed class FaultyLedger(IDeliveryLedger inner, FaultyLedger.Plan plan) : IDeliveryLedger
    {
        public Task<IReadOnlyList<Recipient>> ReadClaimedAsync(int campaignId, AudienceRange range, int count, CancellationToken cancellationToken) =>
            inner.ReadClaimedAsync(campaignId, range, count, cancellationToken);

        public Task<Recipient?> ReadClaimedAsync(int campaignId, int subscriberId, CancellationToken cancellationToken) =>
            inner.ReadClaimedAsync(campaignId, subscriberId, cancellationToken);

        public Task<IReadOnlyList<CampaignCounts>> CompleteAsync(IReadOnlyList<DeliveryRecord> records, CancellationToken cancellationToken) =>
            plan.TakeFault(records.Count) is { } fault ? throw fault : inner.CompleteAsync(records, cancellationToken);

        public sealed class Plan(int code, int times)
        {
            private int _left = times;

            private int _refused;
            private int _group;

            public int Left => Math.Max(0, Volatile.Read(ref _left));

            /// <summary>Writes that were refused so far.</summary>
            public int Refused => Volatile.Read(ref _refused);

            /// <summary>Outcomes in the last write that was refused.</summary>
            public int Group => Volatile.Read(ref _group);

            /// <summary>From now on the database takes everything.</summary>
            public void End() => Volatile.Write(ref _left, 0);

            public SqliteException? TakeFault(int records)
            {
                if (Interlocked.Decrement(ref _left) < 0)
                {
                    return null;
                }

                Volatile.Write(ref _group, records);
                Interlocked.Increment(ref _refused);
                return new SqliteException("SQLite refuses to write.", code);
            }
        }
    }
}
