using Listmonk.Core;
using Listmonk.Core.Sending;
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
