using Listmonk.Core.Messengers.Limits;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>
/// The sessions of one server: at most so many, the most recently used first, closed when idle for long; with the server's health and limits.
/// A pool lives as long as the server's settings stay as they are; then it is retired, lets its running messages finish, and closes.
/// </summary>
internal sealed class SmtpConnectionPool : IAsyncDisposable
{
    private readonly SmtpTimeouts _timeouts;
    private readonly TimeProvider _clock;
    private readonly ConnectionSlots _slots;
    private readonly ITimer _idleTimer;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<SmtpConnection> _idle = [];
    private int _inUse;
    private bool _isRetired;

    public SmtpConnectionPool(SmtpServerProfile server, SmtpTimeouts timeouts, IQuotaStore quotas, TimeProvider clock, ILogger logger)
    {
        Server = server;
        _timeouts = timeouts;
        _clock = clock;
        Health = new SmtpServerHealth(server.Name, clock, logger);
        Rate = server.Options.MessageRate > 0 ? new RateLimit(server.Options.MessageRate, TimeSpan.FromSeconds(1), clock) : null;
        DailyQuota = server.Options.DailyLimit > 0 ? new Quota(quotas, DailyScope(server.Options), server.Options.DailyLimit, TimeSpan.FromDays(1), clock) : null;
        MaxConnections = Math.Clamp(server.Options.MaxConnections, 1, 65_535);
        _slots = new ConnectionSlots(MaxConnections);
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(server.Options.IdleTimeout.TotalMilliseconds / 2, 100, 2_000));
        _idleTimer = clock.CreateTimer(static pool => ((SmtpConnectionPool)pool!).CloseIdle(), this, period, period);
    }

    public SmtpServerProfile Server { get; }

    public int MaxConnections { get; }

    /// <summary>The share of the allowed sessions that carry a message just now, or are about to.</summary>
    public double Load => (double)Volatile.Read(ref _inUse) / MaxConnections;

    public int OpenCount
    {
        get
        {
            lock (_lock)
            {
                return _idle.Count + _inUse;
            }
        }
    }

    public SmtpServerHealth Health { get; }

    public RateLimit? Rate { get; }

    public Quota? DailyQuota { get; }

    /// <summary>Whether a message may try this server: it does not rest, and its day's messages are not used up.</summary>
    public bool IsOpen => Health.SetAsideFor == TimeSpan.Zero && (DailyQuota is null || DailyQuota.ClosedFor == TimeSpan.Zero);

    /// <summary>The name under which the server's day is counted; it stays when the server's other settings change.</summary>
    public static string DailyScope(SmtpServerOptions options) => $"smtp:{(options.Uuid.Length > 0 ? options.Uuid : options.DisplayName)}";

    /// <summary>Takes a session, waiting and connecting as needed; urgent ones get the next that becomes free. Give each one back.</summary>
    public async ValueTask<SmtpRental> RentAsync(bool isUrgent, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inUse);
        bool hasSlot = false;
        bool isRented = false;
        try
        {
            hasSlot = _slots.TryTake() || await WaitForSlotAsync(isUrgent, cancellationToken);
            if (!hasSlot)
            {
                return new SmtpRental(null, DeliveryResult.Unavailable(DeliveryStage.Connect, "No connection became free in time.", Server.Name));
            }

            while (TakeIdle() is { } waiting)
            {
                if (!waiting.HasNews)
                {
                    isRented = true;
                    return new SmtpRental(waiting, null);
                }

                await waiting.DisposeAsync();
            }

            if (Volatile.Read(ref _isRetired))
            {
                return default;
            }

            SmtpConnection fresh = await SmtpConnection.ConnectAsync(Server, _timeouts, _clock, transcript: null, cancellationToken);
            isRented = true;
            return new SmtpRental(fresh, null);
        }
        catch (SmtpConnectException error)
        {
            return new SmtpRental(null, Health.NoteFailure(error.ToResult(Server.Name)));
        }
        finally
        {
            if (!isRented)
            {
                Leave(hasSlot);
            }
        }
    }

    public async ValueTask ReturnAsync(SmtpConnection connection)
    {
        bool isKept = false;
        lock (_lock)
        {
            if (connection.IsUsable && !_isRetired)
            {
                connection.IdleSince = _clock.GetTimestamp();
                _idle.Add(connection);
                isKept = true;
            }
        }

        // The slot first: closing politely takes a round trip, and somebody may be waiting.
        Leave(hasSlot: true, isLast: isKept);
        if (!isKept)
        {
            await connection.DisposeAsync();
            SignalIfDrained();
        }
    }

    /// <summary>Lets running messages finish, takes no new ones, and completes when the last session is closed.</summary>
    public async Task RetireAsync()
    {
        SmtpConnection[] waiting;
        lock (_lock)
        {
            _isRetired = true;
            waiting = [.. _idle];
            _idle.Clear();
        }

        await _idleTimer.DisposeAsync();
        await Task.WhenAll(waiting.Select(connection => connection.DisposeAsync().AsTask()));
        SignalIfDrained();
        await _drained.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await RetireAsync();
        DailyQuota?.Dispose();
    }

    private async ValueTask<bool> WaitForSlotAsync(bool isUrgent, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Server.WaitTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await _slots.WaitAsync(isUrgent, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private SmtpConnection? TakeIdle()
    {
        lock (_lock)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            SmtpConnection connection = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return connection;
        }
    }

    private void Leave(bool hasSlot, bool isLast = true)
    {
        if (hasSlot)
        {
            _slots.Release();
        }

        Interlocked.Decrement(ref _inUse);
        if (isLast)
        {
            SignalIfDrained();
        }
    }

    private void SignalIfDrained()
    {
        if (Volatile.Read(ref _isRetired) && Volatile.Read(ref _inUse) == 0)
        {
            _drained.TrySetResult();
        }
    }

    private void CloseIdle()
    {
        List<SmtpConnection>? expired = null;
        lock (_lock)
        {
            // The oldest lie at the bottom.
            while (_idle.Count > 0 && _clock.GetElapsedTime(_idle[0].IdleSince) >= Server.Options.IdleTimeout)
            {
                (expired ??= []).Add(_idle[0]);
                _idle.RemoveAt(0);
            }
        }

        foreach (SmtpConnection connection in expired ?? [])
        {
            _ = CloseAsync(connection);
        }

        static async Task CloseAsync(SmtpConnection connection) => await connection.DisposeAsync();
    }
}

/// <summary>A session or the reason why there is none; neither when the pool has been retired.</summary>
internal readonly record struct SmtpRental(SmtpConnection? Connection, DeliveryResult? Failure);
