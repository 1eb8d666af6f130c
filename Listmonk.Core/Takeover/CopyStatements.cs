using System.Data;
using Listmonk.Core.Data;

namespace Listmonk.Core.Takeover;

/// <summary>The target's statements for one kind of rows.</summary>
/// <param name="Present">Keys and facts of the rows between two keys.</param>
/// <param name="SayNo">Null for kinds without <see cref="CopyTable.No"/>.</param>
internal sealed record CopyStatements(HotStatement Upsert, HotStatement InsertWithoutKey, HotStatement Present, HotStatement Delete, HotStatement? SayNo = null);

/// <summary>Makes each statement once, so that it is prepared once a connection.</summary>
internal sealed class CopyStatementCache(IDatabaseDialect dialect)
{
    private readonly Dictionary<string, CopyStatements> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HotStatement> _ids = new(StringComparer.Ordinal);

    public CopyStatements Of(CopyTable table)
    {
        if (_statements.TryGetValue(table.Name, out var known))
        {
            return known;
        }

        string?[] facts = ["created_at", table.IndexOf("uuid") >= 0 ? "uuid" : null, table.IndexOf("updated_at") >= 0 ? "updated_at" : null, table.No is null ? null : "status"];
        var isRow = string.Join(" AND ", table.Key.Select((column, i) => $"{column} = @key{i}"));
        var statements = new CopyStatements(
            table.Upsert(dialect),
            CopyTable.Insert(table.Name, [.. table.Columns.Skip(table.Key.Count)], dialect),
            new HotStatement(
                $"SELECT {string.Join(", ", table.Key.Concat(facts.OfType<string>()))} FROM {table.Name} WHERE {table.IsBeyond(">", "after")} AND {table.IsBeyond("<=", "last")}",
                [.. table.KeyParameters("after"), .. table.KeyParameters("last")]),
            new HotStatement($"DELETE FROM {table.Name} WHERE {isRow}", [.. table.KeyParameters("key")]),
            table.No is null
                ? null
                : new HotStatement(
                    $"UPDATE {table.Name} SET status = @status, updated_at = @now WHERE {isRow}",
                    [("@status", DbType.String), ("@now", DbType.DateTime), .. table.KeyParameters("key")]));
        _statements.Add(table.Name, statements);
        return statements;
    }

    /// <summary>Children go and come by their owner.</summary>
    public CopyStatements Of(CopyChildren kind)
    {
        if (!_statements.TryGetValue(kind.Target, out var statements))
        {
            var insert = CopyTable.Insert(kind.Target, kind.Columns, dialect);
            statements = new CopyStatements(insert, insert, insert, new HotStatement($"DELETE FROM {kind.Target} WHERE {kind.OwnerColumn} = @owner", ("@owner", DbType.Int32)));
            _statements.Add(kind.Target, statements);
        }

        return statements;
    }

    /// <summary>Which of a list of ids are here.</summary>
    public HotStatement IdsOf(string kind)
    {
        if (!_ids.TryGetValue(kind, out var statement))
        {
            _ids.Add(kind, statement = new HotStatement($"SELECT id FROM {kind} WHERE {dialect.IsInIds("id", "@ids")}", ("@ids", DbType.String)));
        }

        return statement;
    }
}
