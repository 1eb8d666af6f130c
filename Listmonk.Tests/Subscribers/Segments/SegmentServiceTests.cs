using System.Collections.Frozen;
using Listmonk.Core;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Segments;
using Listmonk.Core.Users;
using Listmonk.Tests.Support;

namespace Listmonk.Tests.Subscribers.Segments;

public sealed class SegmentServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_segment_holds_whoever_matches_at_the_moment(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database, "ann@x.org");
        var segment = (await database.Get<SegmentService>().CreateAsync(new SegmentDraft(" At x ", "", "email LIKE '%@x.org'"), Actor.System, default)).Value;
        Assert.Equal("At x", segment.Name);
        Assert.Equal(1, (await database.Get<SegmentQueries>().CountAsync(segment.Id, Actor.System, default)).Value);

        await AddAsync(database, "bob@x.org");
        await AddAsync(database, "cleo@y.org");

        Assert.Equal(2, (await database.Get<SegmentQueries>().CountAsync(segment.Id, Actor.System, default)).Value);
        var both = new SubscriberFilter { SegmentId = segment.Id, Query = "email ~* '^(bob|cleo)'" };
        var page = await database.Get<SubscriberQueries>().PageAsync(both, new PageRequest(), Actor.System, default);
        Assert.Equal("bob@x.org", Assert.Single(page.Value.Results).Email);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_segment_is_changed_and_a_second_of_the_same_name_is_refused(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var service = database.Get<SegmentService>();
        var one = (await service.CreateAsync(new SegmentDraft("One", "", "true"), Actor.System, default)).Value;
        await service.CreateAsync(new SegmentDraft("Two", "", "true"), Actor.System, default);

        Assert.Equal(OutcomeKind.Conflict, (await service.UpdateAsync(one.Id, new SegmentDraft("Two", "", "true"), Actor.System, default)).Kind);
        Assert.Equal("false", (await service.UpdateAsync(one.Id, new SegmentDraft("One", "none", "false"), Actor.System, default)).Value.Expression);
        Assert.Equal(["One", "Two"], (await database.Get<SegmentQueries>().AllAsync(default)).Select(segment => segment.Name));
    }

    [Theory]
    [InlineData("", "true", "name")]
    [InlineData("A", " ", "expression")]
    [InlineData("A", "nosuch = 1", "expression")]
    [InlineData("A", "EXISTS(SELECT 1 FROM users)", "expression")]
    public async Task What_cannot_be_a_segment_is_said_at_its_field(string name, string expression, string field)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var outcome = await database.Get<SegmentService>().CreateAsync(new SegmentDraft(name, "", expression), Actor.System, default);
        Assert.Equal(field, Assert.Single(outcome.Errors).Field);
    }

    [Fact]
    public async Task Only_those_who_may_query_and_see_all_lists_write_segments()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var service = database.Get<SegmentService>();
        string[][] tooLittle = [[Permissions.SubscribersSqlQuery], [Permissions.ListsGetAll, Permissions.SubscribersGetAll]];
        foreach (var permissions in tooLittle)
        {
            var actor = new Actor { Name = "ann", Permissions = permissions.ToFrozenSet(StringComparer.Ordinal) };
            Assert.Equal(OutcomeKind.Forbidden, (await service.CreateAsync(new SegmentDraft("A", "", "true"), actor, default)).Kind);
            Assert.Equal(OutcomeKind.Forbidden, (await service.DeleteAsync(1, actor, default)).Kind);
        }

        var enough = new Actor { Name = "bob", Permissions = [Permissions.SubscribersSqlQuery, Permissions.ListsGetAll] };
        Assert.True((await service.CreateAsync(new SegmentDraft("A", "", "true"), enough, default)).IsOk);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_limited_account_counts_its_own_people_only(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await Lists.ListServiceTests.CreateAsync(database, "Own");
        await AddAsync(database, "ann@x.org", list.Id);
        await AddAsync(database, "bob@x.org");
        var segment = (await database.Get<SegmentService>().CreateAsync(new SegmentDraft("All", "", "true"), Actor.System, default)).Value;
        var limited = new Actor { Name = "ann", Permissions = [Permissions.SubscribersGet], ReadableLists = [list.Id] };
        Assert.Equal(1, (await database.Get<SegmentQueries>().CountAsync(segment.Id, limited, default)).Value);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_segment_that_a_campaign_is_going_to_stays(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var service = database.Get<SegmentService>();
        var segment = (await service.CreateAsync(new SegmentDraft("A", "", "true"), Actor.System, default)).Value;
        var campaign = new Campaign { Name = "Spring", Subject = "S", Uuid = Guid.NewGuid(), SegmentId = segment.Id, Status = CampaignStatus.Paused };
        await database.AddAsync(campaign);

        Assert.Contains("'Spring'", (await service.DeleteAsync(segment.Id, Actor.System, default)).Message, StringComparison.Ordinal);
        Assert.Equal("Spring", Assert.Single((await database.Get<UsageQueries>().OfSegmentAsync(segment.Id, Actor.System, default)).Places).Name);
        await database.WriteAsync(async db => (await db.Campaigns.FindAsync(campaign.Id))!.Status = CampaignStatus.Finished);
        Assert.True((await service.DeleteAsync(segment.Id, Actor.System, default)).IsOk);
        Assert.Equal(OutcomeKind.NotFound, (await database.Get<SegmentQueries>().CountAsync(segment.Id, Actor.System, default)).Kind);
    }

    private static Task<SubscriberItem> AddAsync(TestDatabase database, string email, params int[] lists) =>
        SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = email, ListIds = lists });
}
