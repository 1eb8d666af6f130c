using System.Security.Cryptography;
using System.Text.Json;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Import;

/// <summary>Reads people from a CSV file in chunks, checks them, and notes what is wrong with which line.</summary>
internal sealed class ImportReader
{
    /// <summary>Another number would make an import that an upgrade interrupts go on at the wrong row.</summary>
    private const int ChunkLines = 50_000;

    private readonly CsvReader _csv;
    private readonly PrivacySettings _privacy;
    private readonly bool _lastWins;
    private readonly List<string> _fields = [];
    private readonly int _columns;
    private readonly int _emailColumn;
    private readonly int _nameColumn;
    private readonly int _attributesColumn;
    private readonly RejectedLines _rejects;
    private int _line;

    /// <param name="lastWins">Which line of a repeated address counts: the last when people are overwritten, otherwise the first.</param>
    /// <exception cref="FormatException">The file is empty or has no <c>email</c> column.</exception>
    public ImportReader(TextReader source, char delimiter, PrivacySettings privacy, bool lastWins)
    {
        _csv = new CsvReader(source, delimiter);
        _privacy = privacy;
        _lastWins = lastWins;
        _rejects = new RejectedLines(delimiter);
        if (!_csv.Read(_fields))
        {
            throw new FormatException("empty file");
        }

        Columns = _fields.ConvertAll(name => name.Replace("\0", "", StringComparison.Ordinal).Trim().Trim('\uFEFF').Trim());
        var header = Columns.Select(name => name.ToLowerInvariant()).ToList();
        _columns = header.Count;
        _emailColumn = header.IndexOf("email");
        _nameColumn = header.IndexOf("name");
        _attributesColumn = header.IndexOf("attributes");
        if (_emailColumn < 0)
        {
            throw new FormatException("the first line has no 'email' column; check the header and the delimiter");
        }
    }

    /// <summary>The fields of the first line.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Passes over lines that an earlier run has stored.</summary>
    public void Skip(int lines)
    {
        while (_line < lines && _csv.Read(_fields))
        {
            _line++;
        }
    }

    /// <summary>The next chunk; null at the end of the file.</summary>
    /// <exception cref="FormatException">The file is no CSV from here on.</exception>
    public ImportChunk? Read(int jobId)
    {
        var rows = new List<ImportRow>(ChunkLines);
        var problems = new List<ImportProblem>();
        var start = _line;
        var rejected = 0;
        while (_line - start < ChunkLines && _csv.Read(_fields))
        {
            _line++;
            if (Check(jobId, problems) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                rejected++;
            }
        }

        if (_line == start)
        {
            return null;
        }

        var imported = rows.Count;
        return new ImportChunk(Distinct(rows), NewUuids(imported), _line, imported, rejected, problems, _rejects.Take());
    }

    /// <summary>Orders by address and keeps one row of each; files are often in order already, which one pass finds out.</summary>
    private List<ImportRow> Distinct(List<ImportRow> rows)
    {
        var isOrdered = true;
        for (var i = 1; isOrdered && i < rows.Count; i++)
        {
            isOrdered = string.CompareOrdinal(rows[i - 1].Email, rows[i].Email) < 0;
        }

        if (isOrdered)
        {
            return rows;
        }

        rows.Sort(static (left, right) =>
            string.CompareOrdinal(left.Email, right.Email) is var order and not 0 ? order : left.Line.CompareTo(right.Line));
        var kept = 0;
        for (var i = 1; i < rows.Count; i++)
        {
            if (rows[i].Email != rows[kept].Email)
            {
                rows[++kept] = rows[i];
            }
            else if (_lastWins)
            {
                rows[kept] = Merge(rows[kept], rows[i]);
            }
        }

        rows.RemoveRange(kept + 1, rows.Count - kept - 1);
        return rows;
    }

    /// <summary>What the later line leaves empty stays as the earlier one gave it, as if both had been stored in turn.</summary>
    private static ImportRow Merge(ImportRow earlier, ImportRow later) =>
        later with { Name = later.Name ?? earlier.Name, Attributes = later.Attributes ?? earlier.Attributes };

    /// <summary>Random (version 4) UUIDs in ascending order, from one draw: a draw for each would cost more than the rest of the row.</summary>
    private static Guid[] NewUuids(int count)
    {
        var bytes = RandomNumberGenerator.GetBytes(16 * count);
        var uuids = new Guid[count];
        for (var i = 0; i < count; i++)
        {
            var uuid = bytes.AsSpan(16 * i, 16);
            uuid[6] = (byte)((uuid[6] & 0x0F) | 0x40);
            uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
            uuids[i] = new Guid(uuid, bigEndian: true);
        }

        Array.Sort(uuids);
        return uuids;
    }

    private ImportRow? Check(int jobId, List<ImportProblem> problems)
    {
        if (_fields.Count != _columns)
        {
            Note($"{_fields.Count} columns instead of {_columns}");
            return null;
        }

        if (!EmailAddress.TryNormalize(_fields[_emailColumn], out var email))
        {
            Note(SubscriberRules.InvalidEmail);
            return null;
        }

        if (!SubscriberRules.AllowsDomain(email, _privacy))
        {
            Note(SubscriberRules.BlockedDomain);
            return null;
        }

        var name = _nameColumn < 0 ? null : SubscriberRules.CleanName(_fields[_nameColumn]);
        var attributes = _attributesColumn < 0 ? null : _fields[_attributesColumn].Trim();
        if (attributes is { Length: > 0 } && !IsObject(attributes))
        {
            Note("the attributes are no JSON object; imported without them");
            attributes = null;
        }

        return new ImportRow(_line, email, string.IsNullOrEmpty(name) ? null : name, string.IsNullOrEmpty(attributes) ? null : attributes);

        void Note(string reason)
        {
            _rejects.Add(_line, reason, _fields);
            if (problems.Count < ImportQueries.MaxProblems)
            {
                problems.Add(new ImportProblem { ImportJobId = jobId, Line = _line, Reason = reason });
            }
        }
    }

    private static bool IsObject(string json)
    {
        if (json[0] != '{' || json.Length > SubscriberRules.MaxAttributesLength || json.Contains("\\u0000", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
