using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Import;

/// <summary>Looks into uploads that were not started yet: their first lines, and what an import of them would do.</summary>
public sealed class ImportDraftQueries(IDbContextFactory<ListmonkDbContext> databases, UploadStore uploads, ImportTrial trial)
{
    /// <summary>Lines shown.</summary>
    private const int SampleSize = 5;

    /// <summary>Characters that tell the delimiter.</summary>
    private const int Beginning = 64 * 1024;

    /// <returns>Null when there is no such upload, it was started, or its file is not here.</returns>
    public async Task<ImportDraft?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ImportJobs.AsNoTracking().FirstOrDefaultAsync(job => job.Id == id && job.Status == ImportStatus.Draft, cancellationToken) is { } job
            && uploads.Has(job.StoredName)
                ? new ImportDraft(job.Id, job.Filename, job.StoredName, job.Encoding, job.Total)
                : null;
    }

    /// <summary>The first lines of an upload.</summary>
    /// <param name="delimiter">Null finds it out.</param>
    public async Task<ImportPreview> PreviewAsync(ImportDraft draft, char? delimiter, CancellationToken cancellationToken)
    {
        var used = delimiter ?? DelimiterDetector.Detect(await BeginningAsync(draft, cancellationToken));
        using var file = uploads.Open(draft.StoredName);
        var reader = new CsvReader(file, used);
        var fields = new List<string>();
        IReadOnlyList<string> columns = [];
        var lines = new List<IReadOnlyList<string>>();
        try
        {
            columns = reader.Read(fields) ? ImportReader.NamesOf(fields) : [];
            while (lines.Count < SampleSize && reader.Read(fields))
            {
                lines.Add([.. fields]);
            }
        }
        catch (FormatException exception)
        {
            return new ImportPreview(used, columns, lines, exception.Message);
        }

        return new ImportPreview(used, columns, lines, columns.Count == 0 ? "the file is empty" : null);
    }

    /// <inheritdoc cref="ImportTrial.RunAsync"/>
    public Task<ImportForecast> TryAsync(ImportDraft draft, ImportRequest request, IProgress<int>? progress, CancellationToken cancellationToken) =>
        trial.RunAsync(draft.StoredName, request, progress, cancellationToken);

    private async Task<string> BeginningAsync(ImportDraft draft, CancellationToken cancellationToken)
    {
        using var file = uploads.Open(draft.StoredName);
        var buffer = new char[Beginning];
        return new string(buffer, 0, await file.ReadBlockAsync(buffer, cancellationToken));
    }
}

/// <summary>An upload that waits for its columns.</summary>
/// <param name="Lines">Text lines without the header; quoted line breaks inflate it.</param>
public sealed record ImportDraft(int Id, string Filename, string StoredName, string Encoding, int Lines);

/// <summary>The beginning of a file.</summary>
/// <param name="Fault">Why it cannot be read on; null when it can.</param>
public sealed record ImportPreview(char Delimiter, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Lines, string? Fault);
