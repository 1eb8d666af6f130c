using System.Security.Cryptography;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Suppression;

namespace Listmonk.Core.Import;

/// <summary>Reads people from a CSV file in chunks, checks them, and notes what is wrong with which line.</summary>
internal sealed class ImportReader
{
    /// <summary>Another number would make an import that an upgrade interrupts go on at the wrong row.</summary>
    private const int ChunkLines = 50_000;

    /// <summary>Lines of any number of columns would make as many reasons.</summary>
    private const int MaxReasons = 50;

    private readonly CsvReader _csv;
    private readonly PrivacySettings _privacy;
    private readonly ImportRequest _request;
    private readonly ImportLayout _layout;
    private readonly List<string> _fields = [];
    private readonly RejectedLines _rejects;
    private readonly Dictionary<string, ImportReason> _reasons = [];
    private int _line;

    /// <exception cref="FormatException">The file is empty or has no column of addresses.</exception>
    public ImportReader(TextReader source, ImportRequest request, PrivacySettings privacy)
    {
        _csv = new CsvReader(source, request.Delimiter[0]);
        _privacy = privacy;
        _request = request;
        _rejects = new RejectedLines(request.Delimiter[0]);
        if (!_csv.Read(_fields))
        {
            throw new FormatException("empty file");
        }

        Columns = NamesOf(_fields);
        _layout = new ImportLayout(Columns, request.Columns);
    }

    /// <summary>The fields of the first line.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Who never gets a mail, and is refused.</summary>
    public SuppressionStore? Suppressions { get; init; }

    /// <summary>Whether <see cref="Reasons"/> are counted.</summary>
    public bool CollectsReasons { get; init; }

    /// <summary>How often each fault came, the most frequent first.</summary>
    public IReadOnlyList<ImportReason> Reasons => [.. _reasons.Values.OrderByDescending(reason => reason.Count).ThenBy(reason => reason.FirstLine)];

    /// <summary>The names in a first line, without what editors leave around them.</summary>
    public static IReadOnlyList<string> NamesOf(List<string> fields) =>
        fields.ConvertAll(name => name.Replace("\0", "", StringComparison.Ordinal).Trim().Trim('\uFEFF').Trim());

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
            else if (_request.OverwritesPeople)
            {
                rows[kept] = Merge(rows[kept], rows[i]);
            }
        }

        rows.RemoveRange(kept + 1, rows.Count - kept - 1);
        return rows;
    }

    /// <summary>What the later line leaves empty stays as the earlier one gave it, as if both had been stored in turn.</summary>
    private ImportRow Merge(ImportRow earlier, ImportRow later) => later with
    {
        Name = later.Name ?? earlier.Name,
        Attributes = _request.MergesAttributes && earlier.Attributes is not null && later.Attributes is not null
            ? SubscriberRules.MergeAttributes(earlier.Attributes, later.Attributes)
            : later.Attributes ?? earlier.Attributes,
    };

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
        if (_fields.Count != Columns.Count)
        {
            Note($"{_fields.Count} columns instead of {Columns.Count}");
            return null;
        }

        if (!EmailAddress.TryNormalize(_fields[_layout.Email], out var email))
        {
            Note(SubscriberRules.InvalidEmail);
            return null;
        }

        if (!SubscriberRules.AllowsDomain(email, _privacy))
        {
            Note(SubscriberRules.BlockedDomain);
            return null;
        }

        if (Suppressions?.Covers(email) == true)
        {
            Note(SubscriberRules.Suppressed);
            return null;
        }

        var attributes = _layout.Attributes(_fields, out var isFaulty);
        if (isFaulty)
        {
            Note("the attributes are no JSON object; imported without them");
        }

        return new ImportRow(_line, email, _layout.Name(_fields), attributes);

        void Note(string reason)
        {
            _rejects.Add(_line, reason, _fields);
            if (CollectsReasons && (_reasons.Count < MaxReasons || _reasons.ContainsKey(reason)))
            {
                var before = _reasons.GetValueOrDefault(reason, new ImportReason(reason, 0, _line));
                _reasons[reason] = before with { Count = before.Count + 1 };
            }

            if (problems.Count < ImportQueries.MaxProblems)
            {
                problems.Add(new ImportProblem { ImportJobId = jobId, Line = _line, Reason = reason });
            }
        }
    }
}
