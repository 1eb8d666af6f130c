using System.Data;
using System.Data.Common;
using System.Globalization;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;

namespace Listmonk.Core.Takeover;

/// <summary>
/// Writes batches of the source's rows, each in one short transaction with the state that says so. A batch that meets a unique index is
/// written row by row, and the row that has no place is noted.
/// </summary>
internal sealed class TakeoverTarget : IAsyncDisposable
{
    private const long Unbounded = long.MaxValue;

    private static readonly HotStatement CountBounces =
        new("UPDATE campaigns SET bounces = bounces + @count WHERE id = @campaign", ("@count", DbType.Int32), ("@campaign", DbType.Int32));

    private readonly CopyStatementCache _statements;
    private readonly IDatabaseDialect _dialect;
    private readonly WriteGate _gate;
    private readonly TimeProvider _clock;
    private readonly HitHistory _hits;
    private readonly HotWriter _writer;
    private readonly HotStatement _saveState;
    private readonly int _jobId;
    private readonly int _epoch;

    public TakeoverTarget(DbConnection connection, IDatabaseDialect dialect, WriteGate gate, HitHistory hits, TimeProvider clock, TakeoverJob job)
    {
        (_dialect, _gate, _hits, _clock) = (dialect, gate, hits, clock);
        (_jobId, _epoch) = (job.Id, job.LeaseEpoch);
        _writer = new HotWriter(connection);
        _statements = new CopyStatementCache(dialect);
        State = TakeoverState.Parse(job.State);
        _saveState = new HotStatement(
            $"UPDATE takeovers SET state = {dialect.JsonParameter("@state")}, lease_until = @until WHERE id = @id AND lease_epoch = @epoch RETURNING id",
            ("@state", DbType.String), ("@until", DbType.DateTime), ("@id", DbType.Int32), ("@epoch", DbType.Int32));
    }

