using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Searching;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscriberScanTests : DatabaseTest
{
    /// <summary>Parts and kept ids of every size: the count is exact, and the ids are the first ones in order.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_walk_in_parts_finds_what_one_query_finds(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database, 40);
        foreach (var (kept, part) in ((int, int)[])[(1, 1), (3, 10), (5, 100), (100, 7)])
        {
            var scan = new SubscriberScan(database.Databases, kept, part);
            foreach (var city in (string[])["Oslo", "Rare", "Nowhere"])
            {
                IQueryable<Subscriber> Matching(ListmonkDbContext db) => db.Subscribers.AsNoTracking().Where(person => person.Name == city);
                var expected = await database.ReadAsync(db => Matching(db).Select(person => person.Id).Order().ToListAsync());
                var up = await scan.RunAsync(Matching, ascending: true, default);
                var down = await scan.RunAsync(Matching, ascending: false, default);
                Assert.Equal(expected.Count, up.Total);
                Assert.Equal(expected.Count, down.Total);
                Assert.Equal(expected.Take(up.First.Count), up.First);
                Assert.Equal(expected.AsEnumerable().Reverse().Take(down.First.Count), down.First);
                Assert.True(up.HasAll || expected.Count > kept);
            }
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_empty_table_has_nobody(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.WriteAsync(db => db.Subscribers.ExecuteDeleteAsync());
        var found = await new SubscriberScan(database.Databases).RunAsync(db => db.Subscribers.Where(person => person.Name == "Oslo"), ascending: true, default);
        Assert.Equal(0, found.Total);
        Assert.True(found.HasAll);
    }

    /// <summary>What no index finds is paged and ordered like everything else.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Pages_of_what_no_index_finds(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database, 12);
        var queries = database.Get<SubscriberQueries>();
        foreach (var (order, ascending) in ((string, bool)[])[("", true), ("", false), ("email", true), ("email", false), ("created_at", false)])
        {
            foreach (var filter in (SubscriberFilter[])[new() { Query = "attribs->>'city' = 'Oslo'" }, new() { Search = "p0" }, new() { Query = "attribs ? 'rare'", Status = SubscriberStatus.Enabled }])
            {
                var all = await PageAsync(new PageRequest { PerPage = 0, OrderBy = order, Ascending = ascending });
                Assert.Equal(all.Total, all.Results.Count);
                Assert.NotEmpty(all.Results);
                Assert.Equal((await queries.CountAsync(filter, Actor.System, default)).Value, all.Total);
                var ids = all.Results.Select(person => person.Id).ToList();
                Assert.Equal(ascending ? ids.Order() : ids.OrderDescending(), ids);
                var second = await PageAsync(new PageRequest { Page = 2, PerPage = 2, OrderBy = order, Ascending = ascending });
                Assert.Equal(ids.Skip(2).Take(2), second.Results.Select(person => person.Id));
                Assert.Equal(all.Total, second.Total);

                async Task<PagedList<SubscriberItem>> PageAsync(PageRequest page) => (await queries.PageAsync(filter, page, Actor.System, default)).Value;
            }
        }
    }

    /// <summary>Addresses and ids have the same order.</summary>
    private static Task AddAsync(TestDatabase database, int count) => database.WriteAsync(db =>
    {
        for (var i = 0; i < count; i++)
        {
            db.Subscribers.Add(new Subscriber
            {
                Uuid = Guid.NewGuid(),
                Email = $"p{i:000}@x.org",
                Name = i % 10 == 7 ? "Rare" : "Oslo",
                Attributes = i % 10 == 7 ? """{"rare": 1}""" : """{"city": "Oslo"}""",
            });
        }

        return Task.CompletedTask;
    });
}
