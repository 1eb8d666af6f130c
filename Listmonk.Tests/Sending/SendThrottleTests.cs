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
        var taken = TakeFor(database, TimeSpan.FromSeconds(3));

        Assert.InRange(taken.Count, 295, 306);
        Assert.InRange(MostWithin(taken, TimeSpan.FromSeconds(1)), 95, 106);
    }

    [Fact]
    public async Task A_slow_rate_is_kept_exactly()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", 1), ("app.message_rate", 1));

        Assert.InRange(TakeFor(database, TimeSpan.FromSeconds(10)).Count, 10, 11);
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
        taken.AddRange(TakeFor(database, TimeSpan.FromSeconds(30), throttle));

        Assert.True(taken.Count >= 120);
        Assert.Equal(40, MostWithin(taken, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_new_rate_applies_to_those_who_wait()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await SetAsync(database, ("app.concurrency", 1), ("app.message_rate", 1));
        var throttle = database.Get<SendThrottle>();
        Assert.Equal(TimeSpan.Zero, throttle.TryTake());
        Assert.True(throttle.TryTake() > TimeSpan.FromMilliseconds(500));

        await SetAsync(database, ("app.message_rate", 1000));
        database.Clock.Advance(TimeSpan.FromMilliseconds(5));

        Assert.Equal(TimeSpan.Zero, throttle.TryTake());
    }

    private static List<TimeSpan> TakeFor(TestDatabase database, TimeSpan duration, SendThrottle? throttle = null)
    {
        throttle ??= database.Get<SendThrottle>();
        var start = database.Clock.GetUtcNow();
        var taken = new List<TimeSpan>();
        while (database.Clock.GetUtcNow() - start < duration)
        {
            while (throttle.TryTake() == TimeSpan.Zero)
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
