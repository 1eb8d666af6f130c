using Listmonk.Core;
using Listmonk.Core.Messengers.Limits;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Sending;

public sealed class SendThrottleTests : SendingTest
{
    [Fact]
    public async Task No_second_exceeds_concurrency_times_rate()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", 5), ("app.message_rate", 20));
        var taken = await TakeForAsync(database, TimeSpan.FromSeconds(3));

        Assert.InRange(taken.Count, 290, 300);
        Assert.InRange(MostWithin(taken, TimeSpan.FromSeconds(1)), 95, 100);
    }

    [Fact]
    public async Task A_slow_rate_is_kept_exactly()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", 1), ("app.message_rate", 1));

        Assert.InRange((await TakeForAsync(database, TimeSpan.FromSeconds(10))).Count, 10, 11);
    }

    [Fact]
    public async Task No_window_wherever_it_is_laid_holds_more_than_its_limit()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", 10), ("app.message_rate", 1000), ("app.message_sliding_window", true),
            ("app.message_sliding_window_rate", 40), ("app.message_sliding_window_duration", "10s"));
        var throttle = database.Get<SendThrottle>();
        var taken = new List<TimeSpan>();

        // Ten late in the first window, then as many as possible: a fixed window would let eighty through around its boundary.
        database.Clock.Advance(TimeSpan.FromSeconds(9));
        taken.AddRange(await TakeForAsync(database, TimeSpan.FromSeconds(30), throttle));

        Assert.True(taken.Count >= 120);
        Assert.Equal(40, MostWithin(taken, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_new_rate_applies_to_those_who_wait()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", 1), ("app.message_rate", 1));
        var throttle = database.Get<SendThrottle>();
        Assert.Equal(TimeSpan.Zero, await throttle.TryTakeAsync(CancellationToken.None));
        Assert.True(await throttle.TryTakeAsync(CancellationToken.None) > TimeSpan.FromMilliseconds(500));

        await SetAsync(database, ("app.message_rate", 1000));
        database.Clock.Advance(TimeSpan.FromMilliseconds(5));

        Assert.Equal(TimeSpan.Zero, await throttle.TryTakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_window_outlasts_a_restart()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", 10), ("app.message_rate", 1000), ("app.message_sliding_window", true),
            ("app.message_sliding_window_rate", 40), ("app.message_sliding_window_duration", "1h"));
        var before = await TakeForAsync(database, TimeSpan.FromSeconds(1));

        await database.RestartAsync();
        var after = await TakeForAsync(database, TimeSpan.FromMinutes(1));
        database.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(8));

        Assert.Equal((40, 0), (before.Count, after.Count));
        Assert.Equal(40, (await TakeForAsync(database, TimeSpan.FromSeconds(1))).Count);
    }

    [Theory]
    [InlineData(5, 20, 100)]
    [InlineData(1, 5, 4)]
    [InlineData(1, 1, 1)]
    public async Task Processes_that_send_together_keep_below_the_rate_and_share_it_equally(int concurrency, int rate, int most)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", concurrency), ("app.message_rate", rate));
        using var one = new SendThrottle(database.Get<SettingsStore>(), database.Get<IQuotaStore>(), database.Clock);
        using var other = new SendThrottle(database.Get<SettingsStore>(), database.Get<IQuotaStore>(), database.Clock);
        one.ShareAmong(2);
        other.ShareAmong(2);
        var start = database.Clock.GetUtcNow();
        var taken = new List<(SendThrottle By, TimeSpan At)>();
        // The first turns of both fall on one moment; what counts is the pace from then on.
        while (database.Clock.GetUtcNow() - start is var at && at < TimeSpan.FromSeconds(6))
        {
            foreach (var throttle in (SendThrottle[])[one, other])
            {
                while (await throttle.TryTakeAsync(CancellationToken.None) == TimeSpan.Zero)
                {
                    taken.Add((throttle, at));
                }
            }

            database.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var times = taken.ConvertAll(turn => turn.At).FindAll(at => at > TimeSpan.Zero);
        Assert.InRange(MostWithin(times, TimeSpan.FromSeconds(1)), 1, Math.Max(2, most));
        Assert.InRange(times.Count, (5 * most) - 2, 6 * most);
        Assert.InRange(taken.Count(turn => turn.By == one) - taken.Count(turn => turn.By == other), -1, 1);
    }

    private static async Task<List<TimeSpan>> TakeForAsync(TestDatabase database, TimeSpan duration, SendThrottle? throttle = null)
    {
        throttle ??= database.Get<SendThrottle>();
        var start = database.Clock.GetUtcNow();
        var taken = new List<TimeSpan>();
        while (database.Clock.GetUtcNow() - start < duration)
        {
            while (await throttle.TryTakeAsync(CancellationToken.None) == TimeSpan.Zero)
            {
                taken.Add(database.Clock.GetUtcNow() - start);
            }

            database.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        return taken;
    }

    private static int MostWithin(List<TimeSpan> taken, TimeSpan length) =>
        taken.Max(from => taken.Count(at => at >= from && at < from + length));
}
