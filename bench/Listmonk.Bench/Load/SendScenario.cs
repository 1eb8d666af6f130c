using System.Diagnostics;

namespace Listmonk.Bench.Load;

/// <summary>How fast a campaign goes out, and what it costs the server.</summary>
internal static class SendScenario
{
    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var (rows, connections) = (options.Number("rows"), options.Number("conns"));
        await using var sink = new SmtpSink();
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        var list = await server.Api.ImportAsync(rows, cancellationToken);
        await server.Api.SendThroughAsync([sink], connections, options.Number("rate"), cancellationToken);
        for (var run = 1; run <= options.Number("repeat"); run++)
        {
            var campaign = await server.Api.CreateCampaignAsync(list, cancellationToken);
            sink.Reset();
            server.ForgetPeak();
            var (processorTime, ownProcessorTime) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
            var start = Stopwatch.GetTimestamp();
            await server.Api.StartCampaignAsync(campaign, cancellationToken);
            var (status, sent) = await server.Api.WhenEndedAsync(campaign, cancellationToken);
            var arrived = sink.Figures;
            Figures.Print(new
            {
                Scenario = "send",
                run,
                rows,
                connections,
                status,
                sent,
                arrived.People,
                arrived.Duplicates,
                MessagesPerSecond = Math.Round(arrived.MessagesPerSecond),
                CpuMsPerMessage = Math.Round((server.ProcessorTime - processorTime).TotalMilliseconds / Math.Max(1, arrived.Messages), 3),
                SinkCpuMsPerMessage = Math.Round((Environment.CpuUsage.TotalTime - ownProcessorTime).TotalMilliseconds / Math.Max(1, arrived.Messages), 3),
                FirstMailAfterS = Math.Round(Stopwatch.GetElapsedTime(start, arrived.First).TotalSeconds, 2),
                MailBytes = arrived.Bytes / Math.Max(1, arrived.Messages),
                PeakRssMb = server.PeakMegabytes,
            });
        }
    }
}
