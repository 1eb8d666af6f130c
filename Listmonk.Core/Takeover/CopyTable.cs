using System.Data;
using System.Globalization;
using Listmonk.Core.Data;

namespace Listmonk.Core.Takeover;

/// <summary>A column here and the expression that yields it there.</summary>
/// <param name="Source">SQL on the source's row <c>s</c>.</param>
/// <param name="Needs">A column of the source's table that older versions lack; null when all have what is needed.</param>
/// <param name="Otherwise">SQL in its place.</param>
internal sealed record CopyColumn(string Name, DbType Type, string Source, string? Needs = null, string Otherwise = "NULL")
{
    public bool IsJson { get; init; }

    /// <summary>False for what this installation counts itself: set when the row arrives, left alone when it is updated.</summary>
    public bool IsUpdated { get; init; } = true;
}

/// <summary>A column that leads to a row of another kind.</summary>
/// <param name="IsRequired">Whether the row has no meaning without it; otherwise the column becomes null.</param>
internal sealed record CopyParent(string Column, string Kind, bool IsRequired);

/// <summary>Rows that belong to rows of a <see cref="CopyTable"/> and come and go with them as a whole.</summary>
internal sealed record CopyChildren(string Source, string Target, string OwnerColumn, IReadOnlyList<CopyColumn> Columns, IReadOnlyList<CopyParent> Parents);

/// <summary>How one kind of rows is copied: read in the order of its key, written with the same ids.</summary>
internal sealed class CopyTable
{
    /// <summary>The table's name, on both sides, and the kind's name in reports.</summary>
    public required string Name { get; init; }

    /// <summary>One or two integer columns; the first of <see cref="Columns"/>.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    public required IReadOnlyList<CopyColumn> Columns { get; init; }

    public IReadOnlyList<CopyParent> Parents { get; init; } = [];

    public IReadOnlyList<CopyChildren> Children { get; init; } = [];

    /// <summary>Whether rows that the source has deleted since the last run go here too.</summary>
    public bool FollowsDeletions { get; init; }

    /// <summary>Whether rows that were deleted here stay deleted; false for what others still lead to.</summary>
    public bool StaysDeleted { get; init; } = true;

    /// <summary>The status of people who want no mail; null for kinds without one. A run does not take back one that was said here.</summary>
    public string? No { get; init; }

    /// <summary>Whether the source's no counts even when the row was changed here later, since rows of this kind change for other reasons too.</summary>
    public bool TakesNoFromOlder { get; init; }

    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }

    public long[] KeyOf(object?[] row) => [.. Enumerable.Range(0, Key.Count).Select(i => Convert.ToInt64(row[i], CultureInfo.InvariantCulture))];

    /// <summary>SQL that is true for keys above (or up to) a bound; both databases compare rows of values.</summary>
    public string IsBeyond(string comparison, string prefix, string alias = "") =>
        $"({string.Join(", ", Key.Select(column => alias + column))}) {comparison} ({string.Join(", ", Key.Select((_, i) => $"@{prefix}{i}"))})";

    public IEnumerable<(string Name, DbType Type)> KeyParameters(string prefix) => Key.Select((_, i) => ($"@{prefix}{i}", DbType.Int64));

    public HotStatement Upsert(IDatabaseDialect dialect)
    {
        var updated = Columns.Skip(Key.Count).Where(column => column.IsUpdated).Select(column => $"{column.Name} = excluded.{column.Name}");
        return new HotStatement($"{InsertSql(Name, Columns, dialect)} ON CONFLICT ({string.Join(", ", Key)}) DO UPDATE SET {string.Join(", ", updated)}", Parameters(Columns));
    }

    public static HotStatement Insert(string table, IReadOnlyList<CopyColumn> columns, IDatabaseDialect dialect) =>
        new(InsertSql(table, columns, dialect), Parameters(columns));

    private static string InsertSql(string table, IReadOnlyList<CopyColumn> columns, IDatabaseDialect dialect) =>
        $"""
        INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))})
        VALUES ({string.Join(", ", columns.Select(column => column.IsJson ? dialect.JsonParameter("@" + column.Name) : "@" + column.Name))})
        """;

    private static (string Name, DbType Type)[] Parameters(IReadOnlyList<CopyColumn> columns) => [.. columns.Select(column => ("@" + column.Name, column.Type))];
}
