using System.Collections.Frozen;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Lists;

public sealed class ListServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_new_list_takes_the_defaults(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = (await database.Get<ListService>().CreateAsync(new ListDraft { Name = " News " }, Actor.System, default)).Value;
        Assert.Equal(("News", ListType.Private, ListOptin.Single, ListStatus.Active), (list.Name, list.Type, list.Optin, list.Status));
        Assert.Equal(list, (await database.Get<ListQueries>().FindAsync(list.Id, Actor.System, default)).Value with { Counts = list.Counts, Tags = list.Tags });
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_new_name_reaches_the_campaigns_that_copied_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await CreateAsync(database, "Old");
        var campaign = new Campaign { Name = "C", Subject = "S", Uuid = Guid.NewGuid(), Lists = [new CampaignList { ListId = list.Id, ListName = "Old" }] };
        await database.AddAsync(campaign);
        await database.Get<ListService>().UpdateAsync(list.Id, new ListDraft { Name = "New" }, Actor.System, default);
        Assert.Equal("New", await database.ReadAsync(db => db.CampaignLists.Select(row => row.ListName).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_an_update_does_not_name_stays(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var service = database.Get<ListService>();
        var draft = new ListDraft { Name = "A", Type = ListType.Public, Optin = ListOptin.Double, Tags = ["x"], Description = "d" };
        var list = (await service.CreateAsync(draft, Actor.System, default)).Value;
        var updated = (await service.UpdateAsync(list.Id, new ListDraft { Name = "B" }, Actor.System, default)).Value;
        Assert.Equal(("B", ListType.Public, ListOptin.Double, "d"), (updated.Name, updated.Type, updated.Optin, updated.Description));
        Assert.Equal(["x"], updated.Tags);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Counts_are_true_for_each_status(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await CreateAsync(database, "A");
        await AddPeopleAsync(database, list.Id, SubscriptionStatus.Confirmed, SubscriptionStatus.Confirmed, SubscriptionStatus.Unsubscribed);
        var page = await database.Get<ListQueries>().PageAsync(new ListFilter(), new PageRequest(), Actor.System, default);
        var row = Assert.Single(page.Results);
        Assert.Equal(3, row.SubscriberCount);
        Assert.Equal(2, row.Counts!["confirmed"]);
        Assert.Equal(1, row.Counts!["unsubscribed"]);
        Assert.False(row.Counts!.ContainsKey("unconfirmed"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Pages_are_sorted_before_they_are_cut_and_filters_combine(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var service = database.Get<ListService>();
        foreach (var (name, tags) in new[] { ("News b", "x,y"), ("News c", "x"), ("News a", "x,y"), ("Other", "x,y") })
        {
            await service.CreateAsync(new ListDraft { Name = name, Tags = tags.Split(',') }, Actor.System, default);
        }

        var queries = database.Get<ListQueries>();
        var second = await queries.PageAsync(
            new ListFilter { Query = "NEWS" }, new PageRequest { OrderBy = "name", Ascending = true, Page = 2, PerPage = 2 }, Actor.System, default);
        Assert.Equal(["News c"], second.Results.Select(list => list.Name));
        Assert.Equal(3, second.Total);
        var tagged = await queries.PageAsync(new ListFilter { Query = "news", Tags = ["x", "y"] }, new PageRequest { OrderBy = "name", Ascending = true }, Actor.System, default);
        Assert.Equal(["News a", "News b"], tagged.Results.Select(list => list.Name));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_a_list_keeps_its_people(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await CreateAsync(database, "A");
        await AddPeopleAsync(database, list.Id, SubscriptionStatus.Confirmed);
        Assert.True((await database.Get<ListService>().DeleteAsync([list.Id, 9999], Actor.System, default)).IsOk);
        Assert.Equal((1, 0, 0), await database.ReadAsync(async db =>
            (await db.Subscribers.CountAsync(), await db.Subscriptions.CountAsync(), await db.Lists.CountAsync())));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_by_query_touches_what_the_same_search_shows(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await CreateAsync(database, "Weekly news");
        await CreateAsync(database, "Alerts");
        var deleted = await database.Get<ListService>().DeleteMatchingAsync(new ListFilter { Query = "eekl" }, Actor.System, default);
        Assert.Equal(1, deleted.Value);
        Assert.Equal("Alerts", await database.ReadAsync(db => db.Lists.Select(list => list.Name).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_restricted_account_sees_and_changes_only_its_lists(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (readable, manageable, hidden) = (await CreateAsync(database, "R"), await CreateAsync(database, "M"), await CreateAsync(database, "H"));
        var actor = new Actor
        {
            Name = "limited",
            ReadableLists = new[] { readable.Id }.ToFrozenSet(),
            ManageableLists = new[] { manageable.Id }.ToFrozenSet(),
        };
        var (queries, service) = (database.Get<ListQueries>(), database.Get<ListService>());
        var page = await queries.PageAsync(new ListFilter(), new PageRequest { OrderBy = "name", Ascending = true }, actor, default);
        Assert.Equal(["M", "R"], page.Results.Select(list => list.Name));
        Assert.Equal(OutcomeKind.Forbidden, (await queries.FindAsync(hidden.Id, actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.UpdateAsync(readable.Id, new ListDraft { Name = "X" }, actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.DeleteAsync([manageable.Id, hidden.Id], actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.CreateAsync(new ListDraft { Name = "N" }, actor, default)).Kind);
        Assert.True((await service.UpdateAsync(manageable.Id, new ListDraft { Name = "M2" }, actor, default)).IsOk);
    }

    internal static async Task<ListItem> CreateAsync(TestDatabase database, string name, ListOptin optin = ListOptin.Single) =>
        (await database.Get<ListService>().CreateAsync(new ListDraft { Name = name, Optin = optin }, Actor.System, default)).Value;

    private static Task AddPeopleAsync(TestDatabase database, int listId, params SubscriptionStatus[] statuses) => database.AddAsync(
    [
        .. statuses.Select((status, index) => (object)new Subscriber
        {
            Uuid = Guid.NewGuid(),
            Email = $"p{index}@example.com",
            Subscriptions = [new Subscription { ListId = listId, Status = status }],
        }),
    ]);
}
