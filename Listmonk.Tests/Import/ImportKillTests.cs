using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Listmonk.Core.Data;
using Listmonk.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Listmonk.Tests.Import;

/// <summary>The true program, killed in the middle of an import.</summary>
[Trait("Kind", "Worker")]
public sealed class ImportKillTests
{
    private const int Lines = 100_000;
    private const int FaultyEach = 997;

    /// <summary>Each of these names somebody of an earlier chunk again.</summary>
    private const int RepeatedEach = 1000;
    private const int RepeatedFrom = 70_000;
    private const int Kills = 2;

    [Fact]
    public async Task After_kills_every_line_counts_once_and_nobody_is_there_twice()
    {
        var folder = Directory.CreateTempSubdirectory("listmonk-import-").FullName;
        try
        {
            var seen = 0;
            for (var round = 0; round < Kills; round++)
            {
                await using var server = new ServerProcess { DataFolder = folder, KeepsData = true };
                await server.StartAsync();
                if (round == 0)
                {
                    await UploadAsync(server);
                }

                await Polling.UntilAsync(async () => await StatusAsync(server) is var (status, imported) && (imported > seen || status == "finished"));
                await server.KillAsync();
                seen = Number(folder, "SELECT imported FROM import_jobs");
                if (round == 0)
                {
                    Assert.InRange(seen, 1, Lines - 1);
                }
            }

            await using var last = new ServerProcess { DataFolder = folder, KeepsData = true };
            await last.StartAsync();
            await Polling.UntilAsync(async () => (await StatusAsync(last)).Status == "finished");

            var faulty = Enumerable.Range(1, Lines).Where(IsFaulty).ToList();
            var people = Enumerable.Range(1, Lines).Where(line => !IsFaulty(line)).Select(Person).Distinct().Count();
            Assert.Equal(
                (Lines, Lines - faulty.Count, faulty.Count, people),
                (Number(folder, "SELECT total FROM import_jobs"), Number(folder, "SELECT imported FROM import_jobs"), Number(folder, "SELECT rejected FROM import_jobs"), Number(folder, "SELECT created FROM import_jobs")));
            Assert.Equal(
                (people, people, people),
                (Number(folder, "SELECT COUNT(*) FROM subscribers WHERE email LIKE '%@x.org'"), Number(folder, "SELECT COUNT(*) FROM subscriber_lists WHERE list_id = (SELECT id FROM lists WHERE name = 'A')"), Number(folder, "SELECT COUNT(*) FROM import_slices i JOIN subscribers s ON s.created_at = i.at AND s.id > i.after_id AND s.id <= i.last_id")));
            var rejected = await last.Client.GetStringAsync(new Uri("/api/import/subscribers/1/rejected.csv", UriKind.Relative));
            Assert.Equal(
                ["line,reason,email,name", .. faulty.Select(line => $"{line},Invalid email.,nobody{line},N")],
                rejected.Split('\n', StringSplitOptions.RemoveEmptyEntries));
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

    private static bool IsFaulty(int line) => line % FaultyEach == 0;

    private static int Person(int line) => line > RepeatedFrom && line % RepeatedEach == 0 ? line - RepeatedFrom + 1 : line;

    private static async Task UploadAsync(ServerProcess server)
    {
        using var made = await server.Client.PostAsJsonAsync("/api/lists", new { name = "A", type = "public", optin = "single" });
        var list = (await made.Content.ReadFromJsonAsync<JsonNode>())!["data"]!["id"]!.GetValue<int>();
        var csv = new StringBuilder("email,name\n");
        for (var line = 1; line <= Lines; line++)
        {
            csv.Append(IsFaulty(line) ? string.Create(CultureInfo.InvariantCulture, $"nobody{line},N\n") : string.Create(CultureInfo.InvariantCulture, $"p{Person(line)}@x.org,P\n"));
        }

        using var form = new MultipartFormDataContent
        {
            { new StringContent(JsonSerializer.Serialize(new { mode = "subscribe", delim = ",", lists = new[] { list }, overwrite = true })), "params" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString())), "file", "people.csv" },
        };
        using var started = await server.Client.PostAsync("/api/import/subscribers", form);
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
    }

    private static async Task<(string Status, int Imported)> StatusAsync(ServerProcess server)
    {
        var status = (await server.Client.GetFromJsonAsync<JsonNode>("/api/import/subscribers"))!["data"]!;
        return (status["status"]!.GetValue<string>(), status["imported"]!.GetValue<int>());
    }

    private static int Number(string folder, string sql)
    {
        using var connection = new SqliteConnection(DataRegistration.SqliteConnectionString(folder));
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this file's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
