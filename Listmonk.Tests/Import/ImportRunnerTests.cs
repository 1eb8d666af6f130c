using System.IO.Compression;
using System.Text;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Import;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Import;

public sealed class ImportRunnerTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task People_are_subscribed_and_faulty_lines_are_noted(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var progress = await ImportAsync(
            database,
            "EMAIL, Name ,shoe,attributes\nB@x.org,Bob,44,\"{\"\"city\"\": \"\"Pune\"\"}\"\nbad,Bad,1,\na.b@x.org,,2,\nshort\nc@x.org,Carl,3,notjson\nb@x.org,Dup,4,\n",
            new ImportRequest { ListIds = [list.Id], SubscriptionStatus = SubscriptionStatus.Confirmed, OverwritesPeople = true });
        Assert.Equal((ImportStatus.Finished, 6, 4, 2), (progress.Status, progress.Total, progress.Imported, progress.Rejected));
        var people = await PeopleAsync(database);
        Assert.Equal(["a.b@x.org A B {}", "b@x.org Dup {city:Pune}", "c@x.org Carl {}"], people.Select(person => $"{person.Email} {person.Name} {Plain(person.Attributes)}"));
        Assert.All(people, person => Assert.Equal(SubscriptionStatus.Confirmed, person.Subscriptions.Single().Status));
        var problems = await database.Get<ImportQueries>().ProblemsAsync(progress.JobId, default);
        Assert.Equal([2, 4, 5], problems.Select(problem => problem.Line));
        Assert.Contains("skipping line 2: Invalid email.", await database.Get<ImportQueries>().LogAsync(default), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(database.Folder, "imports")));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Known_people_change_only_where_asked_and_only_what_the_file_has(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var known = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org", Name = "Old", Attributes = """{"k":1}""", ListIds = [list.Id] });
        await database.Get<SubscriberService>().ChangeSubscriptionsAsync(
            SubscriberSelection.Of(known.Id), new SubscriptionChange { Action = SubscriptionAction.Unsubscribe, ListIds = [list.Id] }, Actor.System, default);
        var request = new ImportRequest { ListIds = [list.Id], SubscriptionStatus = SubscriptionStatus.Confirmed };
        await ImportAsync(database, "email,name\na@x.org,New\n", request);
        var person = Assert.Single(await PeopleAsync(database));
        Assert.Equal(("Old", SubscriptionStatus.Unsubscribed), (person.Name, person.Subscriptions[0].Status));
        await ImportAsync(database, "email,name\na@x.org,New\n", request with { OverwritesPeople = true, OverwritesSubscriptions = true });
        person = Assert.Single(await PeopleAsync(database));
        Assert.Equal(("New", "{k:1}", SubscriptionStatus.Confirmed, known.Uuid), (person.Name, Plain(person.Attributes), person.Subscriptions[0].Status, person.Uuid));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Blocklisting_ends_all_subscriptions_and_stays_when_subscribed_again(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (a, b) = (await ListServiceTests.CreateAsync(database, "A"), await ListServiceTests.CreateAsync(database, "B"));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [a.Id], IsPreconfirmed = true });
        await ImportAsync(database, "email\na@x.org\nnew@x.org\n", new ImportRequest { Mode = ImportMode.Blocklist });
        await ImportAsync(database, "email\na@x.org\n", new ImportRequest { ListIds = [b.Id], OverwritesSubscriptions = true });
        var people = await PeopleAsync(database);
        Assert.Equal(2, people.Count);
        Assert.All(people, person => Assert.Equal(SubscriberStatus.Blocklisted, person.Status));
        Assert.All(people.SelectMany(person => person.Subscriptions), subscription => Assert.Equal(SubscriptionStatus.Unsubscribed, subscription.Status));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task After_a_kill_the_import_goes_on_behind_the_last_stored_line(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var text = "email\n" + string.Concat(Enumerable.Range(0, 500).Select(number => $"p{number:D4}@x.org\n"));
        await StartAsync(database, text, new ImportRequest { ListIds = [list.Id] });
        // As a kill leaves it: 200 lines are certain, and part of the following chunk is stored without being counted.
        await database.WriteAsync(db => db.ImportJobs.ExecuteUpdateAsync(job => job
            .SetProperty(row => row.LastLine, 200).SetProperty(row => row.Rejected, 5).SetProperty(row => row.Imported, 333)));
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "p0250@x.org" });
        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));
        var progress = await database.Get<ImportQueries>().StatusAsync(default);
        Assert.Equal((ImportStatus.Finished, 500, 495, 5), (progress.Status, progress.Total, progress.Imported, progress.Rejected));
        var people = await PeopleAsync(database);
        Assert.Equal(Enumerable.Range(200, 300).Select(number => $"p{number:D4}@x.org"), people.Select(person => person.Email));
        Assert.All(people, person => Assert.Single(person.Subscriptions));
        Assert.False(await database.Get<ImportRunner>().RunNextAsync(default));
    }

    [Fact]
    public async Task A_fault_that_comes_at_every_try_ends_the_import_and_a_later_run_goes_on()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await database.WriteAsync(db => db.Database.ExecuteSqlRawAsync("CREATE TRIGGER fault BEFORE INSERT ON subscribers BEGIN SELECT RAISE(ABORT, 'broken'); END"));
        await StartAsync(database, "email\na@x.org\n", new ImportRequest { ListIds = [list.Id] });
        var runner = database.Get<ImportRunner>();
        await Assert.ThrowsAsync<SqliteException>(() => runner.RunNextAsync(default));
        await Assert.ThrowsAsync<SqliteException>(() => runner.RunNextAsync(default));

        Assert.True(await runner.RunNextAsync(default));

        var failed = await database.Get<ImportQueries>().StatusAsync(default);
        Assert.Equal((ImportStatus.Failed, true), (failed.Status, failed.CanContinue));
        Assert.Contains("line 0", failed.Error, StringComparison.Ordinal);
        await database.WriteAsync(db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER fault"));
        Assert.True((await database.Get<ImportService>().ContinueAsync(failed.JobId, Actor.System, default)).IsOk);
        Assert.True(await runner.RunNextAsync(default));
        Assert.Single(await PeopleAsync(database));
    }

    [Fact]
    public async Task An_import_that_another_process_runs_is_left_alone_until_its_lease_is_over()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await StartAsync(database, "email\na@x.org\n", new ImportRequest { ListIds = [list.Id] });
        var there = new LeaseStore(database.Databases, database.Get<IDatabaseDialect>(), database.Clock);
        Assert.NotNull(await there.TryAcquireAsync<ImportJob>(_ => true, default));

        Assert.False(await database.Get<ImportRunner>().RunNextAsync(default));
        database.Clock.Advance(LeaseStore.Duration + TimeSpan.FromSeconds(1));

        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));
        Assert.Equal((ImportStatus.Finished, 1), ((await database.Get<ImportQueries>().StatusAsync(default)).Status, (await PeopleAsync(database)).Count));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_process_that_lost_its_import_stores_nothing_more(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var request = new ImportRequest { ListIds = [list.Id] };
        await StartAsync(database, "email\na@x.org\n", request);
        var leases = database.Get<LeaseStore>();
        var lost = await leases.TryAcquireAsync<ImportJob>(_ => true, default);
        Assert.NotNull(await leases.TryAcquireAsync<ImportJob>(_ => true, default));

        using var text = new StringReader("email\na@x.org\n");
        var chunk = new ImportReader(text, request, new PrivacySettings()).Read(lost!.Id);
        await using var sink = await ImportSink.OpenAsync(
            database.Get<IHotConnectionFactory>(), database.Get<WriteGate>(), database.Clock, lost, request, default);

        Assert.False(await sink.WriteAsync(chunk!, null, 0, 0, _ => { }, default));
        Assert.Empty(await PeopleAsync(database));
    }

    [Fact]
    public async Task An_import_whose_file_lies_with_another_process_is_left_to_it_and_fails_after_a_while()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await StartAsync(database, "email\na@x.org\n", new ImportRequest { ListIds = [list.Id] });
        Directory.Delete(Path.Combine(database.Folder, "imports"), recursive: true);

        Assert.False(await database.Get<ImportRunner>().RunNextAsync(default));
        database.Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));
        var progress = await database.Get<ImportQueries>().StatusAsync(default);
        Assert.Equal((ImportStatus.Failed, true), (progress.Status, progress.Error!.Contains("upload it again", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_stop_that_comes_first_ends_the_import_without_rows(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await StartAsync(database, "email\na@x.org\n", new ImportRequest { ListIds = [list.Id] });
        var imports = database.Get<ImportService>();
        Assert.Equal(ImportStatus.Stopping, (await imports.StopAsync(default)).Status);
        await database.Get<ImportRunner>().RunNextAsync(default);
        Assert.Equal((ImportStatus.Finished, 0), ((await database.Get<ImportQueries>().StatusAsync(default)).Status, (await database.Get<ImportQueries>().StatusAsync(default)).Imported));
        Assert.Empty(await PeopleAsync(database));
        Assert.Equal(ImportStatus.None, (await imports.StopAsync(default)).Status);
        Assert.Equal("", await database.Get<ImportQueries>().LogAsync(default));
    }

    [Theory]
    [InlineData("", "empty file")]
    [InlineData("name,city\nx,y\n", "email")]
    [InlineData("email,name\na@x.org,\"never closed\n", "quote")]
    public async Task A_file_that_is_no_list_of_people_fails_with_a_reason(string text, string reason)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var progress = await ImportAsync(database, text, new ImportRequest { ListIds = [list.Id] });
        Assert.Equal(ImportStatus.Failed, progress.Status);
        Assert.Contains(reason, progress.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_cannot_start_a_second_import_while_one_runs()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var list = await ListServiceTests.CreateAsync(database, "A");
        var request = new ImportRequest { ListIds = [list.Id] };
        await StartAsync(database, "email\na@x.org\n", request);
        var second = await database.Get<ImportService>().CanStartAsync(request, Actor.System, waits: false, default);
        Assert.Contains("already running", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_csv_file_of_a_zip_is_taken_without_its_path()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        using var memory = new MemoryStream();
        await using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("readme.txt");
            await using var writer = new StreamWriter(await zip.CreateEntry("../../people.csv").OpenAsync());
            await writer.WriteAsync("email\na@x.org\n");
        }

        memory.Position = 0;
        var upload = await database.Get<UploadStore>().SaveAsync("people.zip", memory, default);
        Assert.Equal(1, upload.Value.Lines);
        Assert.Equal([upload.Value.Name], Directory.GetFiles(Path.Combine(database.Folder, "imports")).Select(Path.GetFileName));
        using var broken = new MemoryStream([1, 2, 3]);
        Assert.Equal(OutcomeKind.Invalid, (await database.Get<UploadStore>().SaveAsync("x.zip", broken, default)).Kind);
    }

    private static async Task<ImportProgress> ImportAsync(TestDatabase database, string text, ImportRequest request)
    {
        await StartAsync(database, text, request);
        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));
        return await database.Get<ImportQueries>().StatusAsync(default);
    }

    private static async Task StartAsync(TestDatabase database, string text, ImportRequest request)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var upload = await database.Get<UploadStore>().SaveAsync("people.csv", content, default);
        var started = await database.Get<ImportService>().StartAsync(request, "people.csv", upload.Value, Actor.System, waits: true, default);
        Assert.True(started.IsOk, started.Message);
    }

    private static Task<List<Subscriber>> PeopleAsync(TestDatabase database) =>
        database.ReadAsync(db => db.Subscribers.AsNoTracking().Include(person => person.Subscriptions).OrderBy(person => person.Email).ToListAsync());

    /// <summary>PostgreSQL writes JSON with blanks of its own.</summary>
    private static string Plain(string json) => json.Replace("\"", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
}
