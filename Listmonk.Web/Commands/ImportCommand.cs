using System.Globalization;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Import;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Web.Commands;

/// <summary><c>import</c>: the upload of the import page without a browser.</summary>
internal static class ImportCommand
{
    public static async Task<int> RunAsync(WebApplication app, string path)
    {
        if (Read(app.Configuration) is not { } request)
        {
            return await CommandLine.FailedAsync("--lists takes ids such as 1,2; --mode subscribe or blocklist; --status unconfirmed or confirmed.");
        }

        if (!File.Exists(path))
        {
            return await CommandLine.FailedAsync($"There is no file '{path}'.");
        }

        await CommandLine.PrepareAsync(app);
        await using var file = File.OpenRead(path);
        var upload = await app.Services.GetRequiredService<UploadStore>().SaveAsync(path, file, CancellationToken.None);
        if (!upload.IsOk)
        {
            return await CommandLine.FailedAsync(upload.Message);
        }

        var started = await app.Services.GetRequiredService<ImportService>().StartAsync(request, path, upload.Value, Actor.System, waits: false, CancellationToken.None);
        if (!started.IsOk)
        {
            return await CommandLine.FailedAsync(started.Message);
        }

        await app.Services.GetRequiredService<ImportRunner>().RunNextAsync(CancellationToken.None);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ListmonkDbContext>>().CreateDbContextAsync();
        var job = await db.ImportJobs.AsNoTracking().SingleAsync(job => job.Id == started.Value.JobId);
        var report = $"{job.Imported} imported, {job.Rejected} rejected.";
        return job.Status == ImportStatus.Finished ? await CommandLine.DoneAsync(report) : await CommandLine.FailedAsync($"{job.Error ?? "The import did not end."} {report}");
    }

    private static ImportRequest? Read(IConfiguration options)
    {
        var ids = new List<int>();
        foreach (var text in (options["lists"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return null;
            }

            ids.Add(id);
        }

        SubscriptionStatus? status = null;
        if (options["status"] is { } statusText)
        {
            if (!EnumText.TryParse<SubscriptionStatus>(statusText, out var parsed))
            {
                return null;
            }

            status = parsed;
        }

        var overwrites = options["overwrite"] == "true";
        return EnumText.TryParse<ImportMode>(options["mode"] ?? "subscribe", out var mode)
            ? new ImportRequest
            {
                Mode = mode,
                SubscriptionStatus = status,
                Delimiter = options["delimiter"] ?? ",",
                ListIds = ids,
                OverwritesPeople = overwrites,
                OverwritesSubscriptions = overwrites,
            }
            : null;
    }
}
