using Listmonk.Core.Messengers.Dkim;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>
/// Sends through the SMTP servers of the settings: chooses by From, prefers the least busy, tries another connection or server where that
/// can help, and follows a change of settings at once while messages under way finish on the old connections.
/// </summary>
public sealed class SmtpMessenger : IMessenger, IAsyncDisposable
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(30);

    private readonly ISmtpServerSource _source;
    private readonly TimeProvider _clock;
    private readonly ILogger<SmtpMessenger> _logger;
    private readonly DkimSigner? _signer;
    private readonly SmtpTimeouts _timeouts;
    private readonly IDisposable _subscription;
    private readonly Lock _lock = new();
    private readonly List<Task> _retiring = [];
    private SmtpRoutes _routes = SmtpRoutes.None;
    private uint _turn;
    private bool _isStopped;

    public SmtpMessenger(ISmtpServerSource source, TimeProvider clock, ILogger<SmtpMessenger> logger, DkimSigner? signer = null)
        : this(source, clock, logger, new SmtpTimeouts(), signer)
    {
    }

    internal SmtpMessenger(ISmtpServerSource source, TimeProvider clock, ILogger<SmtpMessenger> logger, SmtpTimeouts timeouts, DkimSigner? signer = null)
    {
        _source = source;
        _clock = clock;
        _logger = logger;
        _timeouts = timeouts;
        _signer = signer;
        _subscription = source.OnChange(Rebuild);
        Rebuild();
    }

    public string Name => "email";

    public bool HasServers => _routes.All.Length > 0;

    /// <summary>The names of the enabled servers that are messengers of their own, which takes two servers or more.</summary>
    public IReadOnlyList<string> ServerNames =>
        _routes.All is { Length: > 1 } pools ? [.. pools.Select(pool => pool.Server.Options.Name).Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)] : [];

    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken) => SendAsync(message, null, cancellationToken);

    /// <summary>Sends through the server of this name, or through any that fits when <paramref name="serverName"/> is null.</summary>
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, string? serverName, CancellationToken cancellationToken)
    {
        _signer?.Sign(message);
        DeliveryResult? last = null;
        HashSet<SmtpConnectionPool>? exhausted = null;
        int attempt = 0;
        while (true)
        {
            SmtpConnectionPool[] choice = Volatile.Read(ref _routes).Choose(message.FromAddress, serverName);
            if (choice.Length == 0)
            {
                return last ?? DeliveryResult.Unavailable(DeliveryStage.Connect, "No SMTP server is enabled for this message.", serverName);
            }

            if (LeastBusy(choice, exhausted) is not { } pool)
            {
                last ??= choice.Select(server => server.LastFailure).FirstOrDefault(failure => failure is not null);
                if (!await WaitForHealthAsync(choice, ++attempt, cancellationToken) && last is not null)
                {
                    return last;
                }

                exhausted?.Clear();
                continue;
            }

            SmtpRental rental = await pool.RentAsync(message.IsUrgent, cancellationToken);
            if (rental.Connection is not { } connection)
            {
                if (rental.Failure is not null)
                {
                    last = rental.Failure;
                    (exhausted ??= []).Add(pool);
                }

                continue;
            }

            DeliveryResult result;
            bool wasStale;
            try
            {
                result = await connection.SendAsync(message, cancellationToken);
                wasStale = connection.WasStale;
            }
            finally
            {
                await pool.ReturnAsync(connection);
            }

            if (result.Outcome is DeliveryOutcome.Sent or DeliveryOutcome.RecipientRefused)
            {
                return result;
            }

            if (wasStale)
            {
                continue;
            }

            last = result;
            attempt++;
            if (result is { Outcome: DeliveryOutcome.ServerUnavailable, Code: >= 500 })
            {
                // This server will say the same again; another one may not.
                (exhausted ??= []).Add(pool);
                if (exhausted.Count >= choice.Length)
                {
                    return result;
                }
            }
            else if (attempt >= pool.Server.Attempts)
            {
                return result;
            }
            else
            {
                await Task.Delay(pool.Server.Options.MessageRetryDelay, _clock, cancellationToken);
            }
        }
    }

    /// <summary>Takes no new messages, waits up to half a minute for those under way, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        Task[] retiring;
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
            SmtpRoutes routes = _routes;
            Volatile.Write(ref _routes, SmtpRoutes.None);
            _retiring.AddRange(routes.All.Select(pool => pool.RetireAsync()));
            retiring = [.. _retiring];
        }

        try
        {
            await Task.WhenAll(retiring).WaitAsync(LongestDrain, _clock);
        }
        catch (TimeoutException)
        {
            // A server that holds a message for so long will be cut off by the end of the process.
        }
    }

    /// <summary>Keeps the pools of servers that did not change, with their connections and their health.</summary>
    private void Rebuild()
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            List<SmtpConnectionPool> old = [.. _routes.All];
            var pools = new List<SmtpConnectionPool>();
            foreach (SmtpServerOptions options in _source.Current.Where(server => server.Enabled))
            {
                SmtpConnectionPool? kept = old.Find(pool => pool.Server.Options.Equals(options));
                _ = kept is not null && old.Remove(kept);
                pools.Add(kept ?? new SmtpConnectionPool(new SmtpServerProfile(options), _timeouts, _clock, _logger));
            }

            Volatile.Write(ref _routes, new SmtpRoutes(pools));
            _retiring.RemoveAll(task => task.IsCompleted);
            _retiring.AddRange(old.Select(pool => pool.RetireAsync()));
        }
    }

    private SmtpConnectionPool? LeastBusy(SmtpConnectionPool[] choice, HashSet<SmtpConnectionPool>? exhausted)
    {
        // Starting at another server each time keeps equals equal.
        uint turn = choice.Length == 1 ? 0 : Interlocked.Increment(ref _turn);
        SmtpConnectionPool? best = null;
        double load = double.MaxValue;
        for (uint offset = 0; offset < choice.Length; offset++)
        {
            SmtpConnectionPool pool = choice[(turn + offset) % (uint)choice.Length];
            if (pool.Load < load && pool.SetAsideFor == TimeSpan.Zero && exhausted?.Contains(pool) != true)
            {
                best = pool;
                load = pool.Load;
            }
        }

        return best;
    }

    /// <summary>
    /// Waits until a server that was set aside may be tried again. False when that takes longer than a message may wait, or its attempts
    /// are used up; waiting even then keeps a dead server from using up a whole campaign in a second.
    /// </summary>
    private async Task<bool> WaitForHealthAsync(SmtpConnectionPool[] choice, int attempt, CancellationToken cancellationToken)
    {
        SmtpConnectionPool next = choice.MinBy(pool => pool.SetAsideFor)!;
        if (attempt >= next.Server.Attempts && attempt > 1)
        {
            return false;
        }

        TimeSpan pause = next.SetAsideFor;
        TimeSpan limit = next.Server.WaitTimeout;
        TimeSpan wait = pause < limit ? pause : limit;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _clock, cancellationToken);
        }

        return pause <= limit;
    }
}
