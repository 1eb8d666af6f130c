using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Tracking;

/// <summary>
/// Hits that the database could not take in time, in files that survive the process; the writer replays them when the database
/// answers again.
/// </summary>
/// <remarks>
/// One hit a line: eight characters of a digest, a blank, JSON. A torn or damaged line is left out, the others count. A file holds
/// at most <see cref="MaxHits"/> hits because it is replayed in one transaction. Names sort by age:
///
///   00000001.hits          hits that the database does not have
///   00000002.at1234.hits   in doubt: they are in the database if row 1234 is one of them, since all rows of a file are committed at once
///
/// A replay renames its file to the second form before it commits and deletes it afterwards. So a kill between the two is
/// recognised, and each hit counts exactly once.
/// </remarks>
public sealed partial class TrackingSpool : IDisposable
{
    public const int MaxHits = 1000;

    private const string Extension = ".hits";
    private const int DigestLength = 8;
    private readonly Lock _lock = new();
    private readonly ILogger<TrackingSpool> _logger;
    private readonly string _folder;
    private FileStream? _open;
    private int _openHits;
    private long _lastNumber;
    private int _files;

    public TrackingSpool(DataDirectory directory, ILogger<TrackingSpool> logger)
    {
        _logger = logger;
        _folder = directory.Folder("spool");
        var names = List();
        _lastNumber = names.Count == 0 ? 0 : NumberOf(names[^1]);
        _files = names.Count;
    }

    /// <summary>Files that wait for their replay.</summary>
    public int Files => Volatile.Read(ref _files);

    /// <summary>Stores hits that the database does not have. They are on disk when this returns.</summary>
    public void Append(IReadOnlyList<ReceivedHit> hits)
    {
        lock (_lock)
        {
            try
            {
                foreach (var slice in hits.Chunk(MaxHits))
                {
                    AppendSlice(slice);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                CloseFile();
                LogLost(exception, hits.Count);
            }
        }

        Measures.CountSpooledHits(hits.Count);
    }

    /// <summary>Stores hits whose commit may or may not have happened; returns the file.</summary>
    internal string AppendInDoubt(IReadOnlyList<ReceivedHit> hits, long? firstHitId)
    {
        lock (_lock)
        {
            var name = DoubtName(NextName(), firstHitId);
            try
            {
                using var file = Create(name);
                file.Write(Encode(hits));
                file.Flush(flushToDisk: true);
                Interlocked.Increment(ref _files);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                LogLost(exception, hits.Count);
            }

            return name;
        }
    }

    /// <summary>The oldest file, closed for appending; null when there is none.</summary>
    internal string? TakeOldest()
    {
        lock (_lock)
        {
            var names = List();
            Volatile.Write(ref _files, names.Count);
            if (names.Count == 0)
            {
                return null;
            }

            if (_open is not null && Path.GetFileName(_open.Name) == names[0])
            {
                CloseFile();
            }

            return names[0];
        }
    }

    internal List<ReceivedHit> Read(string name)
    {
        var hits = new List<ReceivedHit>();
        foreach (var line in File.ReadLines(Path.Combine(_folder, name)))
        {
            if (Decode(line) is { } hit)
            {
                hits.Add(hit);
            }
            else
            {
                LogDamaged(name);
            }
        }

        return hits;
    }

    /// <summary>The row that tells whether a file in doubt was committed; null for a file that certainly was not.</summary>
    internal static long? FirstHitIdOf(string name)
    {
        var at = name.IndexOf(".at", StringComparison.Ordinal);
        return at < 0 ? null : long.Parse(name.AsSpan(at + 3, name.Length - at - 3 - Extension.Length), CultureInfo.InvariantCulture);
    }

    /// <summary>Notes in the name which row proves the commit that follows; returns the new name.</summary>
    internal string MarkReplay(string name, long firstHitId)
    {
        var marked = DoubtName(name, firstHitId);
        File.Move(Path.Combine(_folder, name), Path.Combine(_folder, marked));
        return marked;
    }

    internal void Remove(string name)
    {
        lock (_lock)
        {
            File.Delete(Path.Combine(_folder, name));
            Volatile.Write(ref _files, List().Count);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            CloseFile();
        }
    }

    private void AppendSlice(ReceivedHit[] hits)
    {
        if (_open is null || _openHits + hits.Length > MaxHits)
        {
            CloseFile();
            _open = Create(NextName());
            Interlocked.Increment(ref _files);
        }

        _open.Write(Encode(hits));
        _open.Flush(flushToDisk: true);
        _openHits += hits.Length;
    }

    private FileStream Create(string name) => new(Path.Combine(_folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);

    private void CloseFile()
    {
        _open?.Dispose();
        _open = null;
        _openHits = 0;
    }

    private List<string> List() =>
        [.. Directory.EnumerateFiles(_folder, "*" + Extension).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string NextName() => (++_lastNumber).ToString("D12", CultureInfo.InvariantCulture) + Extension;

    private static long NumberOf(string name) => long.Parse(name.AsSpan(0, name.IndexOf('.', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    private static string DoubtName(string name, long? firstHitId) =>
        firstHitId is { } id ? string.Create(CultureInfo.InvariantCulture, $"{NumberOf(name):D12}.at{id}{Extension}") : name;

    private static byte[] Encode(IReadOnlyList<ReceivedHit> hits)
    {
        var text = new StringBuilder();
        foreach (var hit in hits)
        {
            var json = JsonSerializer.Serialize(hit);
            text.Append(Digest(json)).Append(' ').Append(json).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ReceivedHit? Decode(string line)
    {
        if (line.Length < DigestLength + 3 || line[DigestLength] != ' ')
        {
            return null;
        }

        var json = line[(DigestLength + 1)..];
        return Digest(json).AsSpan().SequenceEqual(line.AsSpan(0, DigestLength)) ? JsonSerializer.Deserialize<ReceivedHit>(json) : null;
    }

    private static string Digest(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..DigestLength];

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Count} opens and clicks are lost: neither the database nor the spool could take them")]
    private partial void LogLost(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spool file {Name} has a damaged line, left out")]
    private partial void LogDamaged(string name);
}
