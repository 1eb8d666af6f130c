using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Listmonk.Core.Data.Sqlite;

/// <summary>The model on SQLite, with its own migrations.</summary>
public sealed class SqliteListmonkDbContext(DbContextOptions<SqliteListmonkDbContext> options) : ListmonkDbContext(options)
{
    public override IDatabaseDialect Dialect => SqliteDialect.Instance;
}

/// <summary>Used by the migration tool only.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteListmonkDbContext>
{
    public SqliteListmonkDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteListmonkDbContext>().UseSqlite("Data Source=design.db").Options);
}
