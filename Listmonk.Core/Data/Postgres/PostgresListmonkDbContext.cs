using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Listmonk.Core.Data.Postgres;

/// <summary>The model on PostgreSQL, with its own migrations.</summary>
public sealed class PostgresListmonkDbContext(DbContextOptions<PostgresListmonkDbContext> options) : ListmonkDbContext(options)
{
    public override IDatabaseDialect Dialect => PostgresDialect.Instance;
}

/// <summary>Used by the migration tool only.</summary>
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresListmonkDbContext>
{
    public PostgresListmonkDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresListmonkDbContext>().UseNpgsql("Host=localhost;Database=design").Options);
}
