using Listmonk.Core;
using Listmonk.Core.Takeover;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Support;
using Listmonk.Tests.Tracking;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Listmonk.Tests.Takeover;

/// <summary>The true command, killed without warning between the opens it has copied and those it has not.</summary>
[Trait("Kind", "Worker")]
public sealed class TakeoverKillTests : DatabaseTest
{
    private const int People = 3_000;
    private const int Opens = 9_000;

    /// <summary>The source hands out its later opens only when nobody holds this lock, so the copy waits in the middle until it is killed.</summary>
    private const string Hold =
        """
        ALTER TABLE campaign_views RENAME TO held_views;
        CREATE FUNCTION held(id bigint, at timestamptz) RETURNS timestamptz LANGUAGE plpgsql STABLE COST 100000 AS $$
        BEGIN
            IF id > 5000 THEN
                PERFORM pg_advisory_lock_shared(4711);
                PERFORM pg_advisory_unlock_shared(4711);
            END IF;
            RETURN at;
        END $$;
        CREATE VIEW campaign_views AS SELECT id, campaign_id, subscriber_id, held(id, created_at) AS created_at FROM held_views;
        """;

    private static readonly string Rows =
        $"""
        INSERT INTO subscribers SELECT 1000 + n, gen_random_uuid(), 'p' || n || '@example.com', 'P', '{"{}"}', 'enabled', '2025-02-01Z', '2025-02-01Z' FROM generate_series(1, {People}) n;
        INSERT INTO subscriber_lists SELECT 1000 + n, 10, '{"{}"}', 'confirmed', '2025-02-01Z', '2025-02-01Z' FROM generate_series(1, {People}) n;
        INSERT INTO campaign_views (campaign_id, subscriber_id, created_at) SELECT 30, 1001 + n % {People}, '2025-03-01Z'::timestamptz + n * interval '1 second' FROM generate_series(1, {Opens}) n;
        """;

    [Theory, MemberData(nameof(Providers))]
    public async Task After_a_kill_the_next_run_brings_the_rest_and_nothing_twice(DatabaseProvider provider)
    {
        await using var source = await ListmonkSource.CreateAsync();
        await source.RunAsync(Rows);
        await source.RunAsync(Hold);
        await using var database = await TestDatabase.CreateAsync(provider);

        await using (var holder = new NpgsqlConnection(source.Connection))
        {
            await holder.OpenAsync();
            await using var hold = new NpgsqlCommand("SELECT pg_advisory_lock(4711)", holder);
            await hold.ExecuteNonQueryAsync();
            await using var killed = await CommandAsync(database, source);
            killed.Start();
            await Polling.UntilAsync(async () => killed.HasExited || await database.ReadAsync(db => db.TrackingHits.CountAsync()) > 3_000);
            Assert.False(killed.HasExited, killed.Output);
            await killed.KillAsync();
            // A closed connection would keep the lock in its pool.
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock(4711)", holder);
            await release.ExecuteNonQueryAsync();
        }

        Assert.InRange(await database.ReadAsync(db => db.TrackingHits.CountAsync()), 3_000, 5_000);

        await using var again = await CommandAsync(database, source);
        var code = await again.RunToEndAsync();

        Assert.True(code == 0, again.Output);
        var report = await database.Get<TakeoverService>().FindAsync(CancellationToken.None);
        Assert.Equal(TakeoverStatus.Finished, report!.Status);
        Assert.Equal(
            (People + 3, People + 4, Opens + 4, 1),
            await database.ReadAsync(async db => (
                await db.Subscribers.CountAsync(), await db.Subscriptions.CountAsync(), await db.TrackingHits.CountAsync(hit => hit.Kind == HitKind.Open), await db.Bounces.CountAsync())));
        Assert.Equal(
            (People + 3, People + 4, Opens + 4),
            ((int)Added(report, "subscribers"), (int)Added(report, "subscriber_lists"), (int)Added(report, "campaign_views")));
        await TrackingLogTests.AssertFiguresEqualHitsAsync(database);
    }

    private static long Added(TakeoverReport report, string kind) => report.Counts.Single(count => count.Key == kind).Value.Added;

    private static async Task<ServerProcess> CommandAsync(TestDatabase database, ListmonkSource source)
    {
        await using var db = await database.Databases.CreateDbContextAsync();
        IReadOnlyList<string> target = db.Dialect.HasConcurrentWriters
            ? [$"--Listmonk:Database:Provider={DatabaseProvider.Postgres}", $"--Listmonk:Database:ConnectionString={db.Database.GetConnectionString()}"]
            : [];
        return new ServerProcess
        {
            DataFolder = database.Folder,
            KeepsData = true,
            IsSetUp = false,
            Command = ["import-listmonk", "--source", source.Connection],
            Arguments = target,
        };
    }
}
