using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Listmonk.Core.Data;

/// <summary>Tells trouble that passes by itself, or by an administrator's hand, from faults that come again at every try.</summary>
public static class DatabaseFaults
{
    // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN (sqlite.org/rescode.html).
    private static readonly int[] PassingCodes = [5, 6, 10, 13, 14];

    /// <summary>Whether the same work may succeed later: the database is away, locked, or its disk is full.</summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        SqliteException sqlite => PassingCodes.Contains(sqlite.SqliteErrorCode),
        DbException database => database.IsTransient,
        TimeoutException or IOException => true,
        { InnerException: { } inner } => MayPass(inner),
        _ => false,
    };
}