    /// <summary>As it is committed.</summary>
    public TakeoverState State { get; private set; }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <summary>Changes the state alone.</summary>
    public async Task ChangeAsync(Action<TakeoverState> change, CancellationToken cancellationToken) =>
        await CommitAsync(
            state =>
            {
                change(state);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>Writes the rows that follow <paramref name="after"/>; with <paramref name="isLast"/> everything here beyond them counts as looked at too.</summary>
    /// <returns>Ids of rows here that the source has deleted since the last run, for their services to delete.</returns>
    public Task<IReadOnlyList<int>> CopyAsync(
        CopyTable table, IReadOnlyList<object?[]> rows, IReadOnlyDictionary<string, List<object?[]>> children, long[] after, bool isLast, CancellationToken cancellationToken) =>
        EachAsync(table, rows, after, isLast, (state, part, from, last) => WriteAsync(state, table, part, children, from, last, cancellationToken), cancellationToken);

    /// <summary>Adds rows that never change: each is written once, and the cursor remembers that.</summary>
    public Task AppendBouncesAsync(IReadOnlyList<object?[]> rows, long[] after, CancellationToken cancellationToken) => EachAsync(
        CopyTables.Bounces,
        rows,
        after,
        isLast: false,
        async (state, part, from, _) =>
        {
            var table = CopyTables.Bounces;
            var statements = _statements.Of(table);
            var taken = await PresentAsync(table, from, table.KeyOf(part[^1]), cancellationToken);
            var kept = await WithParentsAsync(state, table.Name, table.Columns, table.Parents, part, cancellationToken);
            foreach (var campaign in kept.Select(row => row[table.IndexOf("campaign_id")]).OfType<int>().CountBy(id => id))
            {
                _writer.Run(CountBounces, campaign.Value, campaign.Key);
            }

            foreach (var row in kept)
            {
                // A bounce of today may have the id already; nothing leads to a bounce by its id.
                if (taken.ContainsKey(KeyText(table.KeyOf(row))))
                {
                    _writer.Run(statements.InsertWithoutKey, Values(table.Columns, row).AsSpan(1));
                }
                else
                {
                    _writer.Run(statements.Upsert, Values(table.Columns, row));
                }

                state.CountOf(table.Name).Added++;
            }

            return [];
        },
        cancellationToken);

    /// <summary>Adds opens or clicks, figures included.</summary>
    public Task AppendHitsAsync(CopyTable table, IReadOnlyList<object?[]> rows, long[] after, CancellationToken cancellationToken) => EachAsync(
        table,
        rows,
        after,
        isLast: false,
        async (state, part, _, _) =>
        {
            var kind = table == CopyTables.Clicks ? HitKind.Click : HitKind.Open;
            var known = (await WithParentsAsync(state, table.Name, table.Columns, table.Parents, part, cancellationToken))
                .ConvertAll(row => HitHistory.Of(kind, (int)row[1]!, (int?)row[2], (int?)row[3] ?? 0, (DateTimeOffset)row[4]!));
            await _hits.AppendAsync(_writer, known, cancellationToken);
            state.CountOf(table.Name).Added += known.Count;
            return [];
        },
        cancellationToken);

    /// <summary>One transaction for all, or one for each when a unique index refuses one of them.</summary>
    private async Task<IReadOnlyList<int>> EachAsync(
        CopyTable table, IReadOnlyList<object?[]> rows, long[] after, bool isLast, Func<TakeoverState, IReadOnlyList<object?[]>, long[], bool, Task<IReadOnlyList<int>>> write, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<int> gone = [];
            await CommitAsync(
                async state =>
                {
                    gone = rows.Count > 0 || isLast ? await write(state, rows, after, isLast) : [];
                    if (rows.Count > 0)
                    {
                        state.CountOf(table.Name).Read += rows.Count;
                        state.Cursors[table.Name] = table.KeyOf(rows[^1]);
                    }
                },
                cancellationToken);
            return gone;
        }
        catch (DbException exception) when (_dialect.IsUniqueViolation(exception) && rows.Count > 0)
        {
            if (rows.Count == 1)
            {
                await SkipAsync(table, rows[0], cancellationToken);
                return isLast ? await EachAsync(table, [], table.KeyOf(rows[0]), isLast, write, cancellationToken) : [];
            }

            var gone = new List<int>();
            foreach (var row in rows)
            {
                gone.AddRange(await EachAsync(table, [row], after, isLast && row == rows[^1], write, cancellationToken));
                after = table.KeyOf(row);
            }

            return gone;
        }
    }

    private Task SkipAsync(CopyTable table, object?[] row, CancellationToken cancellationToken) => ChangeAsync(
        state =>
        {
            var count = state.CountOf(table.Name);
            (count.Read, count.Skipped) = (count.Read + 1, count.Skipped + 1);
            state.Note($"{table.Name}: something of this installation has the same address, name or default already", KeyText(table.KeyOf(row)));
            state.Cursors[table.Name] = table.KeyOf(row);
        },
        cancellationToken);

    private async Task<IReadOnlyList<int>> WriteAsync(
        TakeoverState state, CopyTable table, IReadOnlyList<object?[]> rows, IReadOnlyDictionary<string, List<object?[]>> children, long[] after, bool isLast, CancellationToken cancellationToken)
    {
        var statements = _statements.Of(table);
        var count = state.CountOf(table.Name);
        var present = await PresentAsync(table, after, isLast ? null : table.KeyOf(rows[^1]), cancellationToken);
        var owners = new HashSet<int>();
        var changed = new List<object?[]>();
        var known = new HashSet<object?[]>();
        foreach (var row in rows)
        {
            present.Remove(KeyText(table.KeyOf(row)), out var here);
            var there = Facts(table, row);
            var verdict = CopyRules.Judge(table, there, here, state.Before);
            if (here is not null && CopyRules.IsNo(table, verdict, there, here, state.First))
            {
                if (verdict == CopyVerdict.Keep)
                {
                    _writer.Run(statements.SayNo!, [table.No, _dialect.TimeValue(_clock.GetUtcNow()), .. table.KeyOf(row)]);
                    count.Updated++;
                    continue;
                }

                row[table.IndexOf("status")] = table.No;
            }

            if (verdict != CopyVerdict.Stranger)
            {
                state.RemoveStranger(table.Name, (int)row[0]!);
            }

            switch (verdict)
            {
                case CopyVerdict.Stranger:
                    count.Skipped++;
                    state.AddStranger(table.Name, (int)row[0]!);
                    state.Note($"{table.Name}: the id means another one here; what the source hangs on it is left out", KeyText(table.KeyOf(row)));
                    break;
                case CopyVerdict.StaysDeleted:
                    count.Skipped++;
                    state.Note($"{table.Name}: deleted here since the last run, and stays deleted");
                    break;
                case CopyVerdict.Update:
                    known.Add(row);
                    changed.Add(row);
                    break;
                case CopyVerdict.Add:
                    changed.Add(row);
                    break;
            }
        }

        foreach (var row in await WithParentsAsync(state, table.Name, table.Columns, table.Parents, changed, cancellationToken))
        {
            _writer.Run(statements.Upsert, Values(table.Columns, row));
            owners.Add((int)row[0]!);
            (count.Added, count.Updated) = known.Contains(row) ? (count.Added, count.Updated + 1) : (count.Added + 1, count.Updated);
        }

        foreach (var kind in table.Children)
        {
            await WriteChildrenAsync(state, kind, owners, children[kind.Source], cancellationToken);
        }

        var gone = present.Where(row => CopyRules.IsDeletedThere(table, row.Value, state.First)).Select(row => row.Key.Split(',')).ToList();
        count.Deleted += gone.Count;
        if (table.Key.Count == 1)
        {
            return [.. gone.Select(key => int.Parse(key[0], CultureInfo.InvariantCulture))];
        }

        foreach (var key in gone)
        {
            _writer.Run(statements.Delete, [.. key.Select(part => (object)long.Parse(part, CultureInfo.InvariantCulture))]);
        }

        return [];
    }

    private async Task WriteChildrenAsync(TakeoverState state, CopyChildren kind, HashSet<int> owners, List<object?[]> rows, CancellationToken cancellationToken)
    {
        var statements = _statements.Of(kind);
        foreach (var owner in owners)
        {
            _writer.Run(statements.Delete, owner);
        }

        var mine = rows.Where(row => owners.Contains((int)row[0]!)).ToList();
        // Two lists of one campaign that are both gone would be one row less; both names stay.
        foreach (var row in await WithParentsAsync(state, kind.Target, kind.Columns, kind.Parents, mine, cancellationToken))
        {
            _writer.Run(statements.InsertWithoutKey, Values(kind.Columns, row));
        }
    }

    /// <summary>The rows whose parents are here; optional parents that are not become null.</summary>
    private async Task<List<object?[]>> WithParentsAsync(
        TakeoverState state, string kind, IReadOnlyList<CopyColumn> columns, IReadOnlyList<CopyParent> parents, IReadOnlyList<object?[]> rows, CancellationToken cancellationToken)
    {
        var kept = rows.ToList();
        foreach (var parent in parents)
        {
            var index = columns.Select((column, i) => (column, i)).First(pair => pair.column.Name == parent.Column).i;
            var here = await IdsAsync(parent.Kind, kept.Select(row => row[index]).OfType<int>(), cancellationToken);
            kept.RemoveAll(row =>
            {
                if (row[index] is int id && here.Contains(id) && !state.IsStranger(parent.Kind, id))
                {
                    return false;
                }

                if (!parent.IsRequired)
                {
                    row[index] = null;
                    return false;
                }

                state.CountOf(kind).Skipped++;
                state.Note($"{kind}: {(row[index] is null ? $"belongs to none of the {parent.Kind} any more" : $"belongs to one of the {parent.Kind} that is not here")}");
                return true;
            });
        }

        return kept;
    }

    private async Task<HashSet<int>> IdsAsync(string kind, IEnumerable<int> ids, CancellationToken cancellationToken)
    {
        var list = TrackingLog.IdList(ids);
        var found = new HashSet<int>();
        if (list.Length <= 2)
        {
            return found;
        }

        await using var reader = await _writer.QueryAsync(_statements.IdsOf(kind), [list], cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(reader.GetInt32(0));
        }

        return found;
    }

    /// <summary>What is here with keys above the one and up to the other.</summary>
    private async Task<Dictionary<string, PresentRow>> PresentAsync(CopyTable table, long[] after, long[]? last, CancellationToken cancellationToken)
    {
        var present = new Dictionary<string, PresentRow>(StringComparer.Ordinal);
        last ??= [.. table.Key.Select(_ => Unbounded)];
        await using var reader = await _writer.QueryAsync(_statements.Of(table).Present, [.. after.Concat(last).Select(value => (object?)value)], cancellationToken);
        var next = table.Key.Count;
        var (uuid, updated) = (table.IndexOf("uuid") >= 0, table.IndexOf("updated_at") >= 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = string.Join(',', Enumerable.Range(0, next).Select(i => reader.GetInt64(i).ToString(CultureInfo.InvariantCulture)));
            present.Add(key, new PresentRow(
                uuid ? reader.GetGuid(next + 1) : null,
                _dialect.ReadTime(reader, next),
                updated ? _dialect.ReadTime(reader, next + (uuid ? 2 : 1)) : null,
                table.No is not null && reader.GetString(reader.FieldCount - 1) == table.No));
        }

        return present;
    }

    private async Task CommitAsync(Func<TakeoverState, Task> work, CancellationToken cancellationToken)
    {
        var next = TakeoverState.Parse(State.ToJson());
        using var turn = await _gate.EnterAsync(cancellationToken);
        await _writer.BeginAsync(cancellationToken);
        var isCommitted = false;
        try
        {
            await work(next);
            await _writer.FlushAsync(cancellationToken);
            var saved = await _writer.ScalarAsync(_saveState, [next.ToJson(), _dialect.TimeValue(_clock.GetUtcNow() + LeaseStore.Duration), _jobId, _epoch], cancellationToken);
            if (saved is null)
            {
                throw new TakeoverException("Another process has taken over this takeover.");
            }

            await _writer.CommitAsync(cancellationToken);
            isCommitted = true;
        }
        finally
        {
            if (!isCommitted)
            {
                await _writer.RollbackAsync();
            }
        }

        State = next;
    }

    private static PresentRow Facts(CopyTable table, object?[] row) => new(
        table.IndexOf("uuid") is var uuid and >= 0 ? (Guid)row[uuid]! : null,
        (DateTimeOffset)row[table.IndexOf("created_at")]!,
        table.IndexOf("updated_at") is var updated and >= 0 ? (DateTimeOffset)row[updated]! : null,
        table.No is not null && table.No == row[table.IndexOf("status")] as string);

    private object?[] Values(IReadOnlyList<CopyColumn> columns, object?[] row) =>
        [.. row.Select((value, i) => value is DateTimeOffset time && columns[i].Type == DbType.DateTime ? _dialect.TimeValue(time) : value)];

    private static string KeyText(long[] key) => string.Join(',', key.Select(part => part.ToString(CultureInfo.InvariantCulture)));
}
