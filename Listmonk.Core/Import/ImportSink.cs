using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Import;

// How a million rows get in without anybody waiting. A chunk goes into a temporary table first, which takes no lock that others want.
// Then set-based statements move it to the real tables in slices, each slice one transaction behind the write gate, sized so that the
// gate is held for about 40 ms. Rows are ordered by address, and their new UUIDs are sorted alike (they stay random, only their order is
// the addresses' order within one chunk), so that a slice touches neighbouring pages of both unique indexes. On SQLite checkpoints are
// taken out of the commits and run between slices. Each slice commits how far its chunk is stored (the last address) and a note of itself
// (ImportSlice), the last one the job's line: after a kill the chunk is read again and goes on behind that address, so that each row is
// stored and counted once. The job's lease epoch is part of each slice's transaction, so that a process which lost the import to another
// one stores nothing any more.

/// <summary>Stores chunks of people with their subscriptions.</summary>
internal sealed class ImportSink : IAsyncDisposable
{
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(40);
    private const int FirstSlice = 3000;

    /// <summary>Smaller slices would write the same pages more often; on an overloaded machine they would only make the load worse.</summary>
    private const int SmallestSlice = 2000;
    private const int LargestSlice = 20_000;

    /// <summary>Rows stored between two checkpoints.</summary>
    private const int CheckpointEvery = 20_000;

    /// <summary>SQL for the status of a subscription that an import makes or overwrites.</summary>
    public const string Becomes = "CASE WHEN s.status = 'blocklisted' THEN 'unsubscribed' ELSE @status END";

    private readonly DbConnection _connection;
    private readonly IDatabaseDialect _dialect;
    private readonly WriteGate _gate;
    private readonly TimeProvider _clock;
    private readonly int _jobId;
    private readonly int _epoch;
    private readonly List<string> _statements = [];
    private readonly ImportRequest _request;
    private int _slice = FirstSlice;
    private int _sinceCheckpoint;

    private ImportSink(DbConnection connection, IDatabaseDialect dialect, WriteGate gate, TimeProvider clock, ImportJob job, ImportRequest request)
    {
        _connection = connection;
        _dialect = dialect;
        _gate = gate;
        _clock = clock;
        _jobId = job.Id;
        _epoch = job.LeaseEpoch;
        _request = request;
        Created = job.Created;
        _statements.AddRange(Statements(request, dialect));
    }

    /// <summary>People of the whole import so far who were not known before.</summary>
    public int Created { get; private set; }

    private bool IsSqlite => !_dialect.HasConcurrentWriters;

    public static async Task<ImportSink> OpenAsync(
        IHotConnectionFactory connections, WriteGate gate, TimeProvider clock, ImportJob job, ImportRequest request, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(cancellationToken);
        var sink = new ImportSink(connection, connections.Dialect, gate, clock, job, request);
        await ImportStage.CreateAsync(connection, cancellationToken);
        return sink;
    }

