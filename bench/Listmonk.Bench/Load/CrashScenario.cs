namespace Listmonk.Bench.Load;

/// <summary>Whether a kill in the middle of a campaign loses anybody, and how many mails it repeats.</summary>
internal static class CrashScenario
{
    /// <summary>Killed once this part of the mails has arrived.</summary>
    private const int Part = 5;

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var rows = options.Number("rows");
        await using var sink = new SmtpSink();
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        var list = await server.Api.ImportAsync(rows, cancellationToken);
        await server.Api.SendThroughAsync([sink], options.Number("conns"), rate: 1_000_000, cancellationToken);
        var campaign = await server.Api.CreateCampaignAsync(list, cancellationToken);
        await server.Api.StartCampaignAsync(campaign, cancellationToken);
        await sink.WhenReceivedAsync(rows / Part, cancellationToken);
        await server.KillAsync();
        var killedAt = sink.Figures.Messages;

        await server.StartAsync(cancellationToken);
        var (status, sent) = await server.Api.WhenEndedAsync(campaign, cancellationToken);
        var arrived = sink.Figures;
        Figures.Print(new { Scenario = "crash", rows, killedAt, status, sent, NeverSent = rows - arrived.People, arrived.Duplicates });
    }
}
