namespace Listmonk.Bench.Load;

/// <summary>How many opens and clicks the server takes in, each committed before it is answered.</summary>
internal static class TrackScenario
{
    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var (people, connections, depth) = (options.Number("people"), options.Number("conns"), options.Number("depth"));
        var duration = TimeSpan.FromSeconds(options.Number("seconds"));
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        var addresses = await TrackedAddresses.SendAsync(server, people, cancellationToken);
        foreach (var (kind, paths) in new[] { ("open", addresses.Opens), ("link", addresses.Links) })
        {
            for (var run = 1; run <= options.Number("repeat"); run++)
            {
                var processorTime = server.ProcessorTime;
                var load = await new HttpLoad(server.Url, paths, connections, depth).RunAsync(duration, cancellationToken);
                Figures.Print(new
                {
                    Scenario = "track",
                    kind,
                    run,
                    people,
                    connections,
                    depth,
                    load.Requests,
                    RequestsPerSecond = Math.Round(load.RequestsPerSecond),
                    P50Ms = Math.Round(load.P50, 1),
                    P99Ms = Math.Round(load.P99, 1),
                    load.Refused,
                    CpuMsPerRequest = Math.Round((server.ProcessorTime - processorTime).TotalMilliseconds / Math.Max(1, load.Requests), 3),
                });
            }
        }
    }
}
