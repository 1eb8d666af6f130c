using Listmonk.Core.Data.Postgres;
using Listmonk.Core.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Listmonk.Core.Data;

/// <summary>Registers the database that the operator chose.</summary>
public static class DataRegistration
{
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddSingleton<DataDirectory>();
        services.AddSingleton(provider => new WriteGate(provider.GetRequiredService<IDatabaseDialect>()));
        services.AddSingleton<IDatabaseDialect>(provider => provider.GetRequiredService<IOptions<ListmonkOptions>>().Value.Provider == DatabaseProvider.Postgres
            ? PostgresDialect.Instance
            : SqliteDialect.Instance);
        services.AddSingleton<IHotConnectionFactory, HotConnectionFactory>();
        services.AddPooledDbContextFactory<SqliteListmonkDbContext>((provider, options) =>
        {
            var listmonk = provider.GetRequiredService<IOptions<ListmonkOptions>>().Value;
            options.UseSqlite(SqliteConnectionString(provider.GetRequiredService<DataDirectory>().Path))
                .AddInterceptors(new SqlitePragmaInterceptor(listmonk.Database.Synchronous))
                .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.MultipleCollectionIncludeWarning));
        });
        services.AddPooledDbContextFactory<PostgresListmonkDbContext>((provider, options) =>
            options.UseNpgsql(provider.GetRequiredService<IOptions<ListmonkOptions>>().Value.Database.ConnectionString));
        services.AddSingleton<IDbContextFactory<ListmonkDbContext>>(provider =>
            provider.GetRequiredService<IOptions<ListmonkOptions>>().Value.Provider == DatabaseProvider.Postgres
                ? new ProviderDbContextFactory<PostgresListmonkDbContext>(
                    provider.GetRequiredService<IDbContextFactory<PostgresListmonkDbContext>>(), provider.GetRequiredService<WriteGate>())
                : new ProviderDbContextFactory<SqliteListmonkDbContext>(
                    provider.GetRequiredService<IDbContextFactory<SqliteListmonkDbContext>>(), provider.GetRequiredService<WriteGate>()));
        services.AddSingleton<LeaseStore>();
        services.AddSingleton<StartTurn>();
        services.AddSingleton<IFollower, RevisionFollower>();
        services.AddHostedService<FollowerWorker>();
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<DatabaseSeeder>();
        return services;
    }

    /// <summary>A private cache: a shared one would lock tables past the busy handler.</summary>
    internal static string SqliteConnectionString(string dataDirectory) => new SqliteConnectionStringBuilder
    {
        DataSource = System.IO.Path.Combine(dataDirectory, DatabaseMigrator.SqliteFile),
        Cache = SqliteCacheMode.Private,
        Pooling = true,
    }.ToString();
}
