using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace Listmonk.Bench.Micro;

/// <summary>Runs the micro-benchmarks briefly and in this process, and prints the table 'Parts' of docs/benchmarks.md.</summary>
internal static class MicroBenchmarks
{
    private static readonly Type[] Classes = [typeof(TemplateBenchmarks), typeof(MessageBenchmarks), typeof(DkimBenchmarks), typeof(TrackingBenchmarks)];

    public static async Task RunAsync(ScenarioOptions options, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("listmonk-micro-");
        try
        {
            // Many iterations, most of them shorter than a scheduler's time slice: the fastest is what the code takes when nobody else runs.
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.ShortRun.WithWarmupCount(50).WithIterationCount(150).WithIterationTime(TimeInterval.FromMilliseconds(10)).WithToolchain(InProcessEmitToolchain.Instance))
                .AddFilter(new GlobFilter([options.Text("filter")]))
                .AddValidator(JitOptimizationsValidator.FailOnError)
                .AddLogger(NullLogger.Instance)
                .WithArtifactsPath(scratch.FullName);
            Print(await Task.Run(() => BenchmarkRunner.Run(Classes, config), cancellationToken).WaitAsync(cancellationToken));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static void Print(Summary[] summaries)
    {
        foreach (var error in summaries.SelectMany(summary => summary.ValidationErrors).Where(error => error.IsCritical).Select(error => error.Message).Distinct(StringComparer.Ordinal))
        {
            Console.Error.WriteLine(error);
        }

        Console.WriteLine("| What | Fastest | Allocated |\n|---|---|---|");
        foreach (var report in summaries.SelectMany(summary => summary.Reports))
        {
            var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
            Console.WriteLine($"| {report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')} | {Time(report.ResultStatistics?.Min)} | {Size(bytes)} |");
        }
    }

    private static string Time(double? nanoseconds) => nanoseconds switch
    {
        null => "failed",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0} ns"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000:0.0} µs"),
    };

    private static string Size(long? bytes) => bytes switch
    {
        null or 0 => "none",
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} KB"),
    };
}
