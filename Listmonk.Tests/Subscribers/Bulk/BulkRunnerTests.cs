using System.Collections.Frozen;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Core.Users;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers.Bulk;

public sealed class BulkRunnerTests : DatabaseTest
{
    private static readonly SubscriberFilter Everybody = new();

    [Theory, MemberData(nameof(Providers))]
    public async Task All_who_match_are_changed_once_and_undone_to_what_they_were(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (a, b) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"));
        await AddPeopleAsync(database, 1200, a.Id);
        var unsubscribed = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "known@x.org", ListIds = [a.Id, b.Id] });
        await ChangeAsync(database, unsubscribed.Id, SubscriptionAction.Unsubscribe, b.Id);
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "other@y.org" });
        var before = await StateAsync(database);
        database.Clock.Advance(TimeSpan.FromHours(1));

        var request = BulkRequest.For(
            SubscriberSelection.Matching(new SubscriberFilter { Query = "email LIKE '%@x.org'" }),
            BulkAction.ChangeLists,
            new SubscriptionChange { Action = SubscriptionAction.Add, ListIds = [b.Id], Status = SubscriptionStatus.Confirmed });
        var job = await RunAsync(database, request);

        Assert.Equal((BulkStatus.Finished, 1201, 1201), (job.Status, job.Total, job.Done));
        Assert.Equal(1201, await database.ReadAsync(db => db.Subscriptions.CountAsync(row => row.ListId == b.Id && row.Status == SubscriptionStatus.Confirmed)));

        database.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await database.Get<BulkService>().UndoAsync(job.JobId, Actor.System, default)).IsOk);
        Assert.True(await database.Get<BulkRunner>().RunNextAsync(default));
        job = await FindAsync(database, job.JobId);
        Assert.Equal((BulkStatus.Undone, 1201), (job.Status, job.Restored));
        Assert.Equal(before, await StateAsync(database));
        Assert.False(await database.Get<BulkRunner>().RunNextAsync(default));
        Assert.Equal(OutcomeKind.Invalid, (await database.Get<BulkService>().UndoAsync(job.JobId, Actor.System, default)).Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Removed_subscriptions_come_back_and_what_was_touched_since_stays(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (a, b) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"));
        var first = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [a.Id, b.Id], IsPreconfirmed = true });
        var again = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "b@x.org", ListIds = [a.Id] });
        var gone = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "c@x.org", ListIds = [a.Id] });
        database.Clock.Advance(TimeSpan.FromHours(1));
        var job = await RunAsync(database, BulkRequest.For(
            SubscriberSelection.Matching(Everybody), BulkAction.ChangeLists, new SubscriptionChange { Action = SubscriptionAction.Remove, ListIds = [a.Id] }));
        Assert.Equal(1, await database.ReadAsync(db => db.Subscriptions.CountAsync()));
        database.Clock.Advance(TimeSpan.FromHours(1));
        await ChangeAsync(database, again.Id, SubscriptionAction.Add, a.Id, SubscriptionStatus.Unsubscribed);
        await database.Get<SubscriberService>().DeleteAsync(SubscriberSelection.Of(gone.Id), Actor.System, default);

        await UndoAsync(database, job.JobId);

        var rows = await database.ReadAsync(db => db.Subscriptions.AsNoTracking().OrderBy(row => row.SubscriberId).ThenBy(row => row.ListId).ToListAsync());
        Assert.Equal(
            [(first.Id, a.Id, SubscriptionStatus.Confirmed), (first.Id, b.Id, SubscriptionStatus.Confirmed), (again.Id, a.Id, SubscriptionStatus.Unsubscribed)],
            rows.Select(row => (row.SubscriberId, row.ListId, row.Status)));
        Assert.Equal(first.CreatedAt, rows[0].UpdatedAt);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Blocklisting_is_undone_with_the_subscriptions_that_it_ended(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await AddPeopleAsync(database, 3, list.Id);
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "blocked@x.org", ListIds = [list.Id], Status = SubscriberStatus.Blocklisted });
        var before = await StateAsync(database);
        database.Clock.Advance(TimeSpan.FromHours(1));
        var job = await RunAsync(database, BulkRequest.For(SubscriberSelection.Matching(Everybody), BulkAction.Blocklist));
        Assert.Equal(4, await database.ReadAsync(db => db.Subscribers.CountAsync(person => person.Status == SubscriberStatus.Blocklisted)));
        Assert.Equal(4, await database.ReadAsync(db => db.Subscriptions.CountAsync(row => row.Status == SubscriptionStatus.Unsubscribed)));
        database.Clock.Advance(TimeSpan.FromHours(1));

        await UndoAsync(database, job.JobId);

        Assert.Equal(before, await StateAsync(database));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_job_goes_on_where_it_was_cut_off_and_a_stale_holder_changes_nobody(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddPeopleAsync(database, 30, null);
        var ids = await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).Select(person => person.Id).ToListAsync());
        var started = (await database.Get<BulkService>().StartAsync(BulkRequest.For(SubscriberSelection.Matching(Everybody), BulkAction.Disable), Actor.System, default)).Value;
        // As a kill leaves it: ten are through, and the lease of the dead process has ended.
        await database.WriteAsync(db => db.BulkJobs.ExecuteUpdateAsync(set => set
            .SetProperty(job => job.Position, ids[9]).SetProperty(job => job.Done, 10).SetProperty(job => job.LeaseOwner, "gone").SetProperty(job => job.LeaseUntil, DateTimeOffset.UnixEpoch)));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "later@x.org" });

        Assert.True(await database.Get<BulkRunner>().RunNextAsync(default));

        Assert.Equal((BulkStatus.Finished, 30), ((await FindAsync(database, started.JobId)).Status, (await FindAsync(database, started.JobId)).Done));
        Assert.Equal(20, await database.ReadAsync(db => db.Subscribers.CountAsync(person => person.Status == SubscriberStatus.Disabled)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_cancelled_job_stops_and_deleting_is_said_to_be_for_good(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddPeopleAsync(database, 5, null);
        var service = database.Get<BulkService>();
        var cancelled = (await service.StartAsync(BulkRequest.For(SubscriberSelection.Matching(Everybody), BulkAction.Delete), Actor.System, default)).Value;
        Assert.True((await service.CancelAsync(cancelled.JobId, Actor.System, default)).IsOk);
        Assert.False(await database.Get<BulkRunner>().RunNextAsync(default));
        Assert.Equal(5, await database.ReadAsync(db => db.Subscribers.CountAsync()));
        Assert.Equal(OutcomeKind.Invalid, (await service.CancelAsync(cancelled.JobId, Actor.System, default)).Kind);

        var ids = await database.ReadAsync(db => db.Subscribers.OrderBy(person => person.Id).Select(person => person.Id).Take(2).ToArrayAsync());
        var job = await RunAsync(database, BulkRequest.For(SubscriberSelection.Of(ids), BulkAction.Delete));
        Assert.Equal((2, 3), (job.Done, await database.ReadAsync(db => db.Subscribers.CountAsync())));
        Assert.Contains("backup", (await service.UndoAsync(job.JobId, Actor.System, default)).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_progress_of_another_process_is_published_to_its_end(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddPeopleAsync(database, 2, null);
        await database.Get<BulkService>().StartAsync(BulkRequest.For(SubscriberSelection.Matching(Everybody), BulkAction.Disable), Actor.System, default);
        await database.WriteAsync(db => db.BulkJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.LeaseOwner, "elsewhere")));
        var signal = database.Get<BulkSignal>();
        var follower = new BulkFollower(database.Databases, database.Get<LeaseStore>(), signal);
        var published = new List<(BulkStatus, int)>();
        using var watch = signal.Changed.Subscribe(progress => published.Add((progress.Status, progress.Done)));
        await follower.FollowAsync(default);
        await follower.FollowAsync(default);
        await database.WriteAsync(db => db.BulkJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.Done, 2).SetProperty(job => job.Status, BulkStatus.Finished)));
        await follower.FollowAsync(default);
        await follower.FollowAsync(default);
        Assert.Equal([(BulkStatus.Running, 0), (BulkStatus.Finished, 2)], published);
    }

    [Fact]
    public async Task An_account_limited_to_a_list_changes_only_what_it_may_and_sees_only_its_own()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (mine, other) = (await ListServiceTests.CreateAsync(database, "Mine"), await ListServiceTests.CreateAsync(database, "Other"));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [mine.Id] });
        var foreign = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "b@x.org", ListIds = [other.Id] });
        var actor = new Actor
        {
            UserId = 7,
            Name = "limited",
            Permissions = new[] { Permissions.SubscribersGet, Permissions.SubscribersManage }.ToFrozenSet(StringComparer.Ordinal),
            ReadableLists = new[] { mine.Id }.ToFrozenSet(),
            ManageableLists = new[] { mine.Id }.ToFrozenSet(),
        };
        var service = database.Get<BulkService>();
        var change = new SubscriptionChange { Action = SubscriptionAction.Unsubscribe, ListIds = [other.Id] };
        Assert.Equal(OutcomeKind.Forbidden, (await service.StartAsync(BulkRequest.For(SubscriberSelection.Matching(Everybody), BulkAction.ChangeLists, change), actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.StartAsync(BulkRequest.For(SubscriberSelection.Of(foreign.Id), BulkAction.Blocklist), actor, default)).Kind);
        Assert.Equal(
            OutcomeKind.Forbidden,
            (await service.StartAsync(BulkRequest.For(SubscriberSelection.Matching(new SubscriberFilter { Query = "true" }), BulkAction.Blocklist), actor, default)).Kind);

        var job = await RunAsync(database, BulkRequest.For(SubscriberSelection.Matching(Everybody), BulkAction.Disable));
        Assert.Null(await database.Get<BulkQueries>().FindAsync(job.JobId, actor, default));
        Assert.Equal(OutcomeKind.NotFound, (await service.UndoAsync(job.JobId, actor, default)).Kind);
        var own = (await service.StartAsync(BulkRequest.For(SubscriberSelection.Matching(Everybody), BulkAction.Enable), actor, default)).Value;
        Assert.Equal(1, own.Total);
        Assert.Equal([own.JobId], (await database.Get<BulkQueries>().HistoryAsync(new PageRequest(), actor, default)).Results.Select(row => row.JobId));
        // The account is gone by the time that the job has its turn.
        Assert.True(await database.Get<BulkRunner>().RunNextAsync(default));
        var failed = await FindAsync(database, own.JobId);
        Assert.Equal((BulkStatus.Failed, 0), (failed.Status, failed.Done));
        Assert.Contains("limited", failed.Error, StringComparison.Ordinal);
    }

    internal static async Task<BulkProgress> RunAsync(TestDatabase database, BulkRequest request)
    {
        var started = (await database.Get<BulkService>().StartAsync(request, Actor.System, default)).Value;
        Assert.True(await database.Get<BulkRunner>().RunNextAsync(default));
        return await FindAsync(database, started.JobId);
    }

    private static async Task UndoAsync(TestDatabase database, int id)
    {
        Assert.True((await database.Get<BulkService>().UndoAsync(id, Actor.System, default)).IsOk);
        Assert.True(await database.Get<BulkRunner>().RunNextAsync(default));
    }

    private static async Task<BulkProgress> FindAsync(TestDatabase database, int id) => (await database.Get<BulkQueries>().FindAsync(id, Actor.System, default))!;

    private static async Task ChangeAsync(TestDatabase database, int id, SubscriptionAction action, int listId, SubscriptionStatus? status = null)
    {
        var change = new SubscriptionChange { Action = action, ListIds = [listId], Status = status };
        Assert.True((await database.Get<SubscriberService>().ChangeSubscriptionsAsync(SubscriberSelection.Of(id), change, Actor.System, default)).IsOk);
    }

    private static Task AddPeopleAsync(TestDatabase database, int count, int? listId)
    {
        var now = database.Clock.GetUtcNow();
        return database.AddAsync([.. Enumerable.Range(0, count).Select(number => new Subscriber
        {
            Uuid = Guid.NewGuid(),
            Email = $"p{number:D5}@x.org",
            CreatedAt = now,
            UpdatedAt = now,
            Subscriptions = listId is { } id ? [new Subscription { ListId = id, Status = SubscriptionStatus.Confirmed, CreatedAt = now, UpdatedAt = now }] : [],
        })]);
    }

    /// <summary>All people and subscriptions with their times.</summary>
    private static async Task<List<string>> StateAsync(TestDatabase database)
    {
        var people = await database.ReadAsync(db => db.Subscribers.AsNoTracking().OrderBy(person => person.Id).ToListAsync());
        var rows = await database.ReadAsync(db => db.Subscriptions.AsNoTracking().OrderBy(row => row.SubscriberId).ThenBy(row => row.ListId).ToListAsync());
        return [.. people.Select(person => $"{person.Email} {person.Status} {person.UpdatedAt:O}"), .. rows.Select(row => $"{row.SubscriberId} {row.ListId} {row.Status} {row.CreatedAt:O} {row.UpdatedAt:O}")];
    }
}
