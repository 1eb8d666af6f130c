using Listmonk.Core.Common;
using Listmonk.Core.Messengers.Dkim;
using Listmonk.Core.Messengers.Limits;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>
/// Sends through the SMTP servers of the settings: chooses by From and weight, keeps each server's limits, tries another connection or server where that
/// can help, and follows a change of settings at once while messages under way finish on the old connections.
/// </summary>
public sealed class SmtpMessenger : IMessenger, IAsyncDisposable
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(30);

    /// <summary>Longer waits for a server's rate are not for a connection to sit through.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    private readonly ISmtpServerSource _source;
    private readonly IQuotaStore _quotas;
    private readonly TimeProvider _clock;
    private readonly ILogger<SmtpMessenger> _logger;
    private readonly DkimSigner? _signer;
    private readonly SmtpTimeouts _timeouts;
    private readonly IDisposable _subscription;
    private readonly Lock _lock = new();
    private readonly List<Task> _retiring = [];
    private SmtpRoutes _routes = SmtpRoutes.None;
    private bool _isStopped;

    public SmtpMessenger(ISmtpServerSource source, IQuotaStore quotas, TimeProvider clock, ILogger<SmtpMessenger> logger, DkimSigner? signer = null)
        : this(source, quotas, clock, logger, new SmtpTimeouts(), signer)
    {
    }

    internal SmtpMessenger(ISmtpServerSource source, IQuotaStore quotas, TimeProvider clock, ILogger<SmtpMessenger> logger, SmtpTimeouts timeouts, DkimSigner? signer = null)
    {
        _source = source;
        _quotas = quotas;
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

    /// <summary>How the enabled servers fare.</summary>
    public IReadOnlyList<SmtpServerStatus> Status => [.. Volatile.Read(ref _routes).All.Select(StatusOf)];

    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken) => SendAsync(message, null, cancellationToken);

    /// <summary>Sends through the server of this name, or through any that fits when <paramref name="serverName"/> is null.</summary>
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, string? serverName, CancellationToken cancellationToken)
    {
        var result = await RouteAsync(message, serverName, cancellationToken);
        Measures.CountMessage(EnumText.Of(result.Outcome));
        return result;
    }

    private async Task<DeliveryResult> RouteAsync(OutboundMessage message, string? serverName, CancellationToken cancellationToken)
    {
        _signer?.Sign(message);
        DeliveryResult? last = null;
        HashSet<SmtpConnectionPool>? exhausted = null;
        int attempt = 0;
        while (true)
        {
            SmtpRoutes routes = Volatile.Read(ref _routes);
            SmtpConnectionPool[] choice = routes.Choose(message.FromAddress, serverName);
            if (choice.Length == 0)
            {
                return last ?? DeliveryResult.Unavailable(DeliveryStage.Connect, "No SMTP server is enabled for this message.", serverName);
            }

            if (routes.Pick(choice, exhausted) is not { } pool)
            {
                if (SmtpRoutes.HoldOf(choice) is { } hold)
                {
                    return hold;
                }

                last ??= choice.Select(server => server.Health.LastFailure).FirstOrDefault(failure => failure is not null);
                if (!await WaitForHealthAsync(choice, ++attempt, cancellationToken) && last is not null)
                {
                    return last;
                }

                exhausted?.Clear();
                continue;
            }

            if (!message.IsUrgent && pool.Rate is { Wait: var pause } && pause > LongestTurn)
            {
                return DeliveryResult.Held($"{pool.Server.Name} may take no more than {pool.Server.Options.MessageRate} messages a second.", pool.Server.Name, pause);
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
                if ((pool.Rate is not null || pool.DailyQuota is not null) && !await TakeTurnAsync(pool, cancellationToken))
                {
                    continue;
                }

                result = await connection.SendAsync(message, cancellationToken);
                wasStale = connection.WasStale;
            }
            finally
            {
                await pool.ReturnAsync(connection);
            }

            if (wasStale)
            {
                continue;
            }

            last = result;
            attempt++;
            if (result.Code == 421)
            {
                pool.Health.NoteFailure(result);
            }
            else
            {
                pool.Health.Note(result);
            }

            if (result.Outcome is DeliveryOutcome.Sent or DeliveryOutcome.RecipientRefused)
            {
                return result;
            }

            if (result is { Outcome: DeliveryOutcome.ServerUnavailable, Code: > 0 })
            {
                // This server will say the same again, at least for now; another one may not.
                (exhausted ??= []).Add(pool);
                if (exhausted.Count >= choice.Length && (result.Code >= 500 || attempt >= pool.Server.Attempts))
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
                pools.Add(kept ?? new SmtpConnectionPool(new SmtpServerProfile(options), _timeouts, _quotas, _clock, _logger));
            }

            Volatile.Write(ref _routes, new SmtpRoutes(pools));
            _retiring.RemoveAll(task => task.IsCompleted);
            _retiring.AddRange(old.Select(pool => pool.RetireAsync()));
        }
    }

    /// <summary>Waits for the server's rate and counts the message in its day. False when the day has no more.</summary>
    private async ValueTask<bool> TakeTurnAsync(SmtpConnectionPool pool, CancellationToken cancellationToken)
    {
        if (pool.DailyQuota is { } quota && await quota.TakeAsync(cancellationToken) > TimeSpan.Zero)
        {
            return false;
        }

        if (pool.Rate?.Take(TimeSpan.MaxValue) is { } wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _clock, cancellationToken);
        }

        return true;
    }

    private static SmtpServerStatus StatusOf(SmtpConnectionPool pool)
    {
        SmtpServerHealth health = pool.Health;
        TimeSpan rest = health.SetAsideFor;
        TimeSpan closed = pool.DailyQuota?.ClosedFor ?? TimeSpan.Zero;
        return new SmtpServerStatus
        {
            Uuid = pool.Server.Options.Uuid,
            Name = pool.Server.Name,
            State = rest > TimeSpan.Zero ? SmtpServerState.Resting : closed > TimeSpan.Zero ? SmtpServerState.UsedUp : SmtpServerState.Ready,
            For = rest > TimeSpan.Zero ? rest : closed,
            LastFailure = health.LastFailure is { } failure ? $"{(failure.Code > 0 ? $"{failure.Code} " : "")}{failure.ReplyText}" : null,
            OpenConnections = pool.OpenCount,
            MaxConnections = pool.MaxConnections,
            SentLastMinute = health.SentLastMinute,
            Sent = health.Sent,
            Refused = health.Refused,
            Deferred = health.Deferred,
            Failed = health.Failed,
        };
    }

    /// <summary>
    /// Waits until a server that was set aside may be tried again. False when that takes longer than a message may wait, or its attempts
    /// are used up; waiting even then keeps a dead server from using up a whole campaign in a second.
    /// </summary>
    private async Task<bool> WaitForHealthAsync(SmtpConnectionPool[] choice, int attempt, CancellationToken cancellationToken)
    {
        SmtpConnectionPool next = choice.MinBy(pool => pool.Health.SetAsideFor)!;
        if (attempt >= next.Server.Attempts && attempt > 1)
        {
            return false;
        }

        TimeSpan pause = next.Health.SetAsideFor;
        TimeSpan limit = next.Server.WaitTimeout;
        TimeSpan wait = pause < limit ? pause : limit;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _clock, cancellationToken);
        }

        return pause <= limit;
    }
}
