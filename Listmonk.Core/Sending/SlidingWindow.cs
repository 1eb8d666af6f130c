namespace Listmonk.Core.Sending;

/// <summary>Counts events of the last stretch of time, in slices, so that no stretch of that length ever holds more than a limit.</summary>
/// <param name="length">In ticks of the caller's clock.</param>
internal sealed class SlidingWindow(long length)
{
    private const int Slices = 500;

    // One more than fits: the slice that is partly inside still counts in full.
    private readonly int[] _counts = new int[Slices + 1];
    private readonly long _sliceLength = Math.Max(1, length / Slices);
    private long _newest;
    private int _total;

    public long Length { get; } = length;

    /// <summary>Counts one event, or returns how many ticks must pass before one may be counted.</summary>
    public long TryCount(long now, int limit)
    {
        Advance(now / _sliceLength);
        if (_total < limit)
        {
            _counts[_newest % _counts.Length]++;
            _total++;
            return 0;
        }

        for (var slice = Math.Max(0, _newest - Slices); slice < _newest; slice++)
        {
            if (_counts[slice % _counts.Length] > 0)
            {
                return Math.Max(1, ((slice + Slices + 1) * _sliceLength) - now);
            }
        }

        return ((_newest + Slices + 1) * _sliceLength) - now;
    }

    private void Advance(long slice)
    {
        _newest = Math.Max(_newest, slice - _counts.Length);
        while (_newest < slice)
        {
            _newest++;
            _total -= _counts[_newest % _counts.Length];
            _counts[_newest % _counts.Length] = 0;
        }
    }
}
