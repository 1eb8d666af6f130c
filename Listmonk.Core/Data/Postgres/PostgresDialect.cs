using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;

namespace Listmonk.Core.Data.Postgres;

internal sealed class PostgresDialect : IDatabaseDialect
{
    public static PostgresDialect Instance { get; } = new();

    public string Name => "postgres";

    public string JsonColumnType => "jsonb";

    /// <summary>Npgsql takes only UTC; PostgreSQL keeps microseconds.</summary>
    public ValueConverter TimeConverter { get; } = new ValueConverter<DateTimeOffset, DateTimeOffset>(
        time => time.ToUniversalTime(),
        time => time);

    public bool HasConcurrentWriters => true;

    public bool IsUniqueViolation(Exception exception) =>
        (exception as PostgresException ?? exception.InnerException as PostgresException) is { SqlState: PostgresErrorCodes.UniqueViolation };

    public object TimeValue(DateTimeOffset time) => time.UtcDateTime;

    public DateTimeOffset ReadTime(DbDataReader reader, int ordinal) => reader.GetFieldValue<DateTimeOffset>(ordinal);

    public string JsonParameter(string parameter) => $"CAST({parameter} AS jsonb)";

    public string MergeJson(string present, string change) => $"({present} || {change})";

    public string SameJson(string json) => json;

    public string JsonText(string column, string keyParameter) => $"{column} ->> {keyParameter}";

    public string IsInIds(string column, string parameter) =>
        $"{column} = ANY (ARRAY(SELECT CAST(value AS int) FROM json_array_elements_text(CAST({parameter} AS json))))";

    public string LockRows => " FOR NO KEY UPDATE";

    public string Contains(string column, string parameter) => $"position({parameter} in lower({column})) > 0";

    public string Domain(string column) => $"substr({column}, strpos({column}, '@') + 1)";

    public string JsonArrayContains(string column, string parameter) => $"jsonb_exists({column}, {parameter})";

    public Task AdvanceIdentityAsync(ListmonkDbContext db, string table, int lastId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"SELECT setval(pg_get_serial_sequence({table}, 'id'), GREATEST({lastId}, COALESCE(pg_sequence_last_value(pg_get_serial_sequence({table}, 'id')::regclass), 0)))",
            cancellationToken);
}
