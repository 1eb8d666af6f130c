namespace Listmonk.Core.Webhooks;

/// <summary>When a message that did not arrive is tried again, and when its receiver is given up.</summary>
public static class WebhookSchedule
{
    /// <summary>Pauses after the first, second … attempt; about 28 hours in all, as Standard Webhooks advises.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(10),
    ];

    /// <summary>A receiver from which nothing but failures came for so long is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    /// <summary>While an attempt is under way nobody else makes one; a process that died in it is replaced afterwards.</summary>
    public static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(60);

    /// <summary>Null when all attempts are used up.</summary>
    /// <param name="attempts">How many were made.</param>
    /// <param name="retryAfter">What the receiver asked for; it may only lengthen a pause, up to a day.</param>
    public static TimeSpan? PauseAfter(int attempts, TimeSpan? retryAfter = null)
    {
        if (attempts > Pauses.Length)
        {
            return null;
        }

        var pause = Pauses[attempts - 1];
        var asked = retryAfter is { } after && after < TimeSpan.FromDays(1) ? after : TimeSpan.Zero;
        return asked > pause ? asked : pause;
    }
}
