using System.Text.Json;
using Listmonk.Core;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers;
using Listmonk.Core.Settings;
using Listmonk.Core.Templates;
using Listmonk.Core.Transactional;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Listmonk.Tests.Transactional;

[Trait("Kind", "Worker")]
public sealed class TransactionalWorkerTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_queued_message_is_delivered_and_on_record(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateAsync(provider, server);
        using var worker = Worker(database);
        await worker.StartAsync(CancellationToken.None);

        await SendAsync(database, "ann@example.com");

        var message = await WhenAsync(database, TransactionalState.Sent);
        Assert.Equal((1, 250, null), (message.Attempts, message.Code, message.LeaseOwner));
        Assert.NotNull(message.SentAt);
        var mail = Assert.Single(server.Mails);
        Assert.Equal(("ann@example.com", "Hello ann@example.com", message.MessageId), (mail.Recipients[0], mail.Parse().Subject, mail.Parse().MessageId));
        await worker.StopAsync(CancellationToken.None);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_message_that_is_put_off_goes_out_after_a_pause_and_once(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start().Answer("RCPT", "451 4.7.1 later", times: 1);
        await using var database = await CreateAsync(provider, server);
        using var worker = Worker(database);
        await worker.StartAsync(CancellationToken.None);
        await SendAsync(database, "ann@example.com");

        var waiting = await WhenAsync(database, message => message.Attempts == 1);

        Assert.Equal((TransactionalState.Queued, 451), (waiting.State, waiting.Code));
        Assert.InRange(waiting.DueAt - waiting.QueuedAt, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(60));
        await DueNowAsync(database);
        Assert.Equal(2, (await WhenAsync(database, TransactionalState.Sent)).Attempts);
        Assert.Single(server.Mails);
        await worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_refused_message_fails_and_can_be_sent_again_by_hand()
    {
        await using var server = FakeSmtpServer.Start().Answer("RCPT", "550 5.1.1 no such user", times: 1);
        await using var database = await CreateAsync(DatabaseProvider.Sqlite, server);
        using var worker = Worker(database);
        await worker.StartAsync(CancellationToken.None);
        await SendAsync(database, "ann@example.com");

        var failed = await WhenAsync(database, TransactionalState.Failed);
        Assert.Equal((1, 550), (failed.Attempts, failed.Code));
        Assert.Contains("no such user", failed.Reply, StringComparison.Ordinal);

        Assert.True((await database.Get<TransactionalService>().RetryAsync(failed.Id, CancellationToken.None)).IsOk);
        await WhenAsync(database, TransactionalState.Sent);
        Assert.Equal(OutcomeKind.Conflict, (await database.Get<TransactionalService>().RetryAsync(failed.Id, CancellationToken.None)).Kind);
        await worker.StopAsync(CancellationToken.None);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_process_that_died_leaves_its_messages_to_the_next(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateAsync(provider, server);
        await SendAsync(database, [.. Enumerable.Range(1, 30).Select(number => $"person{number}@example.com")]);
        var dead = Node(database);
        Assert.Equal(20, (await dead.TakeAsync(20, CancellationToken.None)).Count);
        await ExpireLeasesAsync(database);

        using var worker = Worker(database);
        await worker.StartAsync(CancellationToken.None);
        await server.WaitForMailsAsync(30);
        await worker.StopAsync(CancellationToken.None);

        Assert.Equal(30, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(30, server.Mails.Count);
        Assert.Equal(30, await database.ReadAsync(db => db.TransactionalMessages.CountAsync(message => message.State == TransactionalState.Sent)));
    }

    [Fact]
    public async Task What_a_dead_process_held_waits_for_the_end_of_its_lease_and_its_late_word_counts_no_more()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateAsync(DatabaseProvider.Postgres, server);
        await SendAsync(database, "ann@example.com");
        var (stalled, other) = (Node(database), Node(database));

        var old = Assert.Single(await stalled.TakeAsync(10, CancellationToken.None));
        Assert.Empty(await other.TakeAsync(10, CancellationToken.None));
        await ExpireLeasesAsync(database);
        Assert.Single(await other.TakeAsync(10, CancellationToken.None));

        await stalled.RenewAsync(CancellationToken.None);
        Assert.False(stalled.Holds(old.Id));
        Assert.True(other.Holds(old.Id));
        await stalled.FinishAsync([(old, new DeliveryResult { Outcome = DeliveryOutcome.RecipientRefused, Stage = DeliveryStage.Recipient, Code = 550 })]);
        Assert.Equal(TransactionalState.Queued, (await MessageAsync(database)).State);
    }

    [Fact]
    public async Task Two_processes_on_one_database_send_each_message_once()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateAsync(DatabaseProvider.Postgres, server);
        using var first = Worker(database);
        using var second = Worker(database);
        await first.StartAsync(CancellationToken.None);
        await second.StartAsync(CancellationToken.None);

        for (var call = 0; call < 5; call++)
        {
            await SendAsync(database, [.. Enumerable.Range(1, 60).Select(number => $"person{call}-{number}@example.com")]);
        }

        await UntilAsync(async () => await database.ReadAsync(db => db.TransactionalMessages.AllAsync(message => message.State == TransactionalState.Sent)));
        await Task.WhenAll(first.StopAsync(CancellationToken.None), second.StopAsync(CancellationToken.None));
        Assert.Equal(300, server.Mails.Count);
        Assert.Equal(300, server.Mails.Select(mail => mail.Recipients[0]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_stop_finishes_what_is_under_way_and_gives_the_rest_back()
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await CreateAsync(DatabaseProvider.Sqlite, server);
        server.Hold();
        using var worker = Worker(database);
        await worker.StartAsync(CancellationToken.None);
        await SendAsync(database, [.. Enumerable.Range(1, 40).Select(number => $"person{number}@example.com")]);
        await server.WaitForCommandAsync("DATA", 2);

        var stopping = worker.StopAsync(CancellationToken.None);
        server.Release();
        await stopping;

        var messages = await database.ReadAsync(db => db.TransactionalMessages.AsNoTracking().ToListAsync());
        Assert.All(messages, message => Assert.Null(message.LeaseOwner));
        Assert.Equal(server.Mails.Count, messages.Count(message => message.State == TransactionalState.Sent));
        Assert.Contains(messages, message => message is { State: TransactionalState.Queued, Attempts: 0 });
        using var next = Worker(database);
        await next.StartAsync(CancellationToken.None);
        await server.WaitForMailsAsync(40);
        await next.StopAsync(CancellationToken.None);
        Assert.Equal(40, server.Mails.Count);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Old_calls_are_removed_with_their_messages_unless_one_still_waits(DatabaseProvider provider)
    {
        await using var server = FakeSmtpServer.Start();
        await using var database = await TestDatabase.CreateAsync(provider);
        await PrepareAsync(database, server);
        await SendAsync(database, "old@example.com");
        await database.WriteAsync(db => db.TransactionalMessages.ExecuteUpdateAsync(set => set.SetProperty(message => message.State, TransactionalState.Sent)));
        await SendAsync(database, "waiting@example.com");
        database.Clock.Advance(TimeSpan.FromDays(31));
        await SendAsync(database, "new@example.com");

        Assert.Equal(1, await database.Get<TransactionalCleanupWorker>().CleanAsync(CancellationToken.None));

        Assert.Equal(["waiting@example.com", "new@example.com"], await database.ReadAsync(db => db.TransactionalMessages.OrderBy(message => message.Id).Select(message => message.Recipient).ToListAsync()));
        Assert.Equal(2, await database.ReadAsync(db => db.TransactionalContents.CountAsync()));
    }

    [Theory]
    [InlineData(DeliveryOutcome.Deferred, 1, 0, 10)]
    [InlineData(DeliveryOutcome.ServerUnavailable, 3, 1, 120)]
    [InlineData(DeliveryOutcome.Deferred, 50, 23, 3600)]
    public void The_pause_before_the_next_attempt_grows(DeliveryOutcome outcome, int attempts, int ageHours, int seconds)
    {
        var pause = TransactionalRules.PauseAfter(outcome, attempts, TimeSpan.FromHours(ageHours));

        Assert.InRange(pause!.Value.TotalSeconds, seconds, seconds * 1.2);
    }

    [Fact]
    public void A_refusal_and_a_day_of_attempts_are_final()
    {
        Assert.Null(TransactionalRules.PauseAfter(DeliveryOutcome.RecipientRefused, 1, TimeSpan.Zero));
        Assert.Null(TransactionalRules.PauseAfter(DeliveryOutcome.Deferred, 30, TimeSpan.FromHours(24)));
    }

    private static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, FakeSmtpServer server)
    {
        var database = await TestDatabase.CreateAsync(provider, services => services.AddSingleton(TimeProvider.System));
        await PrepareAsync(database, server);
        return database;
    }

    private static async Task PrepareAsync(TestDatabase database, FakeSmtpServer server)
    {
        await database.Get<SettingsStore>().SaveAsync(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["smtp"] = JsonSerializer.Serialize(new object[]
                {
                    new { uuid = Guid.NewGuid(), enabled = true, host = "127.0.0.1", port = server.Port, tls_type = "none", auth_protocol = "none", max_conns = 4, max_msg_retries = 1, wait_timeout = "5s" },
                }),
            },
            CancellationToken.None);
        await database.AddAsync(new Template { Name = "T", Type = TemplateType.Tx, Subject = "Hello {{ .Subscriber.Email }}", Body = "<p>Hi</p>", CreatedAt = At, UpdatedAt = At });
    }

    private static async Task SendAsync(TestDatabase database, params string[] addresses)
    {
        var template = await database.ReadAsync(db => db.Templates.Where(one => one.Type == TemplateType.Tx).Select(one => one.Id).FirstAsync());
        var outcome = await database.Get<TransactionalService>().SendAsync(
            new TransactionalCall { TemplateId = template, Mode = "external", SubscriberEmails = addresses }, Actor.System, CancellationToken.None);
        Assert.True(outcome.IsOk, outcome.Message);
    }

    /// <summary>Another process on the same database.</summary>
    private static TransactionalQueue Node(TestDatabase database) => new(
        database.Databases, new LeaseStore(database.Databases, database.Get<IDatabaseDialect>(), TimeProvider.System), database.Get<LiveFeed<TransactionalChanged>>(), database.Get<SettingsStore>(), database.Get<VerpAddress>(), TimeProvider.System);

    private static TransactionalWorker Worker(TestDatabase database) => new(
        Node(database), database.Get<MessengerDirectory>(), database.Get<Listmonk.Core.Bounces.BounceRecorder>(), new TransactionalSignal(TimeProvider.System), database.Get<IOptions<ListmonkOptions>>(), TimeProvider.System, NullLogger<TransactionalWorker>.Instance);

    private static Task ExpireLeasesAsync(TestDatabase database) => database.WriteAsync(
        db => db.TransactionalMessages.Where(message => message.LeaseUntil != null).ExecuteUpdateAsync(set => set.SetProperty(message => message.LeaseUntil, At)));

    private static Task DueNowAsync(TestDatabase database) => database.WriteAsync(
        db => db.TransactionalMessages.ExecuteUpdateAsync(set => set.SetProperty(message => message.DueAt, At)));

    private static Task<TransactionalMessage> MessageAsync(TestDatabase database) => database.ReadAsync(db => db.TransactionalMessages.AsNoTracking().SingleAsync());

    private static Task<TransactionalMessage> WhenAsync(TestDatabase database, TransactionalState state) => WhenAsync(database, message => message.State == state);

    private static async Task<TransactionalMessage> WhenAsync(TestDatabase database, Func<TransactionalMessage, bool> isTrue)
    {
        await UntilAsync(async () => isTrue(await MessageAsync(database)));
        return await MessageAsync(database);
    }

    private static Task UntilAsync(Func<Task<bool>> isTrue) => Polling.UntilAsync(isTrue);

    private static DateTimeOffset At { get; } = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);
}
