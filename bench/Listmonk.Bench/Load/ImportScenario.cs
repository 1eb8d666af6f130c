using System.Diagnostics;

namespace Listmonk.Bench.Load;

/// <summary>How long a large file takes from the upload to the last row.</summary>
internal static class ImportScenario
{
    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var rows = options.Number("rows");
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        var processorTime = server.ProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await server.Api.ImportAsync(rows, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Figures.Print(new
        {
            Scenario = "import",
            rows,
            Seconds = Math.Round(seconds, 2),
            RowsPerSecond = Math.Round(rows / seconds),
            CpuSeconds = Math.Round((server.ProcessorTime - processorTime).TotalSeconds, 1),
            PeakRssMb = server.PeakMegabytes,
        });
    }
}
