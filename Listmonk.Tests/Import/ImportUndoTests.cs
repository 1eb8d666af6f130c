using System.Text;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Import;

public sealed class ImportUndoTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task What_the_import_added_goes_and_what_has_a_history_stays(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (list, other) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "known@x.org", ListIds = [other.Id] });
        var member = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "member@x.org", ListIds = [list.Id] });
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        var import = await ImportAsync(database, list.Id, "email\nknown@x.org\nmember@x.org\nnew@x.org\nedited@x.org\nleft@x.org\njoined@x.org\nopted@x.org\n");
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "later@x.org", ListIds = [list.Id] });
        await TouchAsync(database, "edited@x.org");
        await ChangeAsync(database, "left@x.org", SubscriptionAction.Unsubscribe, list.Id);
        await ChangeAsync(database, "joined@x.org", SubscriptionAction.Add, other.Id);
        var opted = await database.ReadAsync(db => db.Subscribers.SingleAsync(person => person.Email == "opted@x.org"));
        await database.AddAsync(new Consent { SubscriberId = opted.Id, Level = TrackingLevel.Off, Source = "api", CreatedAt = database.Clock.GetUtcNow() });

        var undo = database.Get<ImportUndoService>();
        var forecast = (await undo.ForecastAsync(import.JobId, Actor.System, default)).Value;
        Assert.Equal((1, 5, 5), (forecast.People, forecast.Created, forecast.Subscriptions));
        Assert.True((await undo.StartAsync(import.JobId, Actor.System, default)).IsOk);
        Assert.Equal(ImportStatus.Undoing, (await FindAsync(database, import.JobId)).Status);
        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));

        var ended = await FindAsync(database, import.JobId);
        Assert.Equal((ImportStatus.Undone, 1, 5), (ended.Status, ended.Undone!.People, ended.Undone.Subscriptions));
        var people = await database.ReadAsync(db => db.Subscribers.AsNoTracking().Include(person => person.Subscriptions).OrderBy(person => person.Email).ToListAsync());
        Assert.Equal(
            ["edited@x.org ", "joined@x.org B", "known@x.org B", "later@x.org A", "left@x.org A", "member@x.org A", "opted@x.org "],
            people.Select(person => $"{person.Email} {string.Concat(person.Subscriptions.Select(row => row.ListId == list.Id ? "A" : "B"))}"));
        Assert.Equal(member.Uuid, people.Single(person => person.Email == "member@x.org").Uuid);
        Assert.Equal(OutcomeKind.Invalid, (await undo.StartAsync(import.JobId, Actor.System, default)).Kind);
        Assert.False(await database.Get<ImportRunner>().RunNextAsync(default));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Undoing_goes_on_where_it_was_cut_off(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var import = await ImportAsync(database, list.Id, "email\n" + string.Concat(Enumerable.Range(0, 2500).Select(number => $"p{number:D4}@x.org\n")));
        var first = await database.ReadAsync(db => db.Subscribers.MinAsync(person => person.Id));
        Assert.True((await database.Get<ImportUndoService>().StartAsync(import.JobId, Actor.System, default)).IsOk);
        await database.WriteAsync(db => db.ImportJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.UndoPosition, first + 9).SetProperty(job => job.RemovedPeople, 10)));

        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));

        // As if the first ten had gone before.
        Assert.Equal((10, 2500), (await database.ReadAsync(db => db.Subscribers.CountAsync()), (await FindAsync(database, import.JobId)).Undone!.People));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_later_import_of_the_same_people_keeps_them(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var first = await ImportAsync(database, list.Id, "email\na@x.org\nb@x.org\n");
        database.Clock.Advance(TimeSpan.FromMinutes(1));
        await ImportAsync(database, list.Id, "email\na@x.org\n");

        Assert.Equal(1, (await database.Get<ImportUndoService>().ForecastAsync(first.JobId, Actor.System, default)).Value.People);
    }

    [Fact]
    public async Task What_cannot_be_undone_is_refused_with_the_reason()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var import = await ImportAsync(database, list.Id, "email\na@x.org\n");
        var undo = database.Get<ImportUndoService>();
        Assert.Equal(OutcomeKind.NotFound, (await undo.StartAsync(99, Actor.System, default)).Kind);
        Assert.Equal(OutcomeKind.Forbidden, (await undo.StartAsync(import.JobId, Actor.Anonymous, default)).Kind);
        database.Clock.Advance(ImportHousekeeping.NotesKept + TimeSpan.FromDays(1));
        await database.Get<ImportHousekeeping>().RunAsync(default);
        Assert.Contains("90 days", (await undo.ForecastAsync(import.JobId, Actor.System, default)).Message, StringComparison.Ordinal);
    }

    private static async Task<ImportProgress> FindAsync(TestDatabase database, int id) => (await database.Get<ImportQueries>().FindAsync(id, default))!;

    internal static async Task<ImportProgress> ImportAsync(TestDatabase database, int listId, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var upload = await database.Get<UploadStore>().SaveAsync("people.csv", content, default);
        var started = await database.Get<ImportService>().StartAsync(new ImportRequest { ListIds = [listId] }, "people.csv", upload.Value, Actor.System, waits: true, default);
        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));
        return await FindAsync(database, started.Value.JobId);
    }

    private static Task TouchAsync(TestDatabase database, string email) => database.WriteAsync(db =>
        db.Subscribers.Where(person => person.Email == email).ExecuteUpdateAsync(set => set.SetProperty(person => person.UpdatedAt, database.Clock.GetUtcNow())));

    private static async Task ChangeAsync(TestDatabase database, string email, SubscriptionAction action, int listId)
    {
        var id = await database.ReadAsync(db => db.Subscribers.Where(person => person.Email == email).Select(person => person.Id).SingleAsync());
        var changed = await database.Get<SubscriberService>().ChangeSubscriptionsAsync(
            SubscriberSelection.Of(id), new SubscriptionChange { Action = action, ListIds = [listId] }, Actor.System, default);
        Assert.True(changed.IsOk, changed.Message);
    }
}
