using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Bulk;
using Listmonk.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Listmonk.Tests.Subscribers.Bulk;

/// <summary>The true program, killed in the middle of a bulk job.</summary>
[Trait("Kind", "Worker")]
public sealed class BulkKillTests
{
    private const int People = 30_000;

    [Fact]
    public async Task After_a_kill_everybody_is_changed_once()
    {
        var folder = Directory.CreateTempSubdirectory("listmonk-bulk-").FullName;
        try
        {
            await using (var server = new ServerProcess { DataFolder = folder, KeepsData = true })
            {
                await server.StartAsync();
                await ImportAsync(server);
                await server.KillAsync();
            }

            var total = Number(folder, "SELECT COUNT(*) FROM subscribers");
            Queue(folder, total);
            int killedAt;
            await using (var server = new ServerProcess { DataFolder = folder, KeepsData = true })
            {
                await server.StartAsync();
                await Polling.UntilAsync(() => Task.FromResult(Number(folder, "SELECT done FROM bulk_jobs") > 0));
                await server.KillAsync();
                killedAt = Number(folder, "SELECT done FROM bulk_jobs");
                Assert.Equal(killedAt, Number(folder, "SELECT COUNT(*) FROM subscribers WHERE status = 'disabled'"));
            }

            await using var last = new ServerProcess { DataFolder = folder, KeepsData = true };
            await last.StartAsync();
            await Polling.UntilAsync(() => Task.FromResult(Number(folder, "SELECT COUNT(*) FROM bulk_jobs WHERE status = 'finished'") == 1));

            Assert.InRange(killedAt, 1, total);
            Assert.Equal((total, total), (Number(folder, "SELECT done FROM bulk_jobs"), Number(folder, "SELECT COUNT(*) FROM subscribers WHERE status = 'disabled'")));
            var noted = Notes(folder).SelectMany(before => before.People).ToList();
            Assert.Equal((total, total), (noted.Count, noted.Distinct().Count()));
        }
        finally
        {
            using (var connection = new SqliteConnection(DataRegistration.SqliteConnectionString(folder)))
            {
                SqliteConnection.ClearPool(connection);
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ImportAsync(ServerProcess server)
    {
        var csv = new StringBuilder("email,name\n");
        for (var line = 1; line <= People; line++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"p{line}@x.org,P\n");
        }

        using var form = new MultipartFormDataContent
        {
            { new StringContent(JsonSerializer.Serialize(new { mode = "subscribe", delim = ",", lists = new[] { 1 }, overwrite = true })), "params" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString())), "file", "people.csv" },
        };
        using var started = await server.Client.PostAsync("/api/import/subscribers", form);
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        await Polling.UntilAsync(async () => (await server.Client.GetFromJsonAsync<JsonNode>("/api/import/subscribers"))!["data"]!["status"]!.GetValue<string>() == "finished");
    }

    /// <summary>As the page does, which has no address of the API.</summary>
    private static void Queue(string folder, int total)
    {
        using var connection = Open(folder);
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO bulk_jobs (action, parameters, status, total, done, position, last_id, created_by, created_at, undone_by, undo_position, restored, lease_epoch)
            SELECT 'disable', @parameters, 'running', @total, 0, 0, MAX(id), 'test', 0, '', 0, 0, 0 FROM subscribers
            """;
        command.Parameters.AddWithValue("@parameters", BulkRequest.For(SubscriberSelection.Matching(new SubscriberFilter()), BulkAction.Disable).ToJson());
        command.Parameters.AddWithValue("@total", total);
        command.ExecuteNonQuery();
    }

    private static List<SliceBefore> Notes(string folder)
    {
        using var connection = Open(folder);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT before FROM bulk_slices ORDER BY id";
        using var reader = command.ExecuteReader();
        var notes = new List<SliceBefore>();
        while (reader.Read())
        {
            notes.Add(SliceBefore.Unpack((byte[])reader[0]));
        }

        return notes;
    }

    private static int Number(string folder, string sql)
    {
        using var connection = Open(folder);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this file's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection(DataRegistration.SqliteConnectionString(folder));
        connection.Open();
        return connection;
    }
}
