namespace Listmonk.Core.Tracking.Review;

/// <summary>
/// Keeps messages that are hit without end, by a broken scanner or in bad faith, from being read again with every hit: after a look at n hits the
/// next one waits about n milliseconds, a minute at most. What people and ordinary scanners do is looked at immediately.
/// </summary>
internal sealed class ReviewPace(TimeProvider clock)
{
    /// <summary>A message with fewer hits is never put off.</summary>
    private const int Few = 200;

    /// <summary>Below the overlap of the catch-up at a start, so that a stop leaves none of them unlooked at.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Dictionary<MessageKey, long> _restUntil = [];
    private readonly HashSet<MessageKey> _putOff = [];

    /// <summary>Those that may be looked at now, with those put off earlier whose rest is over.</summary>
    public IReadOnlyCollection<MessageKey> Due(HashSet<MessageKey> suspects)
    {
        if (_restUntil.Count == 0)
        {
            return suspects;
        }

        var now = clock.GetTimestamp();
        foreach (var (message, until) in _restUntil)
        {
            if (until <= now)
            {
                _restUntil.Remove(message);
                if (_putOff.Remove(message))
                {
                    suspects.Add(message);
                }
            }
            else if (suspects.Remove(message))
            {
                _putOff.Add(message);
            }
        }

        return suspects;
    }

    public void Reviewed(MessageKey message, int hits)
    {
        if (hits >= Few)
        {
            var rest = Math.Min(hits, Longest.TotalMilliseconds) / 1000;
            _restUntil[message] = clock.GetTimestamp() + (long)(rest * clock.TimestampFrequency);
        }
    }
}
