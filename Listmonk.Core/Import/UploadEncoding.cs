using System.Buffers;
using System.Text;

namespace Listmonk.Core.Import;

/// <summary>Finds out which encoding a text file is in. Spreadsheets still save CSV in the code page of their country.</summary>
internal static class UploadEncoding
{
    public const string Utf8 = "UTF-8";

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

        var sample = new CodePageSample();
        while (length > 0 && !sample.IsFull)
        {
            sample.Add(buffer.AsSpan(0, length));
            length = content.Read(buffer);
        }

        return sample.Best;
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
}
