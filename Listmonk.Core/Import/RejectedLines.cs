using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Listmonk.Core.Import;

/// <summary>
/// Collects the faulty lines of a chunk as compressed CSV: number, reason, then the line's own fields. The file made of them can be mended
/// and imported again, because it keeps the columns of the original and its delimiter.
/// </summary>
internal sealed class RejectedLines(char delimiter)
{
    /// <summary>A longer line is cut: it is a fault of its own, and the file is for people to read.</summary>
    private const int MaxLength = 20_000;

    /// <summary>Characters that are packed together.</summary>
    private const int Portion = 256 * 1024;

    private readonly StringBuilder _text = new();
    private readonly ArrayBufferWriter<byte> _packed = new();

    public void Add(int line, string reason, IReadOnlyList<string> fields)
    {
        _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append(delimiter);
        _text.AppendField(reason, delimiter);
        foreach (var field in fields)
        {
            _text.Append(delimiter).AppendField(field.Length <= MaxLength ? field : field[..MaxLength], delimiter);
        }

        if (_text.Append('\n').Length >= Portion)
        {
            Pack();
        }
    }

    /// <summary>The lines so far; null when there are none. Begins anew.</summary>
    public byte[]? Take()
    {
        if (_text.Length > 0)
        {
            Pack();
        }

        var lines = _packed.WrittenCount == 0 ? null : _packed.WrittenSpan.ToArray();
        _packed.Clear();
        return lines;
    }

    /// <summary>A member of its own: what is packed with gzip may be strung together.</summary>
    private void Pack()
    {
        using var memory = new MemoryStream();
        using (var packer = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            packer.Write(Encoding.UTF8.GetBytes(_text.ToString()));
        }

        _packed.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        _text.Clear();
    }

    /// <summary>The first line of the file: <c>line</c>, <c>reason</c>, and the columns of the original.</summary>
    public static string Header(IReadOnlyList<string> columns, char delimiter)
    {
        var header = new StringBuilder("line").Append(delimiter).Append("reason");
        foreach (var column in columns)
        {
            header.Append(delimiter).AppendField(column, delimiter);
        }

        return header.Append('\n').ToString();
    }
}
