using Listmonk.Core.Messengers;

namespace Listmonk.Tests.Messengers;

public sealed class ConnectionSlotsTests
{
    [Fact]
    public async Task Urgent_ones_are_next_and_the_others_keep_their_order()
    {
        var slots = new ConnectionSlots(1);
        Assert.True(slots.TryTake());
        Assert.False(slots.TryTake());
        Task[] waiting = [Wait(slots), Wait(slots), Wait(slots, isUrgent: true), Wait(slots, isUrgent: true)];

        foreach (var next in new[] { 2, 3, 0, 1 })
        {
            slots.Release();
            await waiting[next].WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(Array.IndexOf([2, 3, 0, 1], next) + 1, waiting.Count(one => one.IsCompleted));
        }

        slots.Release();
        Assert.True(slots.TryTake());
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_slot_to_the_next()
    {
        var slots = new ConnectionSlots(1);
        Assert.True(slots.TryTake());
        using var patience = new CancellationTokenSource();
        var impatient = Wait(slots, isUrgent: true, patience.Token);
        var next = Wait(slots);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        slots.Release();

        await next.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(slots.TryTake());
    }

    private static Task Wait(ConnectionSlots slots, bool isUrgent = false, CancellationToken cancellationToken = default) =>
        slots.WaitAsync(isUrgent, cancellationToken).AsTask();
}
