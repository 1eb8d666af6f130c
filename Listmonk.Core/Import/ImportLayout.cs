using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Import;

/// <summary>Takes a person's data out of the fields of a line.</summary>
internal sealed class ImportLayout
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly int[] _names;
    private readonly int _attributes;
    private readonly (int Column, JsonEncodedText Key, bool IsNumber)[] _single;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <param name="columns">The first line.</param>
    /// <param name="uses">What each is for; null goes by listmonk's names (spec/subscribers.md 9.3).</param>
    /// <exception cref="FormatException">No column has the addresses.</exception>
    public ImportLayout(IReadOnlyList<string> columns, IReadOnlyList<ImportColumn>? uses)
    {
        var all = (uses ?? [.. columns.Select(ByName)]).Take(columns.Count).ToList();
        Email = all.FindIndex(use => use.Target == ColumnTarget.Email);
        if (Email < 0)
        {
            throw new FormatException(
                uses is null ? "the first line has no 'email' column; check the header and the delimiter" : "no column was chosen for the e-mail addresses");
        }

        _attributes = all.FindIndex(use => use.Target == ColumnTarget.Attributes);
        _single = [.. Columns(ColumnTarget.Attribute).Concat(Columns(ColumnTarget.Number)).Select(column =>
            (column, JsonEncodedText.Encode(all[column].Key, Json.Encoder), all[column].Target == ColumnTarget.Number))];
        // Of two columns called name the first counts, as ever; chosen ones are joined.
        _names = [.. Columns(ColumnTarget.Name).Take(uses is null ? 1 : int.MaxValue)];

        IEnumerable<int> Columns(ColumnTarget target) => Enumerable.Range(0, all.Count).Where(column => all[column].Target == target);
    }

    /// <summary>The column with the addresses.</summary>
    public int Email { get; }

    /// <summary>Null when the line has none.</summary>
    public string? Name(IReadOnlyList<string> fields)
    {
        if (_names.Length == 0)
        {
            return null;
        }

        var name = SubscriberRules.CleanName(_names.Length == 1 ? fields[_names[0]] : string.Join(' ', _names.Select(column => fields[column].Trim()).Where(part => part.Length > 0)));
        return name.Length == 0 ? null : name;
    }

    /// <summary>A JSON object; null when the line has none.</summary>
    /// <param name="isFaulty">The column of JSON holds something else, which is left out.</param>
    public string? Attributes(IReadOnlyList<string> fields, out bool isFaulty)
    {
        var json = _attributes < 0 ? "" : fields[_attributes].Trim();
        isFaulty = json.Length > 0 && !IsObject(json);
        var whole = isFaulty || json.Length == 0 ? null : json;
        if (_single.Length == 0 || Single(fields) is not { } single)
        {
            return whole;
        }

        return whole is null ? single : SubscriberRules.MergeAttributes(whole, single);
    }

    private string? Single(IReadOnlyList<string> fields)
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer, Json);
        writer.WriteStartObject();
        var isEmpty = true;
        foreach (var (column, key, isNumber) in _single)
        {
            var text = fields[column].AsSpan().Trim();
            if (text.Length == 0)
            {
                continue;
            }

            isEmpty = false;
            if (isNumber && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                writer.WriteNumber(key, number);
            }
            else
            {
                // PostgreSQL keeps no NUL.
                writer.WriteString(key, text.Contains('\0') ? text.ToString().Replace("\0", "", StringComparison.Ordinal).AsSpan() : text);
            }
        }

        if (isEmpty)
        {
            return null;
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    private static ImportColumn ByName(string name) => new(name.ToLowerInvariant() switch
    {
        "email" => ColumnTarget.Email,
        "name" => ColumnTarget.Name,
        "attributes" => ColumnTarget.Attributes,
        _ => ColumnTarget.Ignore,
    });

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
