using System.IO.Compression;
using Listmonk.Core.Common;
using Listmonk.Core.Data;

namespace Listmonk.Core.Import;

/// <summary>Keeps uploads in the shared directory until they are imported, so that an import survives a restart, or the end of its process.</summary>
public sealed class UploadStore(DataDirectory directory)
{
    /// <summary>Largest file, also after unpacking.</summary>
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;

    private const int MaxEntries = 1000;

    private string Folder => directory.SharedFolder("imports");

    /// <summary>Stores a CSV file, or the first CSV file of a ZIP; returns its stored name and number of lines.</summary>
    public async Task<Outcome<StoredUpload>> SaveAsync(string filename, Stream content, CancellationToken cancellationToken)
    {
        var name = $"{Guid.NewGuid():N}.csv";
        try
        {
            if (filename.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            {
                return await CopyAsync(content, name, cancellationToken);
            }

            // The archive's directory stands at its end, so it must be on disk before it can be read.
            var archive = Path.Combine(Folder, $"{Guid.NewGuid():N}.zip");
            try
            {
                await using (var file = File.Create(archive))
                {
                    await content.CopyToAsync(file, cancellationToken);
                }

                await using var zip = await ZipFile.OpenReadAsync(archive, cancellationToken);
                var entry = zip.Entries.Take(MaxEntries).FirstOrDefault(candidate => candidate.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase));
                if (entry is null)
                {
                    return Outcome<StoredUpload>.Invalid("file", "no CSV files found in the ZIP");
                }

                await using var unpacked = await entry.OpenAsync(cancellationToken);
                return await CopyAsync(unpacked, name, cancellationToken);
            }
            finally
            {
                File.Delete(archive);
            }
        }
        catch (InvalidDataException)
        {
            Delete(name);
            return Outcome<StoredUpload>.Invalid("file", "The file is neither a CSV file (its name must end in .csv) nor a readable ZIP.");
        }
        catch
        {
            Delete(name);
            throw;
        }
    }

    /// <summary>False also for a file that lies with another process, where the two share no directory.</summary>
    public bool Has(string storedName) => File.Exists(Path.Combine(Folder, storedName));

    public StreamReader Open(string storedName) =>
        new(new FileStream(Path.Combine(Folder, storedName), FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.SequentialScan));

    public void Delete(string storedName) => File.Delete(Path.Combine(Folder, storedName));

    private async Task<Outcome<StoredUpload>> CopyAsync(Stream content, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        var breaks = 0L;
        var bytes = 0L;
        var last = (byte)'\n';
        await using (var file = File.Create(Path.Combine(Folder, name)))
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                breaks += buffer.AsSpan(0, read).Count((byte)'\n');
                last = buffer[read - 1];
                bytes += read;
                if (bytes > MaxBytes)
                {
                    break;
                }
            }
        }

        if (bytes > MaxBytes)
        {
            Delete(name);
            return Outcome<StoredUpload>.Invalid("file", "The file is larger than 4 GB; split it.");
        }

        var lines = breaks + (last == '\n' ? 0 : 1);
        return new StoredUpload(name, (int)Math.Clamp(lines - 1, 0, int.MaxValue));
    }
}

/// <summary>A stored upload.</summary>
/// <param name="Lines">Text lines without the header; quoted line breaks inflate it.</param>
public sealed record StoredUpload(string Name, int Lines);
