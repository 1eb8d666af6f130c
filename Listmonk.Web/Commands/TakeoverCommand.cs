using Listmonk.Core.Takeover;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Commands;

/// <summary><c>import-listmonk</c>: takes a listmonk database over, or with <c>--dry-run true</c> only tells what would come of it.</summary>
internal static class TakeoverCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(WebApplication app)
    {
        if (app.Configuration["source"] is not { Length: > 0 } source)
        {
            return await CommandLine.FailedAsync("--source takes the PostgreSQL connection of listmonk's database, such as postgres://listmonk:password@localhost/listmonk.");
        }

        if (app.Configuration["uploads"] is { } folder && !Directory.Exists(folder))
        {
            return await CommandLine.FailedAsync($"There is no folder '{folder}'.");
        }

        await CommandLine.PrepareAsync(app);
        var runner = app.Services.GetRequiredService<TakeoverRunner>();
        using var watching = runner.Progress.Subscribe(new ProgressLines(app.Services.GetRequiredService<TimeProvider>()).Show);
        var request = new TakeoverRequest(source, app.Configuration["uploads"], app.Configuration["dry-run"] == "true");
        // Ctrl+C ends it between two batches; the next run goes on there.
        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stopping.Cancel();
        };
        try
        {
            var outcome = await runner.RunAsync(request, stopping.Token);
            if (!outcome.IsOk)
            {
                return await CommandLine.FailedAsync(outcome.Message);
            }

            await PrintAsync(outcome.Value);
            return await CommandLine.DoneAsync(outcome.Value.IsDry ? "Nothing was changed." : "Taken over. docs/migration.md tells what comes next.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return await CommandLine.FailedAsync("Stopped. What was copied stays; run it again to go on.");
        }
    }

    private static async Task PrintAsync(TakeoverReport report)
    {
        await Console.Out.WriteLineAsync($"\n{report.Source}, listmonk {report.Version}");
        foreach (var (kind, count) in report.Counts)
        {
            await Console.Out.WriteLineAsync(report.IsDry
                ? $"{kind,-16} {Figures.Number(count.Total),12} to look at"
                : $"{kind,-16} {Figures.Number(count.Read),12} read, {Figures.Number(count.Added)} added, {Figures.Number(count.Updated)} updated, {Figures.Number(count.Deleted)} deleted, {Figures.Number(count.Skipped)} left out");
        }

        foreach (var (sentence, note) in report.Notes)
        {
            await Console.Out.WriteLineAsync($"{Figures.Number(note.Count),6} × {sentence}");
            foreach (var example in note.Examples)
            {
                await Console.Out.WriteLineAsync($"         {example}");
            }
        }
    }

    /// <summary>A line every few seconds at most.</summary>
    private sealed class ProgressLines(TimeProvider clock)
    {
        private long _last;

        public void Show(TakeoverReport report)
        {
            if (_last == 0 || clock.GetElapsedTime(_last) > Pause)
            {
                _last = clock.GetTimestamp();
                Console.Out.WriteLine($"{report.Share,4:P0}  {report.Step}");
            }
        }
    }
}
