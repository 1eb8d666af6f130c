using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Import;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Users;
using Listmonk.Tests.Import;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Subscribers.Suppression;

public sealed class SuppressionServiceTests : DatabaseTest
{
    [Theory]
    [InlineData("Ann@X.org", SuppressionKind.Address, "ann@x.org", "")]
    [InlineData("  x.org ; asked us ", SuppressionKind.Domain, "x.org", "asked us")]
    [InlineData("*.x.org", SuppressionKind.Domain, "x.org", "")]
    [InlineData("@x.org,\"left, angry\",page,admin", SuppressionKind.Domain, "x.org", "left, angry")]
    [InlineData("\"a@x.org\",moved,page", SuppressionKind.Address, "a@x.org", "moved")]
    public void A_line_is_an_address_or_a_domain(string line, SuppressionKind kind, string value, string reason)
    {
        Assert.Equal(new SuppressionLine(kind, value, reason), SuppressionLine.Parse(line, out var isValid));
        Assert.True(isValid);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("value,reason,source,created_by,created_at", true)]
    [InlineData("nonsense", false)]
    [InlineData("a b@x.org", false)]
    public void Headings_are_passed_over_and_nonsense_is_refused(string line, bool isValid)
    {
        Assert.Null(SuppressionLine.Parse(line, out var valid));
        Assert.Equal(isValid, valid);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_suppressed_is_refused_wherever_it_comes_in(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var receipt = await AddAsync(database, "ann@x.org, letter", "blocked.example", "ann@x.org", "what?");
        Assert.Equal((2, 1, 1), (receipt.Added, receipt.Known, receipt.Refused));
        Assert.Equal(["what?"], receipt.Refusals);
        Assert.Equal(0, (await AddAsync(database, "ANN@x.org")).Added);

        var store = database.Get<SuppressionStore>();
        Assert.True(store.Covers("ann@x.org") && store.Covers("b@blocked.example") && store.Covers("b@deep.blocked.example"));
        Assert.False(store.Covers("bob@x.org") || store.Covers("b@unblocked.example") || store.Covers("b@example"));

        var service = database.Get<SubscriberService>();
        var refused = await service.CreateAsync(new SubscriberDraft { Email = "Ann@x.org" }, Actor.System, default);
        Assert.Equal((OutcomeKind.Invalid, SubscriberRules.Suppressed), (refused.Kind, refused.Message));
        var bob = (await service.CreateAsync(new SubscriberDraft { Email = "bob@x.org" }, Actor.System, default)).Value;
        Assert.Equal(OutcomeKind.Invalid, (await service.UpdateAsync(bob.Id, new SubscriberDraft { Email = "ann@x.org" }, Actor.System, default)).Kind);
        await AddAsync(database, "bob@x.org");
        Assert.True((await service.UpdateAsync(bob.Id, new SubscriberDraft { Email = "bob@x.org", Name = "Bob" }, Actor.System, default)).IsOk);

        var import = await ImportUndoTests.ImportAsync(database, list.Id, "email\nann@x.org\nnew@x.org\nz@blocked.example\n");
        Assert.Equal((1, 2), (import.Imported, import.Rejected));
        var problems = await database.Get<ImportQueries>().ProblemsAsync(import.JobId, default);
        Assert.All(problems, problem => Assert.Equal(SubscriberRules.Suppressed, problem.Reason));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_form_says_the_same_to_all_and_keeps_nobody_who_is_suppressed(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = (await database.Get<ListService>().CreateAsync(new ListDraft { Name = "A", Type = ListType.Public, Optin = ListOptin.Double }, Actor.System, default)).Value;
        await AddAsync(database, "ann@x.org");
        var form = database.Get<SignUpService>();
        var suppressed = await form.SignUpAsync(new SignUp("ann@x.org", "Ann", [list.Uuid]), default);
        var other = await form.SignUpAsync(new SignUp("bob@x.org", "Bob", [list.Uuid]), default);
        Assert.Equal(other.Value, suppressed.Value);
        Assert.Equal(["bob@x.org"], await database.ReadAsync(db => db.Subscribers.Select(person => person.Email).ToListAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Entries_are_found_removed_and_followed_by_other_processes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database, "ann@x.org", "bob@y.org", "y.org");
        var found = (await database.Get<SuppressionQueries>().PageAsync("Y.org", new PageRequest(), Actor.System, default)).Value;
        Assert.Equal(["y.org", "bob@y.org"], found.Results.Select(entry => entry.Value));
        Assert.Equal(("asked us", "page", "system"), (found.Results[0].Reason, found.Results[0].Source, found.Results[0].CreatedBy));
        var revision = await RevisionAsync(database);
        Assert.Equal(2, (await database.Get<SuppressionService>().RemoveAsync([.. found.Results.Select(entry => entry.Id)], Actor.System, default)).Value);
        Assert.False(database.Get<SuppressionStore>().Covers("bob@y.org"));
        Assert.NotEqual(revision, await RevisionAsync(database));
    }

    [Fact]
    public async Task An_account_that_sees_only_some_people_may_not_touch_the_list()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var limited = new Actor { Name = "limited", Permissions = [Permissions.SubscribersManage, Permissions.SubscribersGet], ManageableLists = [1] };
        var service = database.Get<SuppressionService>();
        Assert.Equal(OutcomeKind.Forbidden, (await service.AddAsync(new[] { "a@x.org" }.ToAsyncEnumerable(), "", "page", limited, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await service.RemoveAsync([1], limited, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await database.Get<SuppressionQueries>().PageAsync("", new PageRequest(), limited, default)).Kind);
    }

    private static async Task<SuppressionReceipt> AddAsync(TestDatabase database, params string[] lines) =>
        (await database.Get<SuppressionService>().AddAsync(lines.ToAsyncEnumerable(), "asked us", "page", Actor.System, default)).Value;

    private static Task<Guid> RevisionAsync(TestDatabase database) =>
        database.ReadAsync(db => db.Revisions.Where(row => row.Name == Revision.Suppressions).Select(row => row.Value).SingleAsync());
}
