using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Subscribers.Searching;

/// <summary>
/// Takes people into SQLite's search index some time after they came, so that an import does not pay for it. PostgreSQL keeps its index itself.
/// </summary>
internal sealed partial class SubscriberIndexWorker(
    IDbContextFactory<ListmonkDbContext> databases,
    IDatabaseDialect dialect,
    IOptions<ListmonkOptions> options,
    TimeProvider clock,
    ILogger<SubscriberIndexWorker> logger) : BackgroundService
{
    /// <summary>Ids taken in within one transaction: some 20 ms.</summary>
    private const int Slice = 1_000;

    /// <summary>More new ids than this between two looks are an import; it goes first.</summary>
    private const int Trickle = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private long _lastSeen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (dialect.HasConcurrentWriters || !options.Value.Workers)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryCatchUpAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>Takes in everybody who is there, unless many come just now.</summary>
    internal async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (await IsBehindAsync(cancellationToken))
        {
            await databases.WriteAsync(
                async db =>
                {
                    // Ids are never given twice, so what is above the mark is new.
                    await db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO subscriber_index (rowid, text)
                        SELECT id, email || char(10) || name FROM subscribers
                        WHERE id > (SELECT up_to FROM subscriber_index_state) AND id <= (SELECT up_to FROM subscriber_index_state) + {Slice}
                        """,
                        cancellationToken);
                    await db.Database.ExecuteSqlAsync(
                        $"UPDATE subscriber_index_state SET up_to = MIN(up_to + {Slice}, MAX(up_to, (SELECT COALESCE(MAX(id), 0) FROM subscribers)))", cancellationToken);
                },
                cancellationToken);
        }
    }

    private async Task<bool> IsBehindAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var last = await db.Subscribers.MaxAsync(person => (int?)person.Id, cancellationToken) ?? 0;
        var isQuiet = last - _lastSeen <= Trickle;
        _lastSeen = last;
        return isQuiet && last > await db.Database.SqlQuery<long>($"SELECT up_to AS value FROM subscriber_index_state").SingleAsync(cancellationToken);
    }

    private async Task TryCatchUpAsync(CancellationToken stoppingToken)
    {
        try
        {
            await CatchUpAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "New people could not be taken into the search index; searching them stays slow until it succeeds")]
    private partial void LogFailed(Exception exception);
}
