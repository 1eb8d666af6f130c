using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;
using Listmonk.Core.Maintenance;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Maintenance;

public sealed class MaintenanceServiceTests : DatabaseTest
{
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Only_the_people_that_were_counted_go_and_the_clean_up_is_on_record(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = List(ListOptin.Single);
        // More than one slice.
        var orphans = Enumerable.Range(0, 1100).Select(number => Person($"orphan{number}"));
        var member = Person("member");
        member.Subscriptions.Add(new Subscription { List = list });
        var barred = Person("barred");
        barred.Status = SubscriberStatus.Blocklisted;
        barred.Subscriptions.Add(new Subscription { List = list });
        await database.AddAsync([.. orphans, list, member, barred]);
        var maintenance = database.Get<MaintenanceService>();

        Assert.Equal(1100, await maintenance.CountAsync(SubscriberCleanup.Orphan, CancellationToken.None));
        Assert.Equal(1100, (await maintenance.DeleteSubscribersAsync(SubscriberCleanup.Orphan, Actor.System, CancellationToken.None)).Value);
        Assert.Equal(1, (await maintenance.DeleteSubscribersAsync(SubscriberCleanup.Blocklisted, Actor.System, CancellationToken.None)).Value);

        Assert.Equal(["member@example.com"], await database.ReadAsync(db => db.Subscribers.Select(person => person.Email).ToListAsync()));
        Assert.Equal(
            ["maintenance.delete_blocklisted_subscribers", "maintenance.delete_orphan_subscribers"],
            (await maintenance.HistoryAsync(10, CancellationToken.None)).Select(entry => entry.Action));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Only_old_unconfirmed_subscriptions_of_double_opt_in_lists_go(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var now = database.Clock.GetUtcNow();
        var (twofold, single) = (List(ListOptin.Double), List(ListOptin.Single));
        var person = Person("ann");
        var other = Person("bob");
        person.Subscriptions.Add(new Subscription { List = twofold, CreatedAt = now.AddDays(-8) });
        person.Subscriptions.Add(new Subscription { List = single, CreatedAt = now.AddDays(-8) });
        other.Subscriptions.Add(new Subscription { List = twofold, CreatedAt = now.AddDays(-6) });
        var confirmed = Person("eve");
        confirmed.Subscriptions.Add(new Subscription { List = twofold, CreatedAt = now.AddDays(-8), Status = SubscriptionStatus.Confirmed });
        await database.AddAsync(person, other, confirmed);
        var maintenance = database.Get<MaintenanceService>();

        Assert.Equal(1, await maintenance.CountUnconfirmedAsync(now.AddDays(-7), CancellationToken.None));
        Assert.Equal(1, (await maintenance.DeleteUnconfirmedAsync(now.AddDays(-7), Actor.System, CancellationToken.None)).Value);
        Assert.Equal(3, await database.ReadAsync(db => db.Subscriptions.CountAsync()));
    }

    [Fact]
    public async Task Without_the_permission_nobody_is_deleted()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await database.AddAsync(Person("ann"));

        var outcome = await database.Get<MaintenanceService>().DeleteSubscribersAsync(SubscriberCleanup.Orphan, Actor.Anonymous, CancellationToken.None);

        Assert.Equal(OutcomeKind.Forbidden, outcome.Kind);
        Assert.Equal(1, await database.ReadAsync(db => db.Subscribers.CountAsync()));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_facts_name_the_database_its_size_and_its_schema(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        var facts = await database.Get<InstanceQueries>().ReadAsync(CancellationToken.None);

        Assert.StartsWith(provider == DatabaseProvider.Sqlite ? "SQLite 3." : "PostgreSQL ", facts.Database, StringComparison.Ordinal);
        Assert.True(facts.DatabaseBytes > 10_000, $"{facts.DatabaseBytes} bytes");
        Assert.Matches("^[0-9]{14}_", facts.Schema);
    }

    private static MailingList List(ListOptin optin) => new() { Uuid = Guid.NewGuid(), Name = "List", Optin = optin };

    private static Subscriber Person(string name) => new() { Uuid = Guid.NewGuid(), Email = $"{name}@example.com", Name = name };
}
