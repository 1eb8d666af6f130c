using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using UtfUnknown;

namespace Listmonk.Core.Import;

/// <summary>
/// The lines of a file that hold bytes beyond ASCII, from which its code page is guessed. The guess by letter frequencies goes wrong with a handful of
/// names, so it must be sure to overrule what the bytes themselves look like: Chinese comes in pairs of high bytes, the accents of Western texts stand
/// alone between letters.
/// </summary>
internal sealed class CodePageSample
{
    /// <summary>Bytes that settle the question.</summary>
    private const int Enough = 64 * 1024;

    /// <summary>Below this the guess is not better than what the bytes look like.</summary>
    private const float Sure = 0.5f;

    /// <summary>The same where the bytes look like nothing but Chinese.</summary>
    private const float SureAgainstChinese = 0.6f;

    /// <summary>The Latin code pages share most letters; with fewer characters than this they cannot be told from each other.</summary>
    private const int EnoughLatin = 15;

    private static readonly (string Name, Encoding Encoding) Western = ("Windows-1252 (Western)", Of(1252));
    private static readonly (string Name, Encoding Encoding) Chinese = ("GB18030 (Chinese)", Of(54936));

    /// <summary>What the detector names, and the code page of Windows that holds the same letters and more.</summary>
    private static readonly FrozenDictionary<string, (string Name, Encoding Encoding, bool IsLatin)> Known =
        new (string[] Detected, string Name, int CodePage, bool IsLatin)[]
        {
            (["windows-1251"], "Windows-1251 (Cyrillic)", 1251, false),
            (["koi8-r"], "KOI8-R (Cyrillic)", 20866, false),
            (["ibm866"], "IBM 866 (Cyrillic)", 866, false),
            (["iso-8859-7", "windows-1253"], "Windows-1253 (Greek)", 1253, false),
            (["iso-8859-8", "windows-1255"], "Windows-1255 (Hebrew)", 1255, false),
            (["windows-1256"], "Windows-1256 (Arabic)", 1256, false),
            (["tis-620", "iso-8859-11"], "Windows-874 (Thai)", 874, false),
            (["gb18030", "hz-gb-2312"], Chinese.Name, 54936, false),
            (["big5"], "Big5 (Chinese, traditional)", 950, false),
            (["shift-jis"], "Shift JIS (Japanese)", 932, false),
            (["euc-jp"], "EUC-JP (Japanese)", 51932, false),
            (["euc-kr", "ks_c_5601-1987", "cp949"], "Windows-949 (Korean)", 949, false),
            (["iso-8859-2", "windows-1250"], "Windows-1250 (Central European)", 1250, true),
            (["iso-8859-9", "windows-1254"], "Windows-1254 (Turkish)", 1254, true),
        }
        .SelectMany(row => row.Detected.Select(detected => KeyValuePair.Create(detected, (row.Name, Of(row.CodePage), row.IsLatin))))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly ArrayBufferWriter<byte> _lines = new();
    private int _utf8;
    private int _either;
    private int _pairs;
    private int _lone;

    public bool IsFull => _lines.WrittenCount >= Enough;

    /// <summary>The most likely code page, in words and to read with; null for UTF-8 with some faults in it.</summary>
    public (string Name, Encoding Encoding)? Best =>
        _utf8 > 10 * (_pairs + _lone) ? null
        : Guess is { } guess ? (guess.Name, guess.Encoding)
        : _pairs + _either > _lone ? Chinese
        : Western;

    private (string Name, Encoding Encoding, bool IsLatin)? Guess =>
        CharsetDetector.DetectFromBytes(_lines.WrittenSpan.ToArray()).Detected is { } detected
        && detected.Confidence >= (_lone == 0 ? SureAgainstChinese : Sure)
        && Known.TryGetValue(detected.EncodingName, out var known)
        && (!known.IsLatin || _lone + _pairs >= EnoughLatin)
            ? known
            : null;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range];
            if (line.ContainsAnyInRange((byte)0x80, (byte)0xFF))
            {
                Count(line);
                _lines.Write(line);
                _lines.Write("\n"u8);
            }
        }
    }

    private void Count(ReadOnlySpan<byte> line)
    {
        while (line.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var high)
        {
            line = line[high..];
            var isPair = line.Length > 1 && line[0] is >= 0xA1 and <= 0xF7 && line[1] >= 0xA1;
            if (Rune.DecodeFromUtf8(line, out _, out var taken) == OperationStatus.Done)
            {
                _utf8++;
                // The pairs of GB 2312 are now and then valid UTF-8 as well.
                _either += taken == 2 && isPair ? 1 : 0;
            }
            else
            {
                _pairs += isPair ? 1 : 0;
                _lone += isPair ? 0 : 1;
                taken = isPair ? 2 : 1;
            }

            line = line[taken..];
        }
    }

    private static Encoding Of(int codePage) => CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;
}
