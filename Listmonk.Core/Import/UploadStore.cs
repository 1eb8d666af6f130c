using System.IO.Compression;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;

namespace Listmonk.Core.Import;

/// <summary>Keeps uploads in the shared directory until they are imported, so that an import survives a restart, or the end of its process.</summary>
public sealed class UploadStore(DataDirectory directory)
{
    /// <summary>Largest file, also after unpacking.</summary>
    private const long MaxBytes = 4L * 1024 * 1024 * 1024;

    private const int MaxEntries = 1000;
    private const int BufferSize = 128 * 1024;

    /// <summary>Endings of files that are read as text.</summary>
    private static readonly string[] TextEndings = [".csv", ".txt", ".tsv"];

    private string Folder => directory.SharedFolder("imports");

    /// <summary>Stores a CSV file, the first CSV file of a ZIP, or the first sheet of a workbook as CSV in UTF-8.</summary>
    public async Task<Outcome<StoredUpload>> SaveAsync(string filename, Stream content, CancellationToken cancellationToken)
    {
        var name = $"{Guid.NewGuid():N}.csv";
        try
        {
            return EndsWith(filename, TextEndings) ? await CopyAsync(content, name, cancellationToken) : await UnpackAsync(content, name, cancellationToken);
        }
        catch (InvalidDataException)
        {
            Delete(name);
            return Outcome<StoredUpload>.Invalid("file", "The file is neither a CSV file (its name must end in .csv) nor a readable ZIP or XLSX.");
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

    /// <summary>Deletes stored files that were last written before a time and are none of the given ones.</summary>
    public void DeleteOthers(IReadOnlySet<string> kept, DateTimeOffset before)
    {
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            if (!kept.Contains(Path.GetFileName(file)) && File.GetLastWriteTimeUtc(file) < before.UtcDateTime)
            {
                File.Delete(file);
            }
        }
    }

    private static bool EndsWith(string filename, IEnumerable<string> endings) =>
        endings.Any(ending => filename.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private async Task<Outcome<StoredUpload>> UnpackAsync(Stream content, string name, CancellationToken cancellationToken)
    {
        // The archive's directory stands at its end, so it must be on disk before it can be read.
        var archive = Path.Combine(Folder, $"{Guid.NewGuid():N}.zip");
        try
        {
            await using (var file = File.Create(archive))
            {
                await content.CopyToAsync(file, cancellationToken);
            }

            await using var zip = await ZipFile.OpenReadAsync(archive, cancellationToken);
            if (zip.GetEntry("xl/workbook.xml") is not null)
            {
                return await ConvertAsync(archive, name, cancellationToken);
            }

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

    private async Task<Outcome<StoredUpload>> ConvertAsync(string workbook, string name, CancellationToken cancellationToken)
    {
        bool isWhole;
        try
        {
            await using var csv = File.Create(Path.Combine(Folder, name));
            isWhole = await Task.Run(() => SpreadsheetFile.Convert(workbook, csv, MaxBytes, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is System.Xml.XmlException or FormatException or KeyNotFoundException or NullReferenceException or InvalidOperationException)
        {
            throw new InvalidDataException("The workbook cannot be read.", exception);
        }

        if (!isWhole)
        {
            Delete(name);
            return TooLarge;
        }

        await using var stored = File.OpenRead(Path.Combine(Folder, name));
        return new StoredUpload(name, await CountAsync(stored, cancellationToken), "Excel workbook");
    }

    private async Task<Outcome<StoredUpload>> CopyAsync(Stream content, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var watch = new UploadEncoding.Utf8Watch();
        var lines = new LineCount();
        var bytes = 0L;
        await using (var file = File.Create(Path.Combine(Folder, name)))
        {
            int read;
            while (bytes <= MaxBytes && (read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                watch.Add(buffer.AsSpan(0, read));
                lines.Add(buffer.AsSpan(0, read));
                bytes += read;
            }
        }

        if (bytes > MaxBytes)
        {
            Delete(name);
            return TooLarge;
        }

        await using var stored = File.OpenRead(Path.Combine(Folder, name));
        return UploadEncoding.Detect(stored, watch.IsUtf8) is { } foreign
            ? await RecodeAsync(name, foreign.Name, foreign.Encoding, cancellationToken)
            : new StoredUpload(name, lines.Records, UploadEncoding.Utf8);
    }

    /// <summary>Writes a stored file anew in UTF-8, which is all that the import reads.</summary>
    private async Task<StoredUpload> RecodeAsync(string name, string encodingName, Encoding encoding, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, name);
        var recoded = path + ".utf8";
        using (var reader = new StreamReader(path, encoding))
        await using (var writer = new StreamWriter(recoded, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
        {
            var buffer = new char[BufferSize];
            int read;
            while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        File.Move(recoded, path, overwrite: true);
        await using var stored = File.OpenRead(path);
        return new StoredUpload(name, await CountAsync(stored, cancellationToken), encodingName);
    }

    private static async Task<int> CountAsync(Stream stored, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var lines = new LineCount();
        int read;
        while ((read = await stored.ReadAsync(buffer, cancellationToken)) > 0)
        {
            lines.Add(buffer.AsSpan(0, read));
        }

        return lines.Records;
    }

    private static Outcome<StoredUpload> TooLarge => Outcome<StoredUpload>.Invalid("file", "The file is larger than 4 GB; split it.");

    private sealed class LineCount
    {
        private long _breaks;
        private byte _last = (byte)'\n';

        /// <summary>Lines without the header.</summary>
        public int Records => (int)Math.Clamp(_breaks + (_last == '\n' ? 0 : 1) - 1, 0, int.MaxValue);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            _breaks += bytes.Count((byte)'\n');
            _last = bytes[^1];
        }
    }
}

/// <summary>A stored upload.</summary>
/// <param name="Lines">Text lines without the header; quoted line breaks inflate it.</param>
/// <param name="Encoding">What the file was in, in words.</param>
public sealed record StoredUpload(string Name, int Lines, string Encoding);
