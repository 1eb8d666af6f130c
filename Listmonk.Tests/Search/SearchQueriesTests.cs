using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Search;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Templates;
using Listmonk.Core.Users;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Subscribers;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Search;

public sealed class SearchQueriesTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Everything_with_a_name_is_found_within_what_the_account_may_see(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (mine, other) = (await ListServiceTests.CreateAsync(database, "Harvest news"), await ListServiceTests.CreateAsync(database, "Harvest partners"));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "harvest@x.org", Name = "Ann", ListIds = [mine.Id] });
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "bo@x.org", Name = "Bo Harvest", ListIds = [other.Id] });
        await database.AddAsync(
            new Campaign { Uuid = Guid.NewGuid(), Name = "The harvest", Subject = "S" },
            new Template { Name = "Harvest layout" },
            new Segment { Name = "Harvest fans", Expression = "status = 'enabled'" });

        Assert.Equal(
            ["Campaign The harvest", "List Harvest partners", "List Harvest news", "Template Harvest layout", "Segment Harvest fans", "Subscriber harvest@x.org", "Subscriber bo@x.org"],
            (await FindAsync(database, "HARVEST", Actor.System)).Select(Describe));
        Assert.Equal(["Campaign The harvest"], (await FindAsync(database, "harvest", new Actor { Name = "ann", Permissions = [Permissions.CampaignsGetAll] })).Select(Describe));
        Assert.Equal(
            ["List Harvest news", "Segment Harvest fans", "Subscriber harvest@x.org"],
            (await FindAsync(database, "harvest", new Actor { Name = "ann", Permissions = [Permissions.SubscribersGet], ReadableLists = [mine.Id] })).Select(Describe));
        Assert.Empty(await FindAsync(database, "harvest", Actor.Anonymous));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_few_of_many_are_enough_and_one_letter_finds_nothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < SearchQueries.MaxHits + 2; i++)
        {
            await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = $"many{i}@x.org" });
        }

        Assert.Equal(SearchQueries.MaxHits, (await FindAsync(database, "many", Actor.System)).Count);
        Assert.Single(await FindAsync(database, " many6@X.org\0", Actor.System));
        Assert.Empty(await FindAsync(database, "m", Actor.System));
        Assert.Empty(await FindAsync(database, "%%", Actor.System));
    }

    private static string Describe(SearchHit hit) => $"{hit.Kind} {hit.Name}";

    private static async Task<List<SearchHit>> FindAsync(TestDatabase database, string text, Actor actor)
    {
        var found = new List<SearchHit>();
        await foreach (var hits in database.Get<SearchQueries>().FindAsync(text, actor, CancellationToken.None))
        {
            found.AddRange(hits);
        }

        return found;
    }
}
