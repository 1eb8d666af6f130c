using Listmonk.Core.Common;

namespace Listmonk.Tests.Common;

public sealed class SharedReadingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Who_asks_while_a_reading_goes_on_gets_the_next_one_all_the_same()
    {
        var gates = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        var begun = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        var count = 0;
        var reading = new SharedReading<int>(
            async _ =>
            {
                var number = Interlocked.Increment(ref count);
                begun[number - 1].SetResult();
                await gates[number - 1].Task;
                return number;
            },
            TimeSpan.Zero,
            TimeProvider.System);

        var first = reading.ReadAsync(CancellationToken.None);
        await begun[0].Task.WaitAsync(Patience);
        var later = Enumerable.Range(0, 100).Select(_ => reading.ReadAsync(CancellationToken.None)).ToList();
        gates[0].SetResult();
        gates[1].SetResult();

        Assert.Equal(1, await first.WaitAsync(Patience));
        Assert.All(await Task.WhenAll(later).WaitAsync(Patience), number => Assert.Equal(2, number));
        Assert.Equal(2, count);
    }

    [Fact]
    public async Task A_reading_that_fails_fails_those_who_asked_and_the_next_one_is_tried()
    {
        var count = 0;
        var reading = new SharedReading<int>(
            _ => ++count == 1 ? Task.FromException<int>(new InvalidOperationException("The database is away.")) : Task.FromResult(count), TimeSpan.Zero, TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(() => reading.ReadAsync(CancellationToken.None).WaitAsync(Patience));

        Assert.Equal(2, await reading.ReadAsync(CancellationToken.None).WaitAsync(Patience));
    }

    [Fact]
    public async Task Who_leaves_does_not_end_the_reading_of_the_others()
    {
        var gate = new TaskCompletionSource();
        var reading = new SharedReading<int>(
            async token =>
            {
                await gate.Task;
                token.ThrowIfCancellationRequested();
                return 1;
            },
            TimeSpan.Zero,
            TimeProvider.System);
        using var leaving = new CancellationTokenSource();

        var left = reading.ReadAsync(leaving.Token);
        var stayed = reading.ReadAsync(CancellationToken.None);
        await leaving.CancelAsync();
        gate.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(1, await stayed.WaitAsync(Patience));
    }
}
