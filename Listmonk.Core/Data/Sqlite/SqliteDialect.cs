using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Listmonk.Core.Data.Sqlite;

internal sealed class SqliteDialect : IDatabaseDialect
{
    private const int UniqueConstraint = 2067;
    private const int PrimaryKeyConstraint = 1555;

    public static SqliteDialect Instance { get; } = new();

    public string Name => "sqlite";

    public string JsonColumnType => "TEXT";

    public ValueConverter TimeConverter { get; } = new ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks,
        ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    public bool HasConcurrentWriters => false;

    public bool IsUniqueViolation(Exception exception) =>
        (exception as SqliteException ?? exception.InnerException as SqliteException)
            is { SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    public object TimeValue(DateTimeOffset time) => time.UtcTicks;

    public DateTimeOffset ReadTime(DbDataReader reader, int ordinal) => new(reader.GetInt64(ordinal), TimeSpan.Zero);

    public string JsonParameter(string parameter) => parameter;

    public string MergeJson(string present, string change) => $"json_patch({present}, {change})";

    public string SameJson(string json) => $"json({json})";

    public string JsonText(string column, string keyParameter) => $"json_extract({column}, '$.' || {keyParameter})";

    public string IsInIds(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public string LockRows => "";

    public string Contains(string column, string parameter) => $"instr(lower({column}), {parameter}) > 0";

    public string Domain(string column) => $"substr({column}, instr({column}, '@') + 1)";

    public string JsonArrayContains(string column, string parameter) => $"EXISTS (SELECT 1 FROM json_each({column}) AS item WHERE item.value = {parameter})";

    /// <summary>AUTOINCREMENT keeps the highest id by itself; this is for ids that are still to come.</summary>
    public async Task AdvanceIdentityAsync(ListmonkDbContext db, string table, int lastId, CancellationToken cancellationToken)
    {
        var known = await db.Database.ExecuteSqlAsync($"UPDATE sqlite_sequence SET seq = MAX(seq, {lastId}) WHERE name = {table}", cancellationToken);
        if (known == 0)
        {
            await db.Database.ExecuteSqlAsync($"INSERT INTO sqlite_sequence (name, seq) VALUES ({table}, {lastId})", cancellationToken);
        }
    }
}
