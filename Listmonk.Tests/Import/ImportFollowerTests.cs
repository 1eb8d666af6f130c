using Listmonk.Core;
using Listmonk.Core.Data;
using Listmonk.Core.Import;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Import;

public sealed class ImportFollowerTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task The_progress_of_another_process_is_published_and_ones_own_is_not(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(new ImportJob { Filename = "a.csv", StoredName = "a", Status = ImportStatus.Importing, LeaseOwner = "elsewhere", Total = 10 });
        var signal = database.Get<ImportSignal>();
        var follower = new ImportFollower(database.Databases, database.Get<LeaseStore>(), signal);
        var published = new List<int>();
        using var watch = signal.Changed.Subscribe(progress => published.Add(progress.Imported));

        await follower.FollowAsync(default);
        await database.WriteAsync(db => db.ImportJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.Imported, 5)));
        await follower.FollowAsync(default);
        await follower.FollowAsync(default);
        await database.WriteAsync(db => db.ImportJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.LeaseUntil, (DateTimeOffset?)null).SetProperty(job => job.LeaseOwner, (string?)null)));
        Assert.NotNull(await database.Get<LeaseStore>().TryAcquireAsync<ImportJob>(_ => true, default));
        await database.WriteAsync(db => db.ImportJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.Imported, 7)));
        await follower.FollowAsync(default);

        Assert.Equal([0, 5], published);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_end_of_an_import_is_published_also_when_another_one_follows(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.AddAsync(new ImportJob { Filename = "a.csv", StoredName = "a", Status = ImportStatus.Importing, LeaseOwner = "elsewhere" });
        await database.AddAsync(new ImportJob { Filename = "b.csv", StoredName = "b", Status = ImportStatus.Importing });
        var signal = database.Get<ImportSignal>();
        var follower = new ImportFollower(database.Databases, database.Get<LeaseStore>(), signal);
        var published = new List<string>();
        using var watch = signal.Changed.Subscribe(progress => published.Add($"{progress.Filename} {progress.Status}"));

        await follower.FollowAsync(default);
        await database.WriteAsync(db => db.ImportJobs.Where(job => job.Filename == "a.csv").ExecuteUpdateAsync(set => set.SetProperty(job => job.Status, ImportStatus.Finished)));
        await follower.FollowAsync(default);
        await follower.FollowAsync(default);

        Assert.Equal(["a.csv Importing", "b.csv Importing", "a.csv Finished"], published);
    }
}
