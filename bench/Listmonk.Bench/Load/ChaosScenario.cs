using Listmonk.Tests.Support;

namespace Listmonk.Bench.Load;

/// <summary>A campaign between two moody sinks, by a process that is killed again and again: does the ledger say what the sinks say?</summary>
internal static class ChaosScenario
{
    /// <summary>What one kill can leave without record: the group being committed and the one being collected.</summary>
    private const int MostUnrecorded = 2 * 500;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var (rows, kills, connections) = (options.Number("rows"), options.Number("kills"), options.Number("conns"));
        var mischief = new SmtpMischief(options.Number("seed"));
        await using var one = new SmtpSink(mischief: mischief);
        await using var other = new SmtpSink(mischief: mischief);
        await using var server = await ServerProcess.StartAsync(options, cancellationToken);
        var list = await server.Api.ImportAsync(rows, cancellationToken);
        await server.Api.SendThroughAsync([one, other], connections, options.Number("rate"), cancellationToken);
        var campaign = await server.Api.CreateCampaignAsync(list, cancellationToken);
        await server.Api.StartCampaignAsync(campaign, cancellationToken);
        for (var kill = 1; kill <= kills; kill++)
        {
            // The sinks take a few percent less than all: some people are refused.
            await WhenTakenAsync(mischief, (int)(0.9 * rows * kill / (kills + 1)), cancellationToken);
            await server.KillAsync();
            await server.StartAsync(cancellationToken);
        }

        var (status, sent) = await server.Api.WhenEndedAsync(campaign, cancellationToken);
        var ledger = await server.Api.ReadLedgerAsync(campaign, cancellationToken);
        var unanswered = mischief.Accounts.Values.Sum(account => account.Unanswered);
        Figures.Print(new
        {
            Scenario = "chaos",
            rows,
            kills,
            status,
            sent,
            Refused = ledger.Count(row => row.Status == "failed"),
            Missing = rows - ledger.Select(row => row.Email).Distinct(StringComparer.Ordinal).Count(email => mischief.AccountOf(email).Attempts > 0),
            Disagreeing = ledger.Count(row => !Agrees(row.Status, row.Code, mischief.AccountOf(row.Email))),
            Repeated = mischief.Accounts.Values.Sum(account => Math.Max(0, account.Taken - 1)),
            unanswered,
            MostRepeats = unanswered + (kills * (MostUnrecorded + Math.Min(connections, 50))),
        });
    }

    /// <summary>Sent is whom a sink told us so; failed is whom one refused for good, with its code.</summary>
    private static bool Agrees(string status, int code, SmtpAccount account) => status == "sent"
        ? code == 250 && account.Taken > account.Unanswered
        : status == "failed" && code == account.LastRefusal && account.Taken == 0;

    private static async Task WhenTakenAsync(SmtpMischief mischief, int count, CancellationToken cancellationToken)
    {
        while (mischief.TakenCount < count)
        {
            await Task.Delay(Step, TimeProvider.System, cancellationToken);
        }
    }
}
