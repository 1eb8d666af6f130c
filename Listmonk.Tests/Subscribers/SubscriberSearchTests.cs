using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Subscribers.Searching;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscriberSearchTests : DatabaseTest
{
    private static readonly (string Search, string[] People)[] Searches =
    [
        ("ann", ["ann", "joanna"]),
        ("JOANN", ["joanna"]),
        ("nn", ["ann", "joanna"]),
        ("ann lee", ["ann"]),
        ("lee@", []),
        ("\"o'b", ["quote"]),
        ("100%", ["quote"]),
        ("a_b", ["under"]),
        ("a AND b", []),
        ("jürgen", ["umlaut"]),
        ("organn", []),
        ("*", []),
        ("x.org", ["ann", "joanna", "quote", "umlaut", "under"]),
        ("x.org or", ["ann", "joanna", "quote", "umlaut", "under"]),
    ];

    /// <summary>The same people are found before, while and after the index knows them.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Results_do_not_depend_on_what_is_indexed(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database, "ann", "Ann Lee");
        await AddAsync(database, "joanna", "Somebody");
        await CheckAsync(database, ["ann", "joanna"]);
        await IndexAsync(database);
        await CheckAsync(database, ["ann", "joanna"]);
        await AddAsync(database, "quote", "\"O'Brien\" 100%");
        await AddAsync(database, "umlaut", "Jürgen");
        await AddAsync(database, "under", "a_b");
        await CheckAsync(database, ["ann", "joanna", "quote", "umlaut", "under"]);
        await IndexAsync(database);
        await CheckAsync(database, ["ann", "joanna", "quote", "umlaut", "under"]);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_index_follows_changes_and_deletions(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var changed = await AddAsync(database, "before", "Before");
        var gone = await AddAsync(database, "leaving", "Leaving");
        await IndexAsync(database);
        var service = database.Get<SubscriberService>();
        Assert.True((await service.UpdateAsync(changed, new SubscriberDraft { Email = "after@x.org", Name = "Afterwards" }, Actor.System, default)).IsOk);
        Assert.True((await service.DeleteAsync(SubscriberSelection.Of(gone), Actor.System, default)).IsOk);
        Assert.Empty(await FindAsync(database, "before"));
        Assert.Empty(await FindAsync(database, "leaving"));
        Assert.Equal(["after"], await FindAsync(database, "afterwards"));

        // A person with a chosen id below the mark, as a takeover brings.
        await database.WriteAsync(db =>
        {
            db.Subscribers.Add(new Subscriber { Id = gone, Uuid = Guid.NewGuid(), Email = "again@x.org", Name = "Again" });
            return Task.CompletedTask;
        });
        Assert.Equal(["again"], await FindAsync(database, "gain"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_search_narrows_lists_states_and_expressions(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "L");
        await AddAsync(database, "anna", "Anna", list.Id);
        await AddAsync(database, "hanna", "Hanna");
        await IndexAsync(database);
        await AddAsync(database, "susanna", "Susanna", list.Id);
        Assert.Equal(["anna", "susanna"], await FindAsync(database, "anna", new SubscriberFilter { ListIds = [list.Id] }));
        Assert.Equal(["anna", "hanna"], await FindAsync(database, "anna", new SubscriberFilter { Query = "subscribers.name NOT LIKE 'S%'" }));
        Assert.Empty(await FindAsync(database, "anna", new SubscriberFilter { Status = SubscriberStatus.Blocklisted }));
        Assert.Empty(await FindAsync(database, "anna", new SubscriberFilter { Finding = HygieneKind.Role }));
    }

    /// <summary>In the order of ids, over those in the index and those that are not yet.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Pages_of_a_search_go_on_where_the_last_ended(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 9; i++)
        {
            await AddAsync(database, $"walker{i}", "Walker");
            if (i == 5)
            {
                await IndexAsync(database);
            }
        }

        foreach (var ascending in (bool[])[true, false])
        {
            var names = new List<string>();
            for (var page = 1; page <= 3; page++)
            {
                var request = new PageRequest { Page = page, PerPage = 4, Ascending = ascending };
                var found = (await database.Get<SubscriberQueries>().PageAsync(new SubscriberFilter { Search = "walk ker" }, request, Actor.System, default)).Value;
                Assert.Equal(9, found.Total);
                names.AddRange(found.Results.Select(person => person.Email));
            }

            var expected = Enumerable.Range(0, 9).Select(i => $"walker{i}@x.org");
            Assert.Equal(ascending ? expected : expected.Reverse(), names);
        }
    }

    [Fact]
    public async Task PostgreSQL_answers_from_its_index()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        var plan = await database.ReadAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlRawAsync("SET LOCAL enable_seqscan = off");
            await using var explain = db.Database.GetDbConnection().CreateCommand();
            explain.CommandText = $"EXPLAIN (FORMAT JSON) SELECT id FROM subscribers WHERE {SubscriberSearch.For(db.Dialect).Condition(["nobody"]).Write(_ => "'%nobody%'")}";
            return (string)(await explain.ExecuteScalarAsync())!;
        });
        Assert.Contains("ix_subscribers_parts", plan, StringComparison.Ordinal);
    }

    private static async Task CheckAsync(TestDatabase database, string[] present)
    {
        foreach (var (search, people) in Searches)
        {
            var expected = people.Where(present.Contains).ToList();
            Assert.Equal(expected, await FindAsync(database, search));
        }
    }

    private static async Task<List<string>> FindAsync(TestDatabase database, string search, SubscriberFilter? filter = null)
    {
        var page = (await database.Get<SubscriberQueries>().PageAsync((filter ?? new SubscriberFilter()) with { Search = search }, new PageRequest(), Actor.System, default)).Value;
        Assert.Equal(page.Results.Count, page.Total);
        return [.. page.Results.Select(person => person.Email.Split('@')[0]).Order(StringComparer.Ordinal)];
    }

    private static async Task<int> AddAsync(TestDatabase database, string name, string fullName, params int[] lists) =>
        (await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = $"{name}@x.org", Name = fullName, ListIds = lists })).Id;

    private static async Task IndexAsync(TestDatabase database)
    {
        if (database.Get<IDatabaseDialect>().HasConcurrentWriters)
        {
            return;
        }

        await database.Get<IEnumerable<IHostedService>>().OfType<SubscriberIndexWorker>().Single().CatchUpAsync(default);
        Assert.Equal(0, await database.ReadAsync(db => db.Database
            .SqlQueryRaw<int>("SELECT COUNT(*) AS value FROM subscribers WHERE id > (SELECT up_to FROM subscriber_index_state)").SingleAsync()));
    }
}
