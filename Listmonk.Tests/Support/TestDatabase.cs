using Listmonk.Core;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Users;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Listmonk.Tests.Support;

/// <summary>
/// A fresh, migrated database with all of Core's services around it, a data directory of its own and a clock that the test moves.
/// Background workers are registered but not started.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SemaphoreSlim TemplateLock = new(1, 1);
    private static string? _sqliteTemplate;
    private static string? _postgresTemplate;

    private readonly string? _postgresDatabase;
    private readonly Func<Action<IServiceCollection>?, ServiceProvider> _build;
    private ServiceProvider _services;

    private TestDatabase(Func<Action<IServiceCollection>?, ServiceProvider> build, Action<IServiceCollection>? configure, string folder, string? postgresDatabase)
    {
        _build = build;
        _services = build(configure);
        Folder = folder;
        _postgresDatabase = postgresDatabase;
    }

    public IServiceProvider Services => _services;

    public string Folder { get; }

    public FakeTimeProvider Clock => (FakeTimeProvider)_services.GetRequiredService<TimeProvider>();

    public IDbContextFactory<ListmonkDbContext> Databases => Get<IDbContextFactory<ListmonkDbContext>>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<T> ReadAsync<T>(Func<ListmonkDbContext, Task<T>> read)
    {
        await using var db = await Databases.CreateDbContextAsync();
        return await read(db);
    }

    public Task WriteAsync(Func<ListmonkDbContext, Task> work) => Databases.WriteAsync(work, CancellationToken.None);

    /// <summary>Adds entities and saves them.</summary>
    public Task AddAsync(params object[] entities) => WriteAsync(db =>
    {
        db.AddRange(entities);
        return Task.CompletedTask;
    });

    /// <param name="isEmpty">Without any table, for tests of the migrations themselves.</param>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, Action<IServiceCollection>? configure = null, bool isEmpty = false)
    {
        var folder = Directory.CreateTempSubdirectory("listmonk-test-").FullName;
        var (connectionString, database) = isEmpty ? await ProvideEmptyAsync(provider) : await ProvideAsync(provider, folder);
        var created = new TestDatabase(more => Build(provider, folder, connectionString, more), configure, folder, database);
        if (!isEmpty)
        {
            await created.LoadAsync();
        }

        return created;
    }

    /// <summary>What a restart of the program leaves: the data directory, the database, and the time.</summary>
    public async Task RestartAsync()
    {
        var now = Clock.GetUtcNow();
        await _services.DisposeAsync();
        _services = _build(services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(now)));
        await LoadAsync();
    }

    /// <summary>Core's services as the tests use them; also for component tests, which bring their own container.</summary>
    public static void AddServices(IServiceCollection services, DatabaseProvider provider, string folder, string? connectionString)
    {
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listmonk:DataDirectory"] = folder,
            ["Listmonk:Database:Provider"] = provider.ToString(),
            ["Listmonk:Database:ConnectionString"] = connectionString,
            ["Listmonk:Database:Synchronous"] = "NORMAL",
            ["Listmonk:RateLimits:Scale"] = "1000",
        }).Build());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddHttpClient();
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero)));
        services.AddSingleton<ISecretProtector, PlainProtector>();
        services.AddIdentityCore<User>().AddUserStore<UserStore>();
        services.AddListmonkCore();
    }

    /// <summary>Copies a migrated file into the folder, as a test's own database.</summary>
    public static async Task ProvideSqliteAsync(string folder) => await ProvideAsync(DatabaseProvider.Sqlite, folder);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_postgresDatabase is not null)
        {
            await using (var connection = new NpgsqlConnection(TestPostgres.ConnectionString(_postgresDatabase)))
            {
                NpgsqlConnection.ClearPool(connection);
            }

            await TestPostgres.ExecuteAsync($"DROP DATABASE IF EXISTS {_postgresDatabase} WITH (FORCE)");
        }
        else
        {
            await using var connection = new SqliteConnection(DataRegistration.SqliteConnectionString(Folder));
            SqliteConnection.ClearPool(connection);
        }

        Directory.Delete(Folder, recursive: true);
    }

    private async Task LoadAsync()
    {
        await Get<SettingsStore>().LoadAsync(CancellationToken.None);
        await Get<UserDirectory>().ReloadAsync(CancellationToken.None);
    }

    private static ServiceProvider Build(DatabaseProvider provider, string folder, string? connectionString, Action<IServiceCollection>? configure)
    {
        var services = new ServiceCollection();
        AddServices(services, provider, folder, connectionString);
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    private static async Task<(string? ConnectionString, string? Database)> ProvideAsync(DatabaseProvider provider, string folder)
    {
        await TemplateLock.WaitAsync();
        try
        {
            if (provider == DatabaseProvider.Sqlite)
            {
                _sqliteTemplate ??= await MigrateSqliteTemplateAsync();
                File.Copy(_sqliteTemplate, Path.Combine(folder, DatabaseMigrator.SqliteFile));
                return (null, null);
            }

            _postgresTemplate ??= await MigratePostgresTemplateAsync();
            var database = $"test_{Guid.NewGuid():N}";
            await TestPostgres.ExecuteAsync($"CREATE DATABASE {database} TEMPLATE {_postgresTemplate}");
            return (TestPostgres.ConnectionString(database), database);
        }
        finally
        {
            TemplateLock.Release();
        }
    }

    private static async Task<(string? ConnectionString, string? Database)> ProvideEmptyAsync(DatabaseProvider provider)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            return (null, null);
        }

        var database = $"test_{Guid.NewGuid():N}";
        await TestPostgres.ExecuteAsync($"CREATE DATABASE {database}");
        return (TestPostgres.ConnectionString(database), database);
    }

    private static async Task<string> MigrateSqliteTemplateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("listmonk-template-").FullName;
        await using var services = Build(DatabaseProvider.Sqlite, folder, null, null);
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(CancellationToken.None);
        await using var connection = new SqliteConnection(DataRegistration.SqliteConnectionString(folder));
        await connection.OpenAsync();
        await using var checkpoint = connection.CreateCommand();
        checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await checkpoint.ExecuteNonQueryAsync();
        SqliteConnection.ClearPool(connection);
        return Path.Combine(folder, DatabaseMigrator.SqliteFile);
    }

    private static async Task<string> MigratePostgresTemplateAsync()
    {
        var database = $"template_{Guid.NewGuid():N}";
        await TestPostgres.ExecuteAsync($"CREATE DATABASE {database}");
        var folder = Directory.CreateTempSubdirectory("listmonk-template-").FullName;
        await using var services = Build(DatabaseProvider.Postgres, folder, TestPostgres.ConnectionString(database), null);
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(CancellationToken.None);
        NpgsqlConnection.ClearAllPools();
        return database;
    }

    private sealed class PlainProtector : ISecretProtector
    {
        public string Protect(string secret) => "protected:" + secret;

        public string Unprotect(string text) => text["protected:".Length..];
    }
}
