using System.Threading.Channels;
using Listmonk.Core.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>Reads every enabled mailbox, each at its own pace, and follows changes of the settings.</summary>
internal sealed partial class MailboxWorker(
    MailboxConnector connector,
    MailboxScanner scanner,
    MailboxStatusBoard board,
    SettingsStore settings,
    IOptions<ListmonkOptions> options,
    TimeProvider clock,
    ILogger<MailboxWorker> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Workers)
        {
            return;
        }

        await Task.Yield();
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        using var watch = settings.Changed.Subscribe(_ => changes.Writer.TryWrite(true));
        var running = new Dictionary<BounceMailbox, Run>();
        try
        {
            do
            {
                await FollowAsync(running, stoppingToken);
            }
            while (await changes.Reader.ReadAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
        finally
        {
            await StopAsync([.. running.Values]);
        }
    }

    /// <summary>Stops what changed or went, starts what is new.</summary>
    private async Task FollowAsync(Dictionary<BounceMailbox, Run> running, CancellationToken stoppingToken)
    {
        var current = settings.Current;
        var wanted = current.Bounces.Enabled ? current.BounceMailboxes.Mailboxes.Where(mailbox => mailbox.Enabled && mailbox.Host.Length > 0).ToHashSet() : [];
        var gone = running.Where(pair => !wanted.Contains(pair.Key)).ToList();
        gone.ForEach(pair => running.Remove(pair.Key));
        await StopAsync([.. gone.Select(pair => pair.Value)]);
        foreach (var mailbox in wanted.Where(mailbox => !running.ContainsKey(mailbox)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            running[mailbox] = new Run(stop, RunAsync(mailbox, stop.Token));
        }
    }

    private static async Task StopAsync(List<Run> runs)
    {
        foreach (var run in runs)
        {
            await run.Stop.CancelAsync();
        }

        foreach (var run in runs)
        {
            await run.Task;
            run.Stop.Dispose();
        }
    }

    private async Task RunAsync(BounceMailbox mailbox, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var interval = DurationText.ParseOr(mailbox.ScanInterval, BounceMailbox.ShortestInterval);
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = interval;
            try
            {
                await ReadAsync(mailbox, interval, () => failures = 0, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever a server or a mail does, the mailbox is tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // First soon, then ever later, never later than asked for.
                pause = TimeSpan.FromTicks(Math.Min(interval.Ticks, FirstPause.Ticks << Math.Min(failures++, 10)));
                if (MailboxTestService.IsFault(exception))
                {
                    LogUnreachable(mailbox.Host, exception.Message);
                }
                else
                {
                    LogFailed(exception, mailbox.Host);
                }

                board.Set(mailbox.Uuid, status => status with { State = MailboxState.Failed, Fault = exception.Message, NextAt = clock.GetUtcNow() + pause });
            }

            await PauseAsync(mailbox, pause, cancellationToken);
        }

        board.Set(mailbox.Uuid, status => status with { State = MailboxState.Off, NextAt = null, Fault = null });
    }

    /// <summary>One connection: a scan, and as long as the server tells of new mail, the next ones.</summary>
    private async Task ReadAsync(BounceMailbox mailbox, TimeSpan interval, Action succeeded, CancellationToken cancellationToken)
    {
        board.Set(mailbox.Uuid, status => status with { State = MailboxState.Reading, NextAt = null });
        await using var session = await connector.OpenAsync(mailbox, cancellationToken);
        while (true)
        {
            var scan = await scanner.ScanAsync(mailbox, session, cancellationToken);
            succeeded();
            var now = clock.GetUtcNow();
            board.Set(mailbox.Uuid, status => status with
            {
                State = session.CanWatch ? MailboxState.Watching : MailboxState.Waiting,
                ScannedAt = now,
                NextAt = session.CanWatch ? null : now + interval,
                Fault = null,
                Total = status.Total.Plus(scan) with { Present = scan.Present },
            });
            if (scan.Read > 0)
            {
                LogRead(mailbox.Host, scan.Read, scan.Recorded, scan.Unmatched, scan.Unsubscribed);
            }

            if (!session.CanWatch)
            {
                await session.CloseAsync(cancellationToken);
                return;
            }

            await WatchAsync(mailbox, session, interval, cancellationToken);
            board.Set(mailbox.Uuid, status => status with { State = MailboxState.Reading });
        }
    }

    private async Task WatchAsync(BounceMailbox mailbox, IMailboxSession session, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(interval, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var wish = WishAsync(mailbox, stop.Token);
        var watching = session.WatchAsync(stop.Token, cancellationToken);
        await Task.WhenAny(watching, wish);
        await stop.CancelAsync();
        await watching;
        await wish;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task PauseAsync(BounceMailbox mailbox, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(pause, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await WishAsync(mailbox, stop.Token);
    }

    /// <summary>Returns when somebody wants the mailbox to be read, or at the token.</summary>
    private async Task WishAsync(BounceMailbox mailbox, CancellationToken stop)
    {
        try
        {
            await board.WishesFor(mailbox.Uuid).ReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // Time, or the end.
        }
    }

    private sealed record Run(CancellationTokenSource Stop, Task Task);

    [LoggerMessage(Level = LogLevel.Information, Message = "Mailbox at {Host}: {Read} mails read, {Recorded} bounces recorded, {Unmatched} lead to nobody, {Unsubscribed} people left")]
    private partial void LogRead(string host, int read, int recorded, int unmatched, int unsubscribed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mailbox at {Host} cannot be read: {Reason}")]
    private partial void LogUnreachable(string host, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading the mailbox at {Host} failed")]
    private partial void LogFailed(Exception exception, string host);
}
