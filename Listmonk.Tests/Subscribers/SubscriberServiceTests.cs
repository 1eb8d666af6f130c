using System.Collections.Frozen;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Users;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Listmonk.Tests.Subscribers;

public sealed class SubscriberServiceTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_new_person_is_normalised_and_named(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var person = await CreateAsync(database, new SubscriberDraft { Email = " Ann.Lee@X.org ", ListIds = [list.Id, 999] });
        Assert.Equal(("ann.lee@x.org", "Ann Lee", SubscriberStatus.Enabled, "{}"), (person.Email, person.Name, person.Status, person.Attributes));
        Assert.Equal(SubscriptionStatus.Unconfirmed, Assert.Single(person.Lists).Status);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_known_address_is_a_conflict_and_changes_nothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await CreateAsync(database, new SubscriberDraft { Email = "a@x.org", Name = "First" });
        var again = await database.Get<SubscriberService>().CreateAsync(new SubscriberDraft { Email = "A@X.org", Name = "Second" }, Actor.System, default);
        Assert.Equal(OutcomeKind.Conflict, again.Kind);
        Assert.Equal("First", await database.ReadAsync(db => db.Subscribers.Select(person => person.Name).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_blocklisted_person_has_only_ended_subscriptions(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var created = await CreateAsync(database, new SubscriberDraft { Email = "a@x.org", Status = SubscriberStatus.Blocklisted, ListIds = [list.Id], IsPreconfirmed = true });
        Assert.Equal(SubscriptionStatus.Unsubscribed, Assert.Single(created.Lists).Status);
        var other = await CreateAsync(database, new SubscriberDraft { Email = "b@x.org", ListIds = [list.Id], IsPreconfirmed = true });
        Assert.Equal(1, (await database.Get<SubscriberService>().BlocklistAsync(SubscriberSelection.Of(other.Id), Actor.System, default)).Value);
        other = (await database.Get<SubscriberQueries>().FindAsync(other.Id, Actor.System, default)).Value;
        Assert.Equal((SubscriberStatus.Blocklisted, SubscriptionStatus.Unsubscribed), (other.Status, other.Lists[0].Status));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Giving_lists_again_keeps_confirmed_and_ended_subscriptions(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (a, b, c) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"), await ListServiceTests.CreateAsync(database, "C"));
        var service = database.Get<SubscriberService>();
        var person = await CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [a.Id, b.Id], IsPreconfirmed = true });
        await service.ChangeSubscriptionsAsync(
            SubscriberSelection.Of(person.Id), new SubscriptionChange { Action = SubscriptionAction.Unsubscribe, ListIds = [b.Id] }, Actor.System, default);
        var updated = (await service.UpdateAsync(person.Id, new SubscriberDraft { ListIds = [a.Id, b.Id, c.Id] }, Actor.System, default)).Value;
        Assert.Equal(
            [SubscriptionStatus.Confirmed, SubscriptionStatus.Unsubscribed, SubscriptionStatus.Unconfirmed], updated.Lists.Select(item => item.Status));
        updated = (await service.UpdateAsync(person.Id, new SubscriberDraft { ListIds = [c.Id] }, Actor.System, default)).Value;
        Assert.Equal(["C"], updated.Lists.Select(item => item.List.Name));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Bulk_changes_add_remove_and_respect_what_exists(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (a, b) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"));
        var service = database.Get<SubscriberService>();
        var first = await CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [a.Id] });
        var second = await CreateAsync(database, new SubscriberDraft { Email = "b@x.org" });
        var everybody = SubscriberSelection.Matching(new SubscriberFilter());
        var add = new SubscriptionChange { Action = SubscriptionAction.Add, ListIds = [a.Id, b.Id], Status = SubscriptionStatus.Confirmed, KeepsExisting = true };
        Assert.Equal(2, (await service.ChangeSubscriptionsAsync(everybody, add, Actor.System, default)).Value);
        Assert.Equal([SubscriptionStatus.Unconfirmed, SubscriptionStatus.Confirmed], await StatusesAsync(database, first.Id));
        await service.ChangeSubscriptionsAsync(SubscriberSelection.Of(first.Id), add with { KeepsExisting = false }, Actor.System, default);
        Assert.Equal([SubscriptionStatus.Confirmed, SubscriptionStatus.Confirmed], await StatusesAsync(database, first.Id));
        await service.ChangeSubscriptionsAsync(
            SubscriberSelection.Of(second.Id), new SubscriptionChange { Action = SubscriptionAction.Remove, ListIds = [a.Id] }, Actor.System, default);
        Assert.Single(await StatusesAsync(database, second.Id));
        Assert.Equal(
            OutcomeKind.Invalid,
            (await service.ChangeSubscriptionsAsync(everybody, add with { ListIds = [] }, Actor.System, default)).Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Deleting_by_search_takes_exactly_the_matches(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await CreateAsync(database, new SubscriberDraft { Email = "50%_off@x.org" });
        await CreateAsync(database, new SubscriberDraft { Email = "50xyoff@x.org" });
        var deleted = await database.Get<SubscriberService>().DeleteAsync(
            SubscriberSelection.Matching(new SubscriberFilter { Search = "50%_OFF" }), Actor.System, default);
        Assert.Equal(1, deleted.Value);
        Assert.Equal("50xyoff@x.org", await database.ReadAsync(db => db.Subscribers.Select(person => person.Email).SingleAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_optin_mail_is_asked_for_new_double_optin_lists_only(DatabaseProvider provider)
    {
        var mailer = new RecordedMailer();
        await using var database = await TestDatabase.CreateAsync(provider, services => services.AddSingleton<IOptinMailer>(mailer));
        var (single, twice) = (await ListServiceTests.CreateAsync(database, "S"), await ListServiceTests.CreateAsync(database, "D", ListOptin.Double));
        var person = await CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [single.Id, twice.Id] });
        Assert.Equal([(person.Id, twice.Id)], mailer.Sent);
        await database.Get<SubscriberService>().UpdateAsync(person.Id, new SubscriberDraft { ListIds = [single.Id, twice.Id] }, Actor.System, default);
        Assert.Single(mailer.Sent);
        await CreateAsync(database, new SubscriberDraft { Email = "b@x.org", ListIds = [twice.Id], IsPreconfirmed = true });
        Assert.Single(mailer.Sent);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_restricted_account_reaches_only_people_of_its_lists(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (mine, other) = (await ListServiceTests.CreateAsync(database, "Mine"), await ListServiceTests.CreateAsync(database, "Other"));
        var shared = await CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [mine.Id, other.Id] });
        var foreign = await CreateAsync(database, new SubscriberDraft { Email = "b@x.org", ListIds = [other.Id] });
        var actor = new Actor
        {
            Name = "limited",
            Permissions = new[] { Permissions.SubscribersGet, Permissions.SubscribersManage, Permissions.SubscribersSqlQuery }.ToFrozenSet(StringComparer.Ordinal),
            ReadableLists = new[] { mine.Id }.ToFrozenSet(),
            ManageableLists = new[] { mine.Id }.ToFrozenSet(),
        };
        var (queries, service) = (database.Get<SubscriberQueries>(), database.Get<SubscriberService>());
        var page = (await queries.PageAsync(new SubscriberFilter { Query = "true OR true" }, new PageRequest(), actor, default)).Value;
        Assert.Equal([shared.Id], page.Results.Select(person => person.Id));
        Assert.Equal([SubscriptionItem.HiddenName], page.Results[0].Lists.Where(item => item.IsRestricted).Select(item => item.List.Name));
        Assert.Equal(OutcomeKind.Forbidden, (await queries.FindAsync(foreign.Id, actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.DeleteAsync(SubscriberSelection.Of(shared.Id, foreign.Id), actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await queries.PageAsync(new SubscriberFilter { ListIds = [other.Id] }, new PageRequest(), actor, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.CreateAsync(new SubscriberDraft { Email = "c@x.org", ListIds = [other.Id] }, actor, default)).Kind);
        // Replacing the set of lists leaves those alone that the account may not manage.
        await service.UpdateAsync(shared.Id, new SubscriberDraft { ListIds = [] }, actor, default);
        Assert.Equal([other.Id], await database.ReadAsync(db => db.Subscriptions.Where(row => row.SubscriberId == shared.Id).Select(row => row.ListId).ToListAsync()));
    }

    internal static async Task<SubscriberItem> CreateAsync(TestDatabase database, SubscriberDraft draft) =>
        (await database.Get<SubscriberService>().CreateAsync(draft, Actor.System, default)).Value;

    private static Task<List<SubscriptionStatus>> StatusesAsync(TestDatabase database, int id) =>
        database.ReadAsync(db => db.Subscriptions.Where(row => row.SubscriberId == id).OrderBy(row => row.ListId).Select(row => row.Status).ToListAsync());

    private sealed class RecordedMailer : IOptinMailer
    {
        public List<(int SubscriberId, int ListId)> Sent { get; } = [];

        public Task<Outcome> SendOptinAsync(int subscriberId, IReadOnlyList<int> listIds, CancellationToken cancellationToken)
        {
            Sent.AddRange(listIds.Select(listId => (subscriberId, listId)));
            return Task.FromResult(Outcome.Ok);
        }
    }
}
