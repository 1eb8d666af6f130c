using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>
/// How one server fares. After a failed connection or a 421 it rests, for a second at first, twice as long each time up to a minute, until
/// it has taken a message again. Counts what it answered; the counts cost a message no lock.
/// </summary>
internal sealed partial class SmtpServerHealth(string server, TimeProvider clock, ILogger logger)
{
    private const int Seconds = 60;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly int[] _sentPerSecond = new int[Seconds + 1];
    private int _failureCount;
    private long _restsUntil;
    private long _newestSecond;
    private long _sent;
    private long _refused;
    private long _deferred;
    private long _failed;

    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Messages that the server refused for good.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Answers that said 'later'.</summary>
    public long Deferred => Interlocked.Read(ref _deferred);

    /// <summary>Failed connections, broken conversations and faults of ours.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>The last failure that was not about a person; null once the server is well again.</summary>
    public DeliveryResult? LastFailure { get; private set; }

    /// <summary>How much longer the server rests; zero when it may be used.</summary>
    public TimeSpan SetAsideFor
    {
        get
        {
            long until = Volatile.Read(ref _restsUntil);
            if (until == 0)
            {
                return TimeSpan.Zero;
            }

            long now = clock.GetTimestamp();
            return until <= now ? TimeSpan.Zero : clock.GetElapsedTime(now, until);
        }
    }

    public int SentLastMinute
    {
        get
        {
            Advance();
            return _sentPerSecond.Sum() - Volatile.Read(ref _sentPerSecond[_newestSecond % _sentPerSecond.Length]);
        }
    }

    /// <summary>Counts what became of a message.</summary>
    public void Note(DeliveryResult result)
    {
        switch (result.Outcome)
        {
            case DeliveryOutcome.Sent:
                Interlocked.Increment(ref _sent);
                Interlocked.Increment(ref _sentPerSecond[Advance() % _sentPerSecond.Length]);
                if (Volatile.Read(ref _failureCount) != 0 && SetAsideFor == TimeSpan.Zero)
                {
                    Recover();
                }

                break;
            case DeliveryOutcome.RecipientRefused:
                Interlocked.Increment(ref _refused);
                break;
            case DeliveryOutcome.Deferred:
                Interlocked.Increment(ref _deferred);
                break;
            default:
                Interlocked.Increment(ref _failed);
                LastFailure = result;
                break;
        }
    }

    /// <summary>The server could not be reached, or sent us away: it rests.</summary>
    public DeliveryResult NoteFailure(DeliveryResult result)
    {
        TimeSpan rest;
        Note(result);
        lock (_lock)
        {
            long now = clock.GetTimestamp();

            // Several senders may have tried at once; that is one failure, not ten.
            if (_restsUntil > now)
            {
                return result;
            }

            rest = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _failureCount), LongestRest.TotalSeconds));
            _failureCount = Math.Min(_failureCount + 1, 16);
            _restsUntil = now + (long)(rest.TotalSeconds * clock.TimestampFrequency);
        }

        LogSetAside(server, (int)rest.TotalSeconds, result.Stage, result.Code, result.ReplyText);
        return result;
    }

    private void Recover()
    {
        lock (_lock)
        {
            if (_failureCount == 0)
            {
                return;
            }

            _failureCount = 0;
            _restsUntil = 0;
            LastFailure = null;
        }

        LogBack(server);
    }

    /// <summary>Empties the slots of the seconds that have passed. Takes the lock once a second.</summary>
    private long Advance()
    {
        long second = clock.GetUtcNow().ToUnixTimeSeconds();
        if (Volatile.Read(ref _newestSecond) < second)
        {
            lock (_lock)
            {
                for (long next = Math.Max(_newestSecond + 1, second - Seconds); next <= second; next++)
                {
                    Volatile.Write(ref _sentPerSecond[next % _sentPerSecond.Length], 0);
                }

                Volatile.Write(ref _newestSecond, Math.Max(_newestSecond, second));
            }
        }

        return second;
    }

    [LoggerMessage(1301, LogLevel.Warning, "SMTP server {Server} is set aside for {Seconds} s: {Stage} failed with {Code} {Reason}")]
    private partial void LogSetAside(string server, int seconds, DeliveryStage stage, int code, string? reason);

    [LoggerMessage(1302, LogLevel.Information, "SMTP server {Server} is back")]
    private partial void LogBack(string server);
}
