using Listmonk.Core.Media;

namespace Listmonk.Core.Takeover;

/// <summary>Brings the files behind media records, and notes those that are nowhere.</summary>
internal sealed class MediaCopy(MediaStores stores, FileSystemMediaStore files)
{
    private const string Missing = "media: the file is missing; copy listmonk's folder of uploads into 'uploads' of the data directory, or name it";

    public async Task CopyAsync(TakeoverSource source, string? folder, TakeoverState state, CancellationToken cancellationToken)
    {
        foreach (var name in await NamesAsync(source, cancellationToken))
        {
            if (await IsHereAsync(name, cancellationToken))
            {
                continue;
            }

            if (PathIn(folder, name) is not { } path)
            {
                state.Note(Missing, name);
                continue;
            }

            await files.AddAsync(name, await File.ReadAllBytesAsync(path, cancellationToken), cancellationToken);
            state.CountOf("files").Added++;
        }
    }

    public async Task NoteMissingAsync(TakeoverSource source, string? folder, TakeoverState state, CancellationToken cancellationToken)
    {
        foreach (var name in await NamesAsync(source, cancellationToken))
        {
            if (PathIn(folder, name) is null && !await IsHereAsync(name, cancellationToken))
            {
                state.Note(Missing, name);
            }
        }
    }

    /// <summary>Files and their thumbnails; what lies in S3 stays where it is.</summary>
    private static async Task<IEnumerable<string>> NamesAsync(TakeoverSource source, CancellationToken cancellationToken) =>
        (await source.QueryAsync("SELECT filename, COALESCE(thumb, '') FROM media WHERE provider <> 's3' ORDER BY id", cancellationToken))
            .SelectMany(row => row.OfType<string>()).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal);

    private async Task<bool> IsHereAsync(string name, CancellationToken cancellationToken)
    {
        using var file = await stores.Of(files.Provider).OpenAsync(name, cancellationToken);
        return file is not null;
    }

    /// <summary>Only a plain name of a file that is there: the source must not lead out of the folder.</summary>
    private static string? PathIn(string? folder, string name) =>
        folder is not null && name == Path.GetFileName(name) && Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
}
