using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Users;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers;

public sealed class TrackingChoiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_choice_is_kept_with_its_proof_and_the_same_choice_again_changes_nothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await PersonAsync(database);
        var service = database.Get<TrackingChoiceService>();

        await service.SetAsync(id, TrackingLevel.Off, " by phone ", "admin", Actor.System, default);
        var set = await service.SetAsync(id, TrackingLevel.Off, "again", "admin", Actor.System, default);

        Assert.Equal(TrackingLevel.Off, set.Value.Level);
        var entry = Assert.Single(set.Value.History);
        Assert.Equal((TrackingLevel.Off, "admin", "by phone"), (entry.Level, entry.Source, entry.Text));
        Assert.Equal(TrackingLevel.Off, await database.ReadAsync(db => db.Subscribers.Select(person => person.TrackingLevel).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Recording_more_than_before_needs_a_word_of_the_person(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await PersonAsync(database);
        var service = database.Get<TrackingChoiceService>();
        await service.SetAsync(id, TrackingLevel.Off, null, "api", Actor.System, default);

        var refused = await service.SetAsync(id, TrackingLevel.Anonymous, " ", "api", Actor.System, default);
        Assert.Equal("text", Assert.Single(refused.Errors).Field);
        Assert.Equal(TrackingLevel.Off, (await service.FindAsync(id, Actor.System, default)).Value.Level);

        var agreed = await service.SetAsync(id, null, "wrote to us on 3 March", "api", Actor.System, default);
        Assert.Null(agreed.Value.Level);
        Assert.Equal([TrackingLevel.Individual, TrackingLevel.Off], agreed.Value.History.Select(entry => entry.Level));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_account_without_a_list_in_common_neither_reads_nor_sets(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var id = await PersonAsync(database);
        var other = await ListServiceTests.CreateAsync(database, "Other");
        var limited = new Actor { Name = "limited", Permissions = [Permissions.SubscribersGet, Permissions.SubscribersManage], ManageableLists = [other.Id] };
        var service = database.Get<TrackingChoiceService>();

        Assert.Equal(OutcomeKind.Forbidden, (await service.FindAsync(id, limited, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.SetAsync(id, TrackingLevel.Off, null, "api", limited, default)).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await service.FindAsync(4711, Actor.System, default)).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await service.SetAsync(4711, TrackingLevel.Off, null, "api", Actor.System, default)).Kind);
    }

    private static async Task<int> PersonAsync(TestDatabase database) =>
        (await database.Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = "ann@x.org" }, Actor.System, default)).Value.Id;
}
