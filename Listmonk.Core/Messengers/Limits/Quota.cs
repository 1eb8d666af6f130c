using System.Data.Common;

namespace Listmonk.Core.Messengers.Limits;

/// <summary>
/// A limit over a period, such as 10,000 messages an hour, that holds wherever the period is laid, across restarts and for all processes
/// together. Takes grants from the store in blocks and hands them out one by one: the database is asked once a block.
/// </summary>
internal sealed class Quota(IQuotaStore store, string scope, int limit, TimeSpan period, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _asking = new(1, 1);

    /// <summary>At most half a percent of the limit is wasted by a crash.</summary>
    private readonly int _block = Math.Clamp(limit / 200, 1, 500);

    private int _inHand;
    private long _slice;
    private long _closedUntil;

    public int Limit { get; } = limit;

    public TimeSpan Period { get; } = period;

    private string Scope { get; } = scope;

    /// <summary>How long until more is free, as far as is known; zero when there may be some now.</summary>
    public TimeSpan ClosedFor
    {
        get
        {
            var left = Volatile.Read(ref _closedUntil) - clock.GetUtcNow().UtcTicks;
            return left > 0 ? TimeSpan.FromTicks(left) : TimeSpan.Zero;
        }
    }

    /// <summary>Takes one and returns zero, or takes none and returns how long until there may be one.</summary>
    public async ValueTask<TimeSpan> TakeAsync(CancellationToken cancellationToken)
    {
        if (TryTake())
        {
            return TimeSpan.Zero;
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (TryTake())
            {
                return TimeSpan.Zero;
            }

            if (ClosedFor is var closed && closed > TimeSpan.Zero)
            {
                return closed;
            }

            QuotaRequest request;
            lock (_lock)
            {
                request = new QuotaRequest(Scope, Limit, Period, _block, _inHand, _slice);
                _inHand = 0;
            }

            QuotaGrant grant;
            try
            {
                grant = await store.TakeAsync(request, cancellationToken);
            }
            catch (DbException)
            {
                // What cannot be counted must wait. Whoever records deliveries meets the same trouble and logs it.
                grant = new QuotaGrant(0, request.UnusedSlice, AfterFault);
            }

            lock (_lock)
            {
                _slice = grant.Slice;
                _inHand = Math.Max(0, grant.Count - 1);
            }

            Volatile.Write(ref _closedUntil, grant.Count > 0 ? 0 : (clock.GetUtcNow() + grant.RetryAfter).UtcTicks);
            return grant.RetryAfter;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private bool TryTake()
    {
        lock (_lock)
        {
            if (_inHand == 0 || !IsInSlice())
            {
                return false;
            }

            _inHand--;
            return true;
        }
    }

    /// <summary>What was granted counts in its slice, so it may not be used later.</summary>
    private bool IsInSlice() => clock.GetUtcNow().UtcTicks - _slice < new QuotaRequest(Scope, Limit, Period, 1, 0, 0).SliceLength;
}
