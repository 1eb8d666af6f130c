using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Listmonk.Core.Data;

/// <summary>What truly differs between SQLite and PostgreSQL; everything else is written once.</summary>
public interface IDatabaseDialect
{
    string Name { get; }

    string JsonColumnType { get; }

    /// <summary>How <see cref="DateTimeOffset"/> is stored: UTC ticks on SQLite, which could not sort it otherwise; timestamptz on PostgreSQL.</summary>
    ValueConverter TimeConverter { get; }

    /// <summary>True when several writers work at once; false when one write gate serves the process.</summary>
    bool HasConcurrentWriters { get; }

    bool IsUniqueViolation(Exception exception);

    /// <summary>The value that a prepared command's parameter takes for a time.</summary>
    object TimeValue(DateTimeOffset time);

    /// <summary>Reads a time written by <see cref="TimeValue"/>.</summary>
    DateTimeOffset ReadTime(DbDataReader reader, int ordinal);

    /// <summary>SQL that turns a text parameter into the JSON column's type.</summary>
    string JsonParameter(string parameter);

    /// <summary>SQL for a JSON object with another one's members set on its first level; the other's values are texts and numbers. Null when one is null.</summary>
    string MergeJson(string present, string change);

    /// <summary>SQL for JSON in a form that is equal for equal content written with other blanks.</summary>
    string SameJson(string json);

    /// <summary>SQL for the text of a member of a JSON column, null when absent; the key is a parameter's SQL, not a literal.</summary>
    string JsonText(string column, string keyParameter);

    /// <summary>SQL that is true when an integer column is among a parameter's JSON array of integers.</summary>
    string IsInIds(string column, string parameter);

    /// <summary>What a SELECT ends with to keep others from changing its rows until the commit; empty where only one writes at a time.</summary>
    string LockRows { get; }

    /// <summary>SQL that matches a lower-cased substring without regard to case.</summary>
    string Contains(string column, string parameter);

    /// <summary>SQL for what follows the @ of an address.</summary>
    string Domain(string column);

    /// <summary>SQL that is true when a JSON array of texts holds the text exactly.</summary>
    string JsonArrayContains(string column, string parameter);

    /// <summary>For rows with chosen ids up to <paramref name="lastId"/>: makes generated ids go on above it, and never lower than they would have.</summary>
    Task AdvanceIdentityAsync(ListmonkDbContext db, string table, int lastId, CancellationToken cancellationToken);
}
