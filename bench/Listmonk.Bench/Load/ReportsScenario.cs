using System.Diagnostics;

namespace Listmonk.Bench.Load;

/// <summary>How long what stands behind each report page takes with millions of hits; the same queries as the pages', over the API.</summary>
internal static class ReportsScenario
{
    private const int Rounds = 7;
    private const int Campaigns = 20;

    /// <summary>The first breakdown of a campaign is counted in the background.</summary>
    private static readonly TimeSpan CountLimit = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        if (await server.Api.CountSubscribersAsync(cancellationToken) < 1000)
        {
            await SeedAsync(server, options, cancellationToken);
        }

        var campaign = await server.Api.LastCampaignAsync(cancellationToken);
        var counting = Stopwatch.StartNew();
        while (!await server.Api.HasBreakdownAsync(campaign, cancellationToken))
        {
            if (counting.Elapsed > CountLimit)
            {
                throw new InvalidOperationException("The breakdown was not counted in time.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }

        Figures.Print(new { Scenario = "reports", Step = "first breakdown of a campaign, in the background", Ms = Math.Round(counting.Elapsed.TotalMilliseconds) });
        foreach (var (page, path) in Pages(campaign, await server.Api.CountSubscribersAsync(cancellationToken) / 2))
        {
            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                await server.Api.FetchAsync(path, cancellationToken);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            Figures.Print(new { Scenario = "reports", page, path, FirstMs = Math.Round(times[0], 1), MedianMs = Math.Round(times.Skip(1).Order().ElementAt((Rounds / 2) - 1), 1) });
        }

        await JudgeAgainAsync(server, cancellationToken);
    }

    /// <summary>After a change of the rules; hits and sends go on meanwhile.</summary>
    private static async Task JudgeAgainAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var (clock, cpu) = (Stopwatch.StartNew(), server.ProcessorTime);
        var (judged, changed) = await server.Api.JudgeAgainAsync(cancellationToken);
        Figures.Print(new { Scenario = "reports", Step = "all hits judged again", judged, changed, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 1), CpuSeconds = Math.Round((server.ProcessorTime - cpu).TotalSeconds, 1) });
    }

    private static async Task SeedAsync(ServerProcess server, ScenarioOptions options, CancellationToken cancellationToken)
    {
        var (people, hits) = (options.Number("people"), options.Number("hits"));
        var list = await server.Api.ImportAsync(people, cancellationToken);
        var campaigns = new List<int>();
        for (var i = 0; i < Campaigns; i++)
        {
            campaigns.Add(await server.Api.CreateCampaignAsync(list, cancellationToken));
        }

        await server.Api.TrackIndividuallyAsync(cancellationToken);
        await server.KillAsync();
        var clock = Stopwatch.StartNew();
        await new ReportsSeed(server.DatabaseFile, campaigns, people, hits).RunAsync(cancellationToken);
        Figures.Print(new { Scenario = "reports", Step = "seed", people, hits, campaigns = Campaigns, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 1) });
        await server.StartAsync(cancellationToken);
    }

    private static IEnumerable<(string Page, string Path)> Pages(int campaign, int person) =>
    [
        ("campaign report, breakdowns", $"/api/campaigns/{campaign}/report"),
        ("campaign report, chart", $"/api/campaigns/{campaign}/report.csv?table=reactions"),
        ("campaign report, hours", $"/api/campaigns/{campaign}/report.csv?table=hours"),
        ("campaign report, links", $"/api/campaigns/{campaign}/report.csv?table=links"),
        ("people who opened", $"/api/campaigns/{campaign}/report/people?reaction=opened&per_page=50"),
        ("people who opened, last page", $"/api/campaigns/{campaign}/report/people?reaction=opened&per_page=50&page=400"),
        ("people opened by machines", $"/api/campaigns/{campaign}/report/people?reaction=auto_opened&per_page=50"),
        ("people who clicked a link", $"/api/campaigns/{campaign}/report/people?reaction=clicked&link=1&per_page=50"),
        ("people who did not open", $"/api/campaigns/{campaign}/report/people?reaction=not_opened&per_page=50"),
        ("analytics, trends", $"/api/analytics/campaigns.csv?{string.Join('&', Enumerable.Range(0, 12).Select(back => $"id={campaign - back}"))}"),
        ("analytics, best hours", "/api/analytics/week.csv?days=365"),
        ("subscriber, timeline", $"/api/subscribers/{person}/timeline?count=all"),
        ("subscriber, engagement", $"/api/subscribers/{person}/engagement"),
        ("dashboard, counts", "/api/dashboard/counts"),
        ("dashboard, charts", "/api/dashboard/charts"),
    ];
}
