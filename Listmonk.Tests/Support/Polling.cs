namespace Listmonk.Tests.Support;

/// <summary>Waits for what another process does, which sends no signal.</summary>
internal static class Polling
{
    /// <summary>Three minutes: a busy machine may need long, and a test that passes does not wait.</summary>
    private const int Attempts = 1800;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="condition">What is waited for.</param>
    /// <param name="patience">How many times the usual limit, for work that keeps a processor busy for long.</param>
    /// <param name="evidence">What tells why it did not come true.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, int patience = 1, Func<string>? evidence = null)
    {
        for (var attempt = 0; attempt < Attempts * patience; attempt++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        Assert.Fail($"The other process did not get there within {3 * patience} minutes.{Environment.NewLine}{evidence?.Invoke()}");
    }
}
