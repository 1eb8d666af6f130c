using Listmonk.Core.Sending;

namespace Listmonk.Tests.Sending;

public sealed class FairQueueTests
{
    [Fact]
    public async Task Takers_are_served_from_the_lanes_in_turn_whoever_filled_first()
    {
        using var queue = new FairQueue<string, int>(10);
        await AddAsync(queue, "one", 1, 2, 3, 4);
        await AddAsync(queue, "two", 11, 12);

        Assert.Equal([1, 11, 2, 12, 3, 4], await TakeAsync(queue, 6));
    }

    [Fact]
    public async Task A_full_lane_waits_and_the_others_do_not()
    {
        using var queue = new FairQueue<string, int>(2);
        await AddAsync(queue, "one", 1, 2);
        var waiting = AddAsync(queue, "one", 3);
        await AddAsync(queue, "two", 11);
        Assert.False(waiting.IsCompleted);

        Assert.Equal([1], await TakeAsync(queue, 1));
        await waiting;

        Assert.Equal([11, 2, 3], await TakeAsync(queue, 3));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_no_trace()
    {
        using var queue = new FairQueue<string, int>(1);
        using var cancelled = new CancellationTokenSource();
        await AddAsync(queue, "one", 1);
        var waiting = queue.AddAsync("one", 2, cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await TakeAsync(queue, 1);
        await AddAsync(queue, "one", 3);

        Assert.Equal([3], await TakeAsync(queue, 1));
    }

    [Fact]
    public async Task At_the_end_the_lanes_run_empty_and_takers_are_turned_away()
    {
        using var queue = new FairQueue<string, int>(10);
        await AddAsync(queue, "one", 1, 2);
        queue.Complete();

        Assert.Equal([1, 2], await TakeAsync(queue, 2));
        Assert.False((await queue.TakeAsync()).IsTaken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AddAsync(queue, "one", 3));
    }

    [Fact]
    public async Task Many_producers_and_takers_lose_nothing()
    {
        using var queue = new FairQueue<string, int>(3);
        var taken = new System.Collections.Concurrent.ConcurrentBag<int>();
        var takers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (await queue.TakeAsync() is (true, var item))
            {
                taken.Add(item);
            }
        })).ToList();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(lane => Task.Run(() => AddAsync(queue, $"lane {lane}", [.. Enumerable.Range(lane * 1_000, 1_000)]))));
        queue.Complete();
        await Task.WhenAll(takers).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(Enumerable.Range(0, 4_000), taken.Order());
    }

    private static async Task AddAsync(FairQueue<string, int> queue, string producer, params int[] items)
    {
        foreach (var item in items)
        {
            await queue.AddAsync(producer, item, CancellationToken.None);
        }
    }

    private static async Task<List<int>> TakeAsync(FairQueue<string, int> queue, int count)
    {
        var items = new List<int>();
        for (var i = 0; i < count; i++)
        {
            items.Add((await queue.TakeAsync()).Item);
        }

        return items;
    }
}
