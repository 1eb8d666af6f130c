using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Listmonk.Tests.Tracking;

public sealed class TrackingWriterTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_recorded_hit_is_in_the_database_when_its_task_completes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        await using var running = await RunningWriter.StartAsync(database);

        for (var i = 1; i <= 5; i++)
        {
            await database.Get<TrackingQueue>().RecordAsync(database.Open(campaign, null));
            Assert.Equal(i, (await database.HitsAsync()).Count);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Hits_that_come_together_are_all_committed_and_announced(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.TrackAsync();
        var campaign = await database.CampaignAsync();
        var announced = new TaskCompletionSource<CampaignStatsChanged>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = database.Get<LiveFeed<CampaignStatsChanged>>().Subscribe(change => announced.TrySetResult(change));
        await using var running = await RunningWriter.StartAsync(database);

        var hits = Enumerable.Range(0, 3000).Select(_ => database.Get<TrackingQueue>().RecordAsync(database.Open(campaign, null)));
        await Task.WhenAll(hits);

        Assert.Equal(3000, (await database.ReadAsync(campaign)).Views);
        Assert.Contains(campaign.Id, (await announced.Task).CampaignIds);
    }

    [Fact]
    public async Task While_the_database_fails_hits_go_to_the_spool_and_come_back_exactly_once()
    {
        await using var database = await FaultyDatabaseAsync();
        var campaign = await database.CampaignAsync();
        var log = database.Get<FaultyLog>();
        var queue = database.Get<TrackingQueue>();
        await using (await RunningWriter.StartAsync(database))
        {
            log.Mode = FaultMode.BeforeCommit;
            await queue.RecordAsync(database.Open(campaign, null));
            await queue.RecordAsync(database.Open(campaign, null));
            Assert.Empty(await database.HitsAsync());

            log.Mode = FaultMode.None;
            await database.UntilAsync(() => database.Get<TrackingSpool>().Files == 0);
        }

        Assert.Equal(2, (await database.HitsAsync()).Count);
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_not_repeated()
    {
        await using var database = await FaultyDatabaseAsync();
        var campaign = await database.CampaignAsync();
        var log = database.Get<FaultyLog>();
        await using (await RunningWriter.StartAsync(database))
        {
            log.Mode = FaultMode.AfterCommit;
            await database.Get<TrackingQueue>().RecordAsync(database.Open(campaign, null));
            log.Mode = FaultMode.None;
            await database.UntilAsync(() => database.Get<TrackingSpool>().Files == 0);
        }

        Assert.Single(await database.HitsAsync());
    }

    [Fact]
    public async Task A_database_that_hangs_lets_the_reader_go_and_counts_the_hit_once()
    {
        await using var database = await FaultyDatabaseAsync();
        var campaign = await database.CampaignAsync();
        var log = database.Get<FaultyLog>();
        await using (await RunningWriter.StartAsync(database))
        {
            log.Mode = FaultMode.Hang;
            var stuck = database.Get<TrackingQueue>().RecordAsync(database.Open(campaign, null));
            await log.Hanging;
            var behind = database.Get<TrackingQueue>().RecordAsync(database.Open(campaign, null));
            await database.UntilAsync(() => stuck.IsCompleted && behind.IsCompleted);
            Assert.Empty(await database.HitsAsync());

            log.Mode = FaultMode.None;
            log.Release();
            await database.UntilAsync(() => database.Get<TrackingSpool>().Files == 0);
        }

        Assert.Equal(2, (await database.HitsAsync()).Count);
    }

    [Fact]
    public async Task A_spool_of_an_earlier_run_is_replayed_at_start()
    {
        await using var database = await FaultyDatabaseAsync();
        var campaign = await database.CampaignAsync();
        using (var earlier = new TrackingSpool(database.Get<Core.Data.DataDirectory>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<TrackingSpool>.Instance))
        {
            earlier.Append([.. Enumerable.Range(0, 2500).Select(_ => database.Open(campaign, null))]);
        }

        await using (await RunningWriter.StartAsync(database))
        {
            await database.UntilAsync(() => database.Get<TrackingSpool>().Files == 0);
        }

        Assert.Equal(2500, (await database.ReadAsync(campaign)).Views);
    }

    [Fact]
    public async Task Stopping_drains_the_queue()
    {
        await using var database = await FaultyDatabaseAsync();
        var campaign = await database.CampaignAsync();
        var queue = database.Get<TrackingQueue>();
        List<Task> waiting = [.. Enumerable.Range(0, 700).Select(_ => queue.RecordAsync(database.Open(campaign, null)))];

        await using (await RunningWriter.StartAsync(database))
        {
        }

        await Task.WhenAll(waiting);
        Assert.Equal(700, (await database.HitsAsync()).Count);
        await queue.RecordAsync(database.Open(campaign, null));
        Assert.Equal(1, database.Get<TrackingSpool>().Files);
    }

    private static async Task<TestDatabase> FaultyDatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, services =>
        {
            services.AddSingleton<TrackingLog>();
            services.AddSingleton<FaultyLog>();
            services.Replace(ServiceDescriptor.Singleton<ITrackingLog>(provider => provider.GetRequiredService<FaultyLog>()));
        });
        await database.TrackAsync();
        return database;
    }

    private enum FaultMode
    {
        None,
        BeforeCommit,
        AfterCommit,
        Hang,
    }

    /// <summary>The true log with the faults of a database before it.</summary>
    private sealed class FaultyLog(TrackingLog inner) : ITrackingLog
    {
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public FaultMode Mode { get; set; }

        public Task Hanging => _hanging.Task;

        public void Release() => _released.TrySetResult();

        public async Task<IReadOnlySet<int>> AppendAsync(IReadOnlyList<ReceivedHit> hits, Func<long?, bool> claimCommit, CancellationToken cancellationToken)
        {
            var mode = Mode;
            if (mode == FaultMode.BeforeCommit)
            {
                throw new IOException("no database");
            }

            if (mode == FaultMode.Hang)
            {
                _hanging.TrySetResult();
                await _released.Task;
            }

            var changed = await inner.AppendAsync(hits, claimCommit, cancellationToken);
            return mode == FaultMode.AfterCommit ? throw new IOException("connection lost") : changed;
        }

        public Task<bool> HasRowAsync(long hitId, IReadOnlyList<ReceivedHit> hits, CancellationToken cancellationToken) =>
            Mode == FaultMode.None ? inner.HasRowAsync(hitId, hits, cancellationToken) : throw new IOException("no database");
    }
}

/// <summary>The writer of a test database, stopped at the end.</summary>
internal sealed class RunningWriter : IAsyncDisposable
{
    private readonly TrackingWriter _writer;

    private RunningWriter(TrackingWriter writer) => _writer = writer;

    public static async Task<RunningWriter> StartAsync(TestDatabase database)
    {
        var writer = database.Get<TrackingWriter>();
        await writer.StartAsync(CancellationToken.None);
        return new RunningWriter(writer);
    }

    public async ValueTask DisposeAsync() => await _writer.StopAsync(CancellationToken.None);
}

/// <summary>Waiting with a clock that only the test moves.</summary>
internal static class ClockWaiting
{
    /// <summary>Moves the clock on until the condition holds; fails after a generous number of steps.</summary>
    public static async Task UntilAsync(this TestDatabase database, Func<bool> condition)
    {
        for (var step = 0; step < 5000; step++)
        {
            if (condition())
            {
                return;
            }

            database.Clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }

        Assert.Fail("The condition did not come true.");
    }
}
