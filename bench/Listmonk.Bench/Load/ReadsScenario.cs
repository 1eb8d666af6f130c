using System.Diagnostics;
using System.Globalization;

namespace Listmonk.Bench.Load;

/// <summary>How long people wait for lists, reports and public pages of a large installation.</summary>
internal static class ReadsScenario
{
    private const int Rounds = 7;
    private const int PerPage = 20;
    private const int Readers = 1000;

    /// <summary>Of each person imported.</summary>
    private const int ListsEach = 3;

    /// <summary>One on a column and, without an index: a common and a rare text, nobody's, a number, and whether there is any.</summary>
    private static readonly string[] Conditions =
    [
        "subscribers.name LIKE '%John%'",
        "subscribers.attribs->>'city'='Lima'",
        "subscribers.attribs->>'city'='Bengaluru'",
        "subscribers.attribs->>'city'='Nowhere'",
        "(subscribers.attribs->>'points')::int > 1990",
        "subscribers.attribs ? 'good'",
    ];

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        var rows = await server.Api.CountSubscribersAsync(cancellationToken);
        if (rows < Readers)
        {
            await SeedAsync(server, options, cancellationToken);
            rows = await server.Api.CountSubscribersAsync(cancellationToken);
        }

        // A search costs less once the people just imported are in its index.
        await server.WhenSearchIndexIsFilledAsync(cancellationToken);
        var segment = await server.Api.CreateSegmentAsync("subscribers.status = 'enabled' AND subscribers.email LIKE '%@example7.com'", cancellationToken);
        foreach (var path in Paths(rows, segment))
        {
            var times = new List<double>();
            var processorTime = server.ProcessorTime;
            for (var round = 0; round < Rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                await server.Api.FetchAsync(path, cancellationToken);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            Figures.Print(new { Scenario = "reads", path = Uri.UnescapeDataString(path), rows, FirstMs = Math.Round(times[0], 1), MedianMs = Math.Round(times.Skip(1).Order().ElementAt((Rounds / 2) - 1), 1), CpuMs = Math.Round((server.ProcessorTime - processorTime).TotalMilliseconds / Rounds) });
        }
    }

    /// <summary>People, and a campaign to a thousand of them that is opened and followed for some seconds.</summary>
    private static async Task SeedAsync(ServerProcess server, ScenarioOptions options, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromSeconds(options.Number("seconds"));
        await server.Api.ImportAsync(options.Number("rows"), cancellationToken, ListsEach);
        var addresses = await TrackedAddresses.SendAsync(server, Readers, cancellationToken);
        await new HttpLoad(server.Url, addresses.Opens, connections: 64, depth: 1).RunAsync(duration, cancellationToken);
        await new HttpLoad(server.Url, addresses.Links, connections: 64, depth: 1).RunAsync(duration, cancellationToken);
    }

    private static IEnumerable<string> Paths(int rows, int segment)
    {
        var today = TimeProvider.System.GetUtcNow();
        var month = string.Create(CultureInfo.InvariantCulture, $"from={today.AddDays(-30):yyyy-MM-dd}&to={today.AddDays(1):yyyy-MM-dd}");
        var middle = Math.Max(1, rows / PerPage / 2);
        return
        [
            $"/api/subscribers?page=1&per_page={PerPage}",
            $"/api/subscribers?page={middle}&per_page={PerPage}",
            $"/api/subscribers?page=1&per_page={PerPage}&list_id=3",
            .. from word in (string[])["zzyzx", "potter", "john", "example", "ly", "qx"] select $"/api/subscribers?page=1&per_page={PerPage}&search={word}",
            .. from condition in Conditions select $"/api/subscribers?per_page={PerPage}&query={Uri.EscapeDataString(condition)}",
            $"/api/segments/{segment}",
            $"/api/lists?page=1&per_page={PerPage}",
            "/api/dashboard/counts",
            "/api/dashboard/charts",
            $"/api/campaigns?page=1&per_page={PerPage}&no_body=true",
            $"/api/campaigns/analytics/views?id=1&{month}",
            $"/api/campaigns/analytics/clicks?id=1&{month}",
            $"/api/campaigns/analytics/links?id=1&{month}",
            "/",
            "/subscription/form",
            "/archive",
        ];
    }
}
