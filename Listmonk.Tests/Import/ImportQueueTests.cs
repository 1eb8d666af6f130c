using System.Text;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Tests.Import;

public sealed class ImportQueueTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task Two_imports_run_in_the_order_of_their_uploads(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var first = await QueueAsync(database, "email\na@x.org\n");
        var second = await QueueAsync(database, "email\nb@x.org\nc@x.org\n");
        Assert.True((await FindAsync(database, second.JobId)).IsWaiting);
        // A program that asks hears of the one whose turn it is.
        Assert.Equal(1, (await database.Get<ImportQueries>().StatusAsync(default)).Total);

        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));
        Assert.Equal((ImportStatus.Finished, ImportStatus.Importing), ((await FindAsync(database, first.JobId)).Status, (await FindAsync(database, second.JobId)).Status));
        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));

        Assert.Equal((ImportStatus.Finished, 2, 2), ((await FindAsync(database, second.JobId)).Status, (await FindAsync(database, second.JobId)).Imported, (await FindAsync(database, second.JobId)).Created));
        Assert.Equal([second.JobId, first.JobId], (await database.Get<ImportQueries>().HistoryAsync(new PageRequest(), default)).Results.Select(import => import.JobId));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_stopped_import_is_continued_from_its_file(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var import = await QueueAsync(database, "email\na@x.org\nbad\nb@x.org\n");
        var imports = database.Get<ImportService>();
        Assert.True((await imports.StopAsync(import.JobId, Actor.System, default)).IsOk);
        await database.Get<ImportRunner>().RunNextAsync(default);
        var stopped = await FindAsync(database, import.JobId);
        Assert.Equal((ImportStatus.Finished, true, true, 0), (stopped.Status, stopped.WasStopped, stopped.CanContinue, stopped.Imported));

        Assert.True((await imports.ContinueAsync(import.JobId, Actor.System, default)).IsOk);
        await database.Get<ImportRunner>().RunNextAsync(default);

        var ended = await FindAsync(database, import.JobId);
        Assert.Equal((ImportStatus.Finished, false, false, 2, 1), (ended.Status, ended.WasStopped, ended.CanContinue, ended.Imported, ended.Rejected));
        Assert.Empty(Directory.GetFiles(Path.Combine(database.Folder, "imports")));
        Assert.Equal(OutcomeKind.Invalid, (await imports.ContinueAsync(import.JobId, Actor.System, default)).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await imports.StopAsync(999, Actor.System, default)).Kind);
    }

    [Fact]
    public async Task Who_may_not_manage_its_lists_cannot_stop_an_import()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var import = await QueueAsync(database, "email\na@x.org\n");
        Assert.Equal(OutcomeKind.Forbidden, (await database.Get<ImportService>().StopAsync(import.JobId, Actor.Anonymous, default)).Kind);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_part_of_a_chunk_that_was_stored_before_a_kill_is_not_stored_again(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var import = await QueueAsync(database, "email\nc@x.org\na@x.org\nb@x.org\nbad\n");
        await database.WriteAsync(db => db.ImportJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.ChunkEmail, "b@x.org").SetProperty(job => job.Imported, 2)));

        await database.Get<ImportRunner>().RunNextAsync(default);

        Assert.Equal(["c@x.org"], await database.ReadAsync(db => db.Subscribers.Select(person => person.Email).ToListAsync()));
        var ended = await FindAsync(database, import.JobId);
        Assert.Equal((3, 1, 1, 4), (ended.Imported, ended.Rejected, ended.Created, ended.Total));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Rejected_lines_come_back_as_they_were_with_number_and_reason(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var import = await QueueAsync(database, "\uFEFFEmail;Shoe size;name\nbad;44;\"A \"\"B\"\"; C\"\na@x.org;1;A\nb@x.org\n", new ImportRequest { Delimiter = ";" });
        await database.Get<ImportRunner>().RunNextAsync(default);

        using var file = new MemoryStream();
        await database.Get<ImportQueries>().WriteRejectedLinesAsync(import.JobId, file, default);

        Assert.Equal(
            "line;reason;Email;Shoe size;name\n1;Invalid email.;bad;44;\"A \"\"B\"\"; C\"\n3;1 columns instead of 3;b@x.org\n",
            Encoding.UTF8.GetString(file.ToArray()));
    }

    private static async Task<ImportProgress> FindAsync(TestDatabase database, int id) => (await database.Get<ImportQueries>().FindAsync(id, default))!;

    private static async Task<ImportProgress> QueueAsync(TestDatabase database, string text, ImportRequest? request = null)
    {
        var list = await ListServiceTests.CreateAsync(database, "A");
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var upload = await database.Get<UploadStore>().SaveAsync("people.csv", content, default);
        var started = await database.Get<ImportService>().StartAsync(
            (request ?? new ImportRequest()) with { ListIds = [list.Id] }, "people.csv", upload.Value, Actor.System, waits: true, default);
        Assert.True(started.IsOk, started.Message);
        return started.Value;
    }
}
