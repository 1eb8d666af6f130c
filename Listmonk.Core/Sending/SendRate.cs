namespace Listmonk.Core.Sending;

/// <summary>Messages sent in each of the last sixty seconds.</summary>
internal sealed class SendRate
{
    private const int Seconds = 60;
    private readonly int[] _counts = new int[Seconds];
    private readonly Lock _lock = new();
    private long _newest = long.MinValue;

    public void Note(DateTimeOffset at, int count)
    {
        lock (_lock)
        {
            Advance(at.ToUnixTimeSeconds());
            _counts[_newest % Seconds] += count;
        }
    }

    public int LastMinute(DateTimeOffset now)
    {
        lock (_lock)
        {
            Advance(now.ToUnixTimeSeconds());
            return _counts.Sum();
        }
    }

    private void Advance(long second)
    {
        if (_newest == long.MinValue)
        {
            _newest = second;
        }

        _newest = Math.Max(_newest, second - Seconds);
        while (_newest < second)
        {
            _newest++;
            _counts[_newest % Seconds] = 0;
        }
    }
}
