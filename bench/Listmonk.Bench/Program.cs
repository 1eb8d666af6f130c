using System.Runtime.InteropServices;
using Listmonk.Bench;
using Listmonk.Bench.Load;
using Listmonk.Bench.Micro;

Scenario[] scenarios =
[
    new("micro", "the parts by themselves, with BenchmarkDotNet", [new("filter", "*")], MicroBenchmarks.RunAsync),
    new("fuzz", "mutated templates and mails through the template engine and the link rewriters; seed 0 draws one", [new("minutes", "10"), new("seed", "0")], FuzzScenario.RunAsync),
    new("send", "one campaign into a sink that discards",
        [new("rows", "100000"), new("conns", "50"), new("rate", "1000000"), new("repeat", "1"), .. ServerProcess.Options], SendScenario.RunAsync),
    new("track", "opens and clicks on the addresses of mails really sent; --depth requests are in flight on each connection",
        [new("people", "1000"), new("seconds", "15"), new("conns", "64"), new("depth", "1"), new("repeat", "1"), .. ServerProcess.Options], TrackScenario.RunAsync),
    new("dashboards", "opens as in track, without and with so many dashboards open that show them live",
        [new("dashboards", "1000"), new("people", "1000"), new("seconds", "10"), new("conns", "64"), .. ServerProcess.Options], DashboardsScenario.RunAsync),
    new("import", "a CSV file through the API", [new("rows", "1000000"), .. ServerProcess.Options], ImportScenario.RunAsync),
    new("bounces", "a mailbox of reports: parsed, led back to people, recorded, weighed", [new("mails", "20000")], BouncesScenario.RunAsync),
    new("crash", "kill -9 in the middle of a campaign, restart: who got the mail?",
        [new("rows", "20000"), new("conns", "10"), .. ServerProcess.Options], CrashScenario.RunAsync),
    new("chaos", "moody mail servers and a kill -9 again and again: does the ledger say what they say?",
        [new("rows", "50000"), new("conns", "10"), new("rate", "1000000"), new("kills", "5"), new("seed", "1"), .. ServerProcess.Options], ChaosScenario.RunAsync),
    new("reads", "times of lists, reports and public pages; a --data folder that holds subscribers is used as it is",
        [new("rows", "1000000"), new("seconds", "5"), .. ServerProcess.Options], ReadsScenario.RunAsync),
    new("reports", "times of all that report pages read, with millions of opens and clicks; a --data folder that holds subscribers is used as it is",
        [new("hits", "5000000"), new("people", "100000"), .. ServerProcess.Options], ReportsScenario.RunAsync),
];

if (scenarios.FirstOrDefault(one => args.Length > 0 && one.Name == args[0]) is not { } scenario)
{
    Console.WriteLine(Scenario.Help(scenarios));
    return args.Length == 0 ? 0 : 1;
}

if (!scenario.TryRead(args[1..], out var options, out var fault))
{
    await Console.Error.WriteLineAsync(fault);
    return 1;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await scenario.RunAsync(options, stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or FormatException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}

// The server is a child that must not outlive us.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
