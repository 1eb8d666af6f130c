namespace Listmonk.Bench.Load;

/// <summary>Whether many open dashboards slow down the taking in of opens, which they show live.</summary>
internal static class DashboardsScenario
{
    private const int OpenedAtOnce = 8;

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var (people, dashboards, connections) = (options.Number("people"), options.Number("dashboards"), options.Number("conns"));
        var duration = TimeSpan.FromSeconds(options.Number("seconds"));
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        var addresses = await TrackedAddresses.SendAsync(server, people, cancellationToken);
        var cookies = await DashboardViewer.SignInAsync(server.Url, ServerProcess.AdminUser, ServerProcess.AdminPassword, cancellationToken);
        await MeasureAsync([]);

        var viewers = new DashboardViewer?[dashboards];
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, dashboards), new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = cancellationToken },
                async (i, token) => viewers[i] = await DashboardViewer.OpenAsync(server.Url, cookies, token));
            await MeasureAsync([.. viewers.Select(viewer => viewer!)]);
        }
        finally
        {
            foreach (var viewer in viewers)
            {
                if (viewer is not null)
                {
                    await viewer.DisposeAsync();
                }
            }
        }

        async Task MeasureAsync(IReadOnlyList<DashboardViewer> open)
        {
            var (draws, bytes, processorTime) = (open.Sum(viewer => viewer.Draws), open.Sum(viewer => viewer.Bytes), server.ProcessorTime);
            server.ForgetPeak();
            var load = await new HttpLoad(server.Url, addresses.Opens, connections, depth: 1).RunAsync(duration, cancellationToken);
            Figures.Print(new
            {
                Scenario = "dashboards",
                Dashboards = open.Count,
                GivenUp = open.Count(viewer => viewer.Fault is not null),
                RequestsPerSecond = Math.Round(load.RequestsPerSecond),
                P50Ms = Math.Round(load.P50, 1),
                P99Ms = Math.Round(load.P99, 1),
                load.Refused,
                CpuMsPerRequest = Math.Round((server.ProcessorTime - processorTime).TotalMilliseconds / Math.Max(1, load.Requests), 3),
                DrawsPerDashboard = open.Count == 0 ? 0 : Math.Round((open.Sum(viewer => viewer.Draws) - draws) / (double)open.Count, 1),
                BytesPerDashboard = open.Count == 0 ? 0 : (open.Sum(viewer => viewer.Bytes) - bytes) / open.Count,
                server.PeakMegabytes,
            });
        }
    }
}
