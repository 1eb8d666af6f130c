using Listmonk.Core;
using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Maintenance.Backups;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Maintenance.Backups;

public sealed class BackupServiceTests
{
    /// <summary>Each write adds one person and one list row in one transaction; a copy that cuts through one shows different counts.</summary>
    [Fact]
    public async Task A_backup_under_load_is_one_moment_of_the_database()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        using var ending = new CancellationTokenSource();
        var writing = new TaskCompletionSource();
        var writer = Task.Run(async () =>
        {
            for (var number = 0; !ending.IsCancellationRequested; number++)
            {
                var name = $"p{number}";
                await database.AddAsync(
                    new Subscriber { Uuid = Guid.NewGuid(), Email = $"{name}@example.com", Name = name },
                    new AuditEntry { At = database.Clock.GetUtcNow(), UserName = "writer", Action = name });
                if (number == 20)
                {
                    writing.SetResult();
                }
            }
        });
        await writing.Task;

        var files = new List<BackupFile>();
        for (var i = 0; i < 3; i++)
        {
            files.Add((await database.Get<BackupService>().CreateAsync(Actor.System, CancellationToken.None)).Value);
        }

        await ending.CancelAsync();
        await writer;
        foreach (var file in files)
        {
            var path = database.Get<BackupStore>().Find(file.Name)!;
            Assert.Null(SqliteCopy.FindFault(path));
            var people = await CountAsync(path, "SELECT count(*) FROM subscribers");
            Assert.True(people > 20, $"{people} people");
            Assert.Equal(people, await CountAsync(path, "SELECT count(*) FROM audit_log WHERE user_name = 'writer'"));
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(database.Folder, "backups"), "*.part"));
    }

    [Fact]
    public async Task What_was_chosen_is_restored_at_the_next_start_and_the_former_database_is_kept()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await database.AddAsync(Person("before"));
        var file = (await database.Get<BackupService>().CreateAsync(Actor.System, CancellationToken.None)).Value;
        await database.AddAsync(Person("after"));
        Assert.True((await database.Get<BackupService>().RestoreAtStartAsync(file.Name, Actor.System, CancellationToken.None)).IsOk);
        SqliteConnection.ClearAllPools();

        await database.Get<BackupRestore>().ApplyPendingAsync(CancellationToken.None);

        Assert.Equal(["before@example.com"], await database.ReadAsync(db => db.Subscribers.Select(person => person.Email).ToListAsync()));
        Assert.Null(database.Get<BackupStore>().Pending);
        var kept = database.Get<BackupStore>().List().Single(backup => backup.Name.StartsWith("before-restore-", StringComparison.Ordinal));
        Assert.Equal(2, await CountAsync(database.Get<BackupStore>().Find(kept.Name)!, "SELECT count(*) FROM subscribers"));
    }

    [Theory]
    [InlineData("this is no database")]
    [InlineData("")]
    public async Task A_file_that_is_no_backup_changes_nothing(string content)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await database.AddAsync(Person("ann"));
        var path = Path.Combine(database.Folder, "other.db");
        await File.WriteAllTextAsync(path, content);

        await Assert.ThrowsAsync<StartupException>(() => database.Get<BackupRestore>().RestoreAsync(path, CancellationToken.None));

        Assert.Equal(1, await database.ReadAsync(db => db.Subscribers.CountAsync()));
    }

    [Fact]
    public async Task A_backup_of_a_newer_version_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var file = (await database.Get<BackupService>().CreateAsync(Actor.System, CancellationToken.None)).Value;
        var path = database.Get<BackupStore>().Find(file.Name)!;
        await CountAsync(path, "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Later', '99'); SELECT 0", SqliteOpenMode.ReadWrite);

        var fault = await Assert.ThrowsAsync<StartupException>(() => database.Get<BackupRestore>().RestoreAsync(path, CancellationToken.None));

        Assert.Contains("29990101000000_Later", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_super_admins_get_one_and_names_do_not_lead_elsewhere()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        Assert.Equal(OutcomeKind.Forbidden, (await database.Get<BackupService>().CreateAsync(Actor.Anonymous, CancellationToken.None)).Kind);
        Assert.Null(database.Get<BackupStore>().Find("../listmonk.db"));
    }

    [Fact]
    public async Task The_schedule_makes_backups_and_keeps_as_many_as_it_says()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var schedule = new MaintenanceSettings { Backup = new BackupSchedule { Enabled = true, Cron = "0 * * * *", Keep = 2 }, Vacuum = new VacuumSchedule { Vacuum = true, VacuumCronInterval = "0 * * * *" } };
        Assert.True((await database.Get<SettingsService>().SaveSectionAsync(schedule, Actor.System, CancellationToken.None)).IsOk);
        using var worker = ActivatorUtilities.CreateInstance<MaintenanceWorker>(database.Services);

        await worker.RunDueAsync(CancellationToken.None);
        Assert.Empty(database.Get<BackupStore>().List());
        for (var i = 0; i < 3; i++)
        {
            database.Clock.Advance(TimeSpan.FromHours(1));
            await worker.RunDueAsync(CancellationToken.None);
        }

        Assert.Equal(2, database.Get<BackupStore>().List().Count);
        Assert.Equal(3, (await database.Get<MaintenanceService>().HistoryAsync(20, CancellationToken.None)).Count(entry => entry.Action == "maintenance.vacuum"));
        Assert.Empty((await database.Get<DatabaseCare>().CheckAsync(Actor.System, CancellationToken.None)).Value);
    }

    [Theory]
    [InlineData("every day", 7)]
    [InlineData("0 3 * * *", 0)]
    public async Task A_schedule_that_cannot_work_is_refused(string cron, int keep)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var schedule = new MaintenanceSettings { Backup = new BackupSchedule { Enabled = true, Cron = cron, Keep = keep } };
        Assert.Equal(OutcomeKind.Invalid, (await database.Get<SettingsService>().SaveSectionAsync(schedule, Actor.System, CancellationToken.None)).Kind);
    }

    private static Subscriber Person(string name) => new() { Uuid = Guid.NewGuid(), Email = $"{name}@example.com", Name = name };

    private static async Task<long> CountAsync(string path, string sql, SqliteOpenMode mode = SqliteOpenMode.ReadOnly)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
