using System.Text;
using Listmonk.Core;
using Listmonk.Core.Common;
using Listmonk.Core.Import;
using Listmonk.Core.Subscribers;
using Listmonk.Tests.Lists;
using Listmonk.Tests.Subscribers;
using Listmonk.Tests.Support;
using Microsoft.EntityFrameworkCore;
using MiniExcelLibs;

namespace Listmonk.Tests.Import;

public sealed class ImportDraftTests : DatabaseTest
{
    [Theory, MemberData(nameof(Providers))]
    public async Task A_dry_run_counts_what_the_import_then_does(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "known@x.org", Name = "Old", Attributes = """{"k":1,"city":"Pune"}""", ListIds = [list.Id] });
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "same@x.org", Name = "Same", Attributes = """{"city":"Oslo"}""" });
        var gone = await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "gone@x.org", Name = "Gone", ListIds = [list.Id] });
        await database.Get<SubscriberService>().ChangeSubscriptionsAsync(
            SubscriberSelection.Of(gone.Id), new SubscriptionChange { Action = SubscriptionAction.Unsubscribe, ListIds = [list.Id] }, Actor.System, default);
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "no@x.org", Name = "No", Status = SubscriberStatus.Blocklisted });
        var draft = await DraftAsync(
            database, "mail;who;city\nknown@x.org;New;Rome\nsame@x.org;Same;Oslo\nnew@x.org;;Bonn\ngone@x.org;Gone;\nno@x.org;No;\nnew@x.org;N;\nbad;;\nworse;;\n");
        var request = new ImportRequest
        {
            Delimiter = ";",
            ListIds = [list.Id],
            SubscriptionStatus = SubscriptionStatus.Confirmed,
            OverwritesPeople = true,
            OverwritesSubscriptions = true,
            Columns = [new(ColumnTarget.Email), new(ColumnTarget.Name), new(ColumnTarget.Attribute, "city")],
        };

        var all = await database.Get<ImportDraftQueries>().TryAsync(draft, request, null, default);
        var forecast = await database.Get<ImportDraftQueries>().TryAsync(draft, request with { KeepsUnsubscribed = true }, null, default);

        Assert.Equal((8, 1, 4, 1, 1), (forecast.Lines, forecast.New, forecast.Known, forecast.Changed, forecast.Blocklisted));
        Assert.Equal((3, 1, 0, 1, 2), (forecast.NewSubscriptions, forecast.ChangedSubscriptions, forecast.Resubscribed, forecast.Repeated, forecast.Rejected));
        Assert.Equal((2, 1), (all.ChangedSubscriptions, all.Resubscribed));
        Assert.Equal([new ImportReason(SubscriberRules.InvalidEmail, 2, 7)], forecast.Reasons);
        Assert.Equal(4, await database.ReadAsync(db => db.Subscribers.CountAsync()));

        Assert.True((await database.Get<ImportService>().StartDraftAsync(draft.Id, request with { KeepsUnsubscribed = true }, Actor.System, default)).IsOk);
        Assert.True(await database.Get<ImportRunner>().RunNextAsync(default));
        var ended = (await database.Get<ImportQueries>().FindAsync(draft.Id, default))!;
        Assert.Equal((forecast.New, forecast.Rejected, 6), (ended.Created, ended.Rejected, ended.Imported));
        var people = await database.ReadAsync(db => db.Subscribers.AsNoTracking().Include(person => person.Subscriptions).OrderBy(person => person.Email).ToListAsync());
        Assert.Equal(
            ["gone@x.org Gone Unsubscribed", "known@x.org New Confirmed", "new@x.org N Confirmed", "no@x.org No Unsubscribed", "same@x.org Same Confirmed"],
            people.Select(person => $"{person.Email} {person.Name} {person.Subscriptions.Single().Status}"));
        Assert.Equal("""{"city":"Rome","k":1}""", Sorted(people[1].Attributes));
        Assert.Equal("""{"city":"Bonn"}""", Sorted(people[2].Attributes));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_dry_run_of_blocklisting_counts_who_is_struck(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var list = await ListServiceTests.CreateAsync(database, "A");
        await SubscriberServiceTests.CreateAsync(database, new SubscriberDraft { Email = "a@x.org", ListIds = [list.Id] });
        var draft = await DraftAsync(database, "email\na@x.org\nb@x.org\n");
        var forecast = await database.Get<ImportDraftQueries>().TryAsync(draft, new ImportRequest { Mode = ImportMode.Blocklist }, null, default);
        Assert.Equal((1, 1, 1, 0, 1), (forecast.New, forecast.Known, forecast.Changed, forecast.NewSubscriptions, forecast.ChangedSubscriptions));
    }

    [Fact]
    public async Task A_fault_of_the_file_is_told_with_what_could_be_read()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var draft = await DraftAsync(database, "email,name\na@x.org,A\nb@x.org,\"never closed\n");
        var forecast = await database.Get<ImportDraftQueries>().TryAsync(draft, new ImportRequest(), null, default);
        Assert.Contains("quote", forecast.Error, StringComparison.Ordinal);
        Assert.Contains("quote", (await database.Get<ImportDraftQueries>().PreviewAsync(draft, null, default)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_is_read_like_a_csv_file()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        using var memory = new MemoryStream();
        MiniExcel.SaveAs(memory, new[]
        {
            new { email = "a@x.org", name = "Ann, \"A\"", age = 33.0, joined = (DateTime?)new DateTime(2026, 1, 31), ok = (bool?)true },
            new { email = "b@x.org", name = "", age = 1.5, joined = (DateTime?)null, ok = (bool?)null },
        });
        memory.Position = 0;

        var upload = (await database.Get<UploadStore>().SaveAsync("people.xlsx", memory, default)).Value;
        var draft = await DraftAsync(database, upload);
        var preview = await database.Get<ImportDraftQueries>().PreviewAsync(draft, null, default);

        Assert.Equal((2, "Excel workbook", ','), (upload.Lines, upload.Encoding, preview.Delimiter));
        Assert.Equal(["email", "name", "age", "joined", "ok"], preview.Columns);
        Assert.Equal(["a@x.org|Ann, \"A\"|33|2026-01-31|true", "b@x.org||1.5||"], preview.Lines.Select(line => string.Join('|', line)));
    }

    [Fact]
    public async Task What_was_given_up_leaves_no_file()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var imports = database.Get<ImportService>();
        var draft = await DraftAsync(database, "email\na@x.org\n");
        Assert.Equal(ImportStatus.None, (await database.Get<ImportQueries>().StatusAsync(default)).Status);
        Assert.True((await imports.DiscardDraftAsync(draft.Id, default)).IsOk);
        Assert.Equal(OutcomeKind.Invalid, (await imports.DiscardDraftAsync(draft.Id, default)).Kind);
        await DraftAsync(database, "email\nb@x.org\n");
        var old = Path.Combine(database.Folder, "imports", "left-over.csv");
        await File.WriteAllTextAsync(old, "email\n");
        File.SetLastWriteTimeUtc(old, database.Clock.GetUtcNow().UtcDateTime);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(database.Folder, "imports")).Length);

        database.Clock.Advance(ImportHousekeeping.FilesKept + TimeSpan.FromMinutes(1));
        foreach (var file in Directory.GetFiles(Path.Combine(database.Folder, "imports")))
        {
            File.SetLastWriteTimeUtc(file, database.Clock.GetUtcNow().UtcDateTime - ImportHousekeeping.FilesKept - TimeSpan.FromMinutes(1));
        }

        await database.Get<ImportHousekeeping>().RunAsync(default);
        Assert.Empty(Directory.GetFiles(Path.Combine(database.Folder, "imports")));
        Assert.Equal(0, await database.ReadAsync(db => db.ImportJobs.CountAsync()));
    }

    private static async Task<ImportDraft> DraftAsync(TestDatabase database, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await DraftAsync(database, (await database.Get<UploadStore>().SaveAsync("people.csv", content, default)).Value);
    }

    private static async Task<ImportDraft> DraftAsync(TestDatabase database, StoredUpload upload)
    {
        var job = await database.Get<ImportService>().DraftAsync("people.csv", upload, Actor.System, default);
        return (await database.Get<ImportDraftQueries>().FindAsync(job.JobId, default))!;
    }

    private static string Sorted(string json) =>
        $"{{{string.Join(',', System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()}"))}}}";
}
