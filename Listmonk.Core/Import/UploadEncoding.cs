using System.Buffers;
using System.Text;

namespace Listmonk.Core.Import;

/// <summary>Finds out which encoding a text file is in. Spreadsheets still save CSV in the code page of their country.</summary>
internal static class UploadEncoding
{
    public const string Utf8 = "UTF-8";

    /// <summary>So many characters beyond ASCII settle the question.</summary>
    private const int Enough = 100_000;

    /// <summary>A text in UTF-16 has a zero byte in at least every fourth pair, however few of its characters are Latin: delimiters, digits, line breaks.</summary>
    private const double ZeroShare = 0.25;

    /// <summary>Bytes looked at for zeros.</summary>
    private const int Beginning = 4096;

    /// <summary>Bytes of a file read at once.</summary>
    private const int BufferSize = 128 * 1024;

    /// <returns>The encoding's name and how to read it; null for UTF-8.</returns>
    /// <param name="content">From the start of the file.</param>
    /// <param name="isUtf8">The whole file is valid UTF-8 (or ASCII), which nothing else is by chance.</param>
    public static (string Name, Encoding Encoding)? Detect(Stream content, bool isUtf8)
    {
        var buffer = new byte[BufferSize];
        var length = content.ReadAtLeast(buffer, Beginning, throwOnEndOfStream: false);
        if (Utf16(buffer.AsSpan(0, Math.Min(length, Beginning))) is { } utf16)
        {
            return utf16;
        }

        if (isUtf8)
        {
            return null;
        }

        var score = new Score();
        while (length > 0 && score.Characters < Enough)
        {
            score.Add(buffer.AsSpan(0, length));
            length = content.Read(buffer);
        }

        return score.Best;
    }

    private static (string Name, Encoding Encoding)? Utf16(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..])
        {
            return ("UTF-16", Encoding.Unicode);
        }

        if (bytes is [0xFE, 0xFF, ..])
        {
            return ("UTF-16 (big endian)", Encoding.BigEndianUnicode);
        }

        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            even += bytes[i] == 0 ? 1 : 0;
            odd += bytes[i + 1] == 0 ? 1 : 0;
        }

        var least = ZeroShare * (bytes.Length / 2);
        return bytes.Length < 4 || Math.Max(even, odd) < least ? null
            : odd > even ? ("UTF-16", Encoding.Unicode)
            : ("UTF-16 (big endian)", Encoding.BigEndianUnicode);
    }

    /// <summary>Watches the bytes of a file go by and says in the end whether all were UTF-8.</summary>
    internal sealed class Utf8Watch
    {
        private readonly byte[] _open = new byte[4];
        private int _openLength;
        private bool _isBroken;

        public bool IsUtf8 => !_isBroken && _openLength == 0;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            // A character that the last bytes began.
            while (!_isBroken && _openLength > 0 && bytes.Length > 0)
            {
                _open[_openLength++] = bytes[0];
                bytes = bytes[1..];
                var status = Rune.DecodeFromUtf8(_open.AsSpan(0, _openLength), out _, out _);
                _isBroken = status == OperationStatus.InvalidData;
                _openLength = status == OperationStatus.NeedMoreData ? _openLength : 0;
            }

            if (_isBroken || bytes.Length == 0)
            {
                return;
            }

            var rest = Unfinished(bytes);
            _isBroken = !System.Text.Unicode.Utf8.IsValid(bytes[..^rest]);
            bytes[^rest..].CopyTo(_open);
            _openLength = rest;
        }

        /// <returns>How many bytes at the end begin a character without ending it.</returns>
        private static int Unfinished(ReadOnlySpan<byte> bytes)
        {
            for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
            {
                var lead = bytes[^back];
                if (lead >= 0xC0)
                {
                    return (lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2) > back ? back : 0;
                }

                if (lead < 0x80)
                {
                    return 0;
                }
            }

            return 0;
        }
    }

    /// <summary>Counts what the bytes beyond ASCII look like.</summary>
    private sealed class Score
    {
        private int _utf8;
        private int _either;
        private int _chinese;
        private int _lone;

        public int Characters => _utf8 + _chinese + _lone;

        /// <remarks>Chinese comes in pairs of high bytes; the accents of Western texts stand alone between letters.</remarks>
        public (string Name, Encoding Encoding)? Best =>
            _utf8 > 10 * (_chinese + _lone) ? null
            : _chinese + _either > _lone ? ("GB18030 (Chinese)", CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!)
            : ("Windows-1252 (Western)", CodePagesEncodingProvider.Instance.GetEncoding(1252)!);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            while (bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var high)
            {
                bytes = bytes[high..];
                if (Rune.DecodeFromUtf8(bytes, out _, out var taken) == OperationStatus.Done)
                {
                    _utf8++;
                    // The pairs of GB 2312 are now and then valid UTF-8 as well.
                    _either += taken == 2 && IsPair(bytes) ? 1 : 0;
                }
                else if (IsPair(bytes))
                {
                    _chinese++;
                    taken = 2;
                }
                else
                {
                    _lone++;
                    taken = 1;
                }

                bytes = bytes[taken..];
            }
        }

        /// <summary>A character of GB 2312: both bytes are high.</summary>
        private static bool IsPair(ReadOnlySpan<byte> bytes) => bytes.Length > 1 && bytes[0] is >= 0xA1 and <= 0xF7 && bytes[1] >= 0xA1;
    }
}
