namespace Listmonk.Tests.Support;

/// <summary>Waits for what another process does, which sends no signal.</summary>
internal static class Polling
{
    /// <summary>Three minutes: a busy machine may need long, and a test that passes does not wait.</summary>
    private const int Attempts = 1800;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        Assert.Fail("The other process did not get there within three minutes.");
    }
}