    /// <summary>Notes when the import began and which columns its file has.</summary>
    public async Task BeginAsync(DateTimeOffset startedAt, List<string> columns, CancellationToken cancellationToken)
    {
        using var turn = await _gate.EnterAsync(cancellationToken);
        await using var begin = _connection.CreateCommand();
#pragma warning disable CA2100 // The statement is this file's own.
        begin.CommandText = $"UPDATE import_jobs SET started_at = @at, columns = {_dialect.JsonParameter("@columns")} WHERE id = @id AND lease_epoch = @epoch";
#pragma warning restore CA2100
        begin.Add("@at", _dialect.TimeValue(startedAt));
        begin.Add("@columns", JsonSerializer.Serialize(columns, JsonSerializerOptions.Default));
        begin.Add("@id", _jobId);
        begin.Add("@epoch", _epoch);
        await begin.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stores a chunk slice by slice; <paramref name="advanced"/> gets the share done.</summary>
    /// <param name="storedTo">Up to which address the chunk is stored already; null for a new one.</param>
    /// <returns>False when a request to stop ended it early, or the import has passed to another process.</returns>
    public async Task<bool> WriteAsync(
        ImportChunk chunk, string? storedTo, int importedBefore, int rejectedBefore, Action<int> advanced, CancellationToken cancellationToken)
    {
        await ImportStage.FillAsync(_connection, chunk.Rows, chunk.Uuids, cancellationToken);
        var position = chunk.PositionAfter(storedTo);
        do
        {
            var end = Math.Min(chunk.Rows.Count, position + _slice);
            var isLast = end == chunk.Rows.Count;
            var imported = importedBefore + (isLast ? chunk.ImportedLines : (int)((long)chunk.ImportedLines * end / chunk.Rows.Count));
            var slice = new SliceEnd(imported, isLast ? null : chunk.Rows[end - 1].Email, isLast ? chunk : null);
            var goesOn = await WriteSliceAsync(position, end, slice, rejectedBefore, cancellationToken);
            _sinceCheckpoint += end - position;
            position = end;
            advanced(imported);
            if (!goesOn)
            {
                return false;
            }

            if (IsSqlite && _sinceCheckpoint >= CheckpointEvery)
            {
                _sinceCheckpoint = 0;
                await ImportStage.RunAsync(_connection, "PRAGMA wal_checkpoint(PASSIVE)", cancellationToken);
            }
        }
        while (position < chunk.Rows.Count);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await ImportStage.DropAsync(_connection);
        await _connection.DisposeAsync();
    }

    private static IEnumerable<string> Statements(ImportRequest request, IDatabaseDialect dialect)
    {
        const string Slice = "r.pos >= @from AND r.pos < @to";
        if (request.Mode == ImportMode.Blocklist)
        {
            yield return $"""
                INSERT INTO subscribers (uuid, email, name, attribs, status, created_at, updated_at)
                SELECT r.uuid, r.email, r.name, COALESCE(r.attribs, {dialect.JsonParameter("'{}'")}), 'blocklisted', @now, @now
                FROM import_rows r WHERE {Slice} ORDER BY r.pos
                ON CONFLICT (email) DO UPDATE SET status = 'blocklisted', updated_at = excluded.updated_at
                """;
            yield return $"""
                UPDATE subscriber_lists SET status = 'unsubscribed', updated_at = @now
                WHERE status <> 'unsubscribed'
                AND subscriber_id IN (SELECT s.id FROM import_rows r CROSS JOIN subscribers s WHERE s.email = r.email AND {Slice})
                """;
            yield break;
        }

        if (request.OverwritesPeople)
        {
            var attributes = request.MergesAttributes ? dialect.MergeJson("subscribers.attribs", "r.attribs") : "r.attribs";
            yield return $"""
                UPDATE subscribers SET name = COALESCE(r.given, subscribers.name), attribs = COALESCE({attributes}, subscribers.attribs)
                FROM import_rows r WHERE subscribers.email = r.email AND {Slice}
                """;
        }

        yield return $"""
            INSERT INTO subscribers (uuid, email, name, attribs, status, created_at, updated_at)
            SELECT r.uuid, r.email, r.name, COALESCE(r.attribs, {dialect.JsonParameter("'{}'")}), 'enabled', @now, @now
            FROM import_rows r WHERE {Slice} ORDER BY r.pos
            ON CONFLICT (email) DO UPDATE SET updated_at = excluded.updated_at
            """;
        var overwrites = !request.OverwritesSubscriptions ? "NOTHING"
            : "UPDATE SET status = excluded.status, updated_at = excluded.updated_at" + (request.KeepsUnsubscribed ? " WHERE subscriber_lists.status <> 'unsubscribed'" : "");
        yield return $"""
            INSERT INTO subscriber_lists (subscriber_id, list_id, status, meta, created_at, updated_at)
            SELECT s.id, l.id, {Becomes}, {dialect.JsonParameter("'{}'")}, @now, @now
            FROM import_rows r CROSS JOIN subscribers s CROSS JOIN lists l
            WHERE s.email = r.email AND l.id IN ({string.Join(", ", request.ListIds.Select(id => id.ToString(CultureInfo.InvariantCulture)))}) AND {Slice}
            ON CONFLICT (subscriber_id, list_id) DO {overwrites}
            """;
    }

    private async Task<bool> WriteSliceAsync(int from, int to, SliceEnd slice, int rejectedBefore, CancellationToken cancellationToken)
    {
        using var turn = await _gate.EnterAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        var created = to > from ? await StoreAsync(from, to, transaction, cancellationToken) : 0;
        if (slice.Ended is { } ended)
        {
            await NoteProblemsAsync(ended, transaction, cancellationToken);
        }

        if (!await AdvanceAsync(slice, created, rejectedBefore, transaction, cancellationToken))
        {
            // Another process has taken over; disposing the transaction undoes the slice.
            return false;
        }

        await using var status = Command("SELECT status FROM import_jobs WHERE id = @id", transaction);
        status.Add("@id", _jobId);
        var goesOn = (string?)await status.ExecuteScalarAsync(cancellationToken) == EnumText.Of(ImportStatus.Importing);
        await transaction.CommitAsync(cancellationToken);
        Created += created;
        Adapt(to - from, Stopwatch.GetElapsedTime(started));
        return goesOn;
    }

    /// <returns>How many people are new.</returns>
    private async Task<int> StoreAsync(int from, int to, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var now = _dialect.TimeValue(_clock.GetUtcNow());
        var before = await HighestIdAsync(transaction, cancellationToken);
        foreach (var statement in _statements)
        {
            await using var command = Command(statement, transaction);
            command.Add("@from", from);
            command.Add("@to", to);
            command.Add("@now", now);
            if (statement.Contains("@status", StringComparison.Ordinal))
            {
                command.Add("@status", EnumText.Of(_request.SubscriptionStatus ?? SubscriptionStatus.Unconfirmed));
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var after = await HighestIdAsync(transaction, cancellationToken);
        await using (var note = Command("INSERT INTO import_slices (import_job_id, at, after_id, last_id) VALUES (@id, @now, @before, @after)", transaction))
        {
            note.Add("@id", _jobId);
            note.Add("@now", now);
            note.Add("@before", before);
            note.Add("@after", after);
            await note.ExecuteNonQueryAsync(cancellationToken);
        }

        // Not every id in between is a new person: upserts and other writers use some up.
        await using var count = Command("SELECT COUNT(*) FROM subscribers WHERE id > @before AND id <= @after AND created_at = @now", transaction);
        count.Add("@before", before);
        count.Add("@after", after);
        count.Add("@now", now);
        return Convert.ToInt32(await count.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task<int> HighestIdAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT COALESCE(MAX(id), 0) FROM subscribers", transaction);
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    /// <returns>False when the import has passed to another process.</returns>
    private async Task<bool> AdvanceAsync(SliceEnd slice, int created, int rejectedBefore, DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var progress = Command(
            slice.Ended is null
                ? "UPDATE import_jobs SET imported = @imported, created = created + @created, chunk_email = @email WHERE id = @id AND lease_epoch = @epoch"
                : "UPDATE import_jobs SET imported = @imported, created = created + @created, chunk_email = NULL, rejected = @rejected, last_line = @line WHERE id = @id AND lease_epoch = @epoch",
            transaction);
        progress.Add("@imported", slice.Imported);
        progress.Add("@created", created);
        progress.Add("@id", _jobId);
        progress.Add("@epoch", _epoch);
        if (slice.Ended is { } ended)
        {
            progress.Add("@rejected", rejectedBefore + ended.RejectedLines);
            progress.Add("@line", ended.LastLine);
        }
        else
        {
            progress.Add("@email", slice.StoredTo!);
        }

        return await progress.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task NoteProblemsAsync(ImportChunk chunk, DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (chunk.Rejects is null)
        {
            return;
        }

        await using (var lines = Command("INSERT INTO import_rejects (import_job_id, lines) VALUES (@id, @lines)", transaction))
        {
            lines.Add("@id", _jobId);
            lines.Add("@lines", chunk.Rejects);
            await lines.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var count = Command("SELECT COUNT(*) FROM import_problems WHERE import_job_id = @id", transaction);
        count.Add("@id", _jobId);
        var room = ImportQueries.MaxProblems - Convert.ToInt32(await count.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        foreach (var problem in chunk.Problems.Take(Math.Max(0, room)))
        {
            await using var insert = Command("INSERT INTO import_problems (import_job_id, line, reason) VALUES (@id, @line, @reason)", transaction);
            insert.Add("@id", _jobId);
            insert.Add("@line", problem.Line);
            insert.Add("@reason", problem.Reason);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private void Adapt(int rows, TimeSpan elapsed)
    {
        if (rows < SmallestSlice)
        {
            return;
        }

        var ideal = (int)Math.Clamp(rows * (Target / elapsed), SmallestSlice, LargestSlice);
        _slice = Math.Clamp((_slice + ideal) / 2, SmallestSlice, LargestSlice);
    }

    private DbCommand Command(string sql, DbTransaction transaction)
    {
        var command = _connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The statements are this file's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    /// <summary>What a slice's commit says about the chunk.</summary>
    /// <param name="StoredTo">The last address stored, while more of the chunk follows.</param>
    /// <param name="Ended">The chunk, when this was its last slice.</param>
    private sealed record SliceEnd(int Imported, string? StoredTo, ImportChunk? Ended);
}
