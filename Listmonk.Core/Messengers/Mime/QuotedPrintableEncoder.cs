using System.Buffers;
using System.Text;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>
/// Writes one body part as quoted-printable UTF-8 (RFC 2045 §6.7), piece by piece.
/// <para>
/// Constant text is encoded once per campaign by <see cref="EncodeLiteral"/> and copied from then on. Such a segment begins at column
/// zero and ends in a line break, hard or soft, so it can stand anywhere: what is written between two segments sits on a soft-broken
/// line of its own. Soft breaks vanish on decoding, so the reader gets exactly the text, with line ends as CRLF.
/// </para>
/// <para>
/// A space is harmless inside a line and lost at its end, and CR and LF may come in different pieces: both are held back until the next
/// character is known. A dot at the start of a line is encoded, so that nothing is left for SMTP's dot-stuffing to do.
/// </para>
/// </summary>
public sealed class QuotedPrintableEncoder(PooledBuffer output)
{
    /// <summary>76 less the <c>=</c> of a soft break.</summary>
    private const int MaximumColumn = 75;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("\t !\"#$%&'()*+,-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private int _column;
    private char _heldSpace;
    private bool _heldReturn;
    private char _heldSurrogate;
    private bool _endsInSoftBreak;

    /// <summary>Encodes constant text as a segment for <see cref="WriteLiteral"/>.</summary>
    public static byte[] EncodeLiteral(ReadOnlySpan<char> text)
    {
        using var buffer = new PooledBuffer((text.Length * 5 / 4) + 16);
        var encoder = new QuotedPrintableEncoder(buffer);
        encoder.Write(text);
        encoder.BreakLine();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Copies a segment made by <see cref="EncodeLiteral"/>.</summary>
    public void WriteLiteral(ReadOnlySpan<byte> segment)
    {
        if (segment.IsEmpty)
        {
            return;
        }

        BreakLine();
        output.Write(segment);
        _endsInSoftBreak = segment.EndsWith("=\r\n"u8);
    }

    /// <summary>Encodes text that differs from message to message. Surrogate pairs and CRLF may be split over two calls.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        if (_heldSurrogate != '\0' && !text.IsEmpty)
        {
            char high = _heldSurrogate;
            _heldSurrogate = '\0';
            if (char.IsLowSurrogate(text[0]))
            {
                WriteEncoded(new Rune(high, text[0]));
                text = text[1..];
            }
            else
            {
                WriteEncoded(Rune.ReplacementChar);
            }
        }

        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                plain = text.Length;
            }

            if (plain > 0)
            {
                WritePlain(text[..plain]);
                text = text[plain..];
                continue;
            }

            char next = text[0];
            if (next == '\n')
            {
                WriteLineEnd();
            }
            else if (next == '\r')
            {
                if (_heldReturn)
                {
                    ReleaseHeld();
                }

                _heldReturn = true;
            }
            else if (char.IsHighSurrogate(next) && text.Length == 1)
            {
                _heldSurrogate = next;
            }
            else
            {
                // Broken pairs come back as U+FFFD, one character long.
                Rune.DecodeFromUtf16(text, out Rune rune, out int length);
                WriteEncoded(rune);
                text = text[length..];
                continue;
            }

            text = text[1..];
        }
    }

    /// <summary>Ends the part and makes the encoder ready for another. Returns false when the last line lacks its line end.</summary>
    internal bool Finish()
    {
        if (_heldSurrogate != '\0')
        {
            _heldSurrogate = '\0';
            WriteEncoded(Rune.ReplacementChar);
        }

        if (_heldReturn)
        {
            ReleaseHeld();
        }
        else if (_heldSpace != '\0')
        {
            byte space = (byte)_heldSpace;
            _heldSpace = '\0';
            WriteEscape(space);
        }

        // The soft break after the last segment says nothing, unless it protects a space.
        if (_column == 0 && _endsInSoftBreak && output.WrittenSpan is [.., not ((byte)' ' or (byte)'\t'), (byte)'=', (byte)'\r', (byte)'\n'])
        {
            output.TruncateTo(output.WrittenCount - 3);
            _column = 1;
        }

        bool isComplete = _column == 0;
        _column = 0;
        _endsInSoftBreak = false;
        return isComplete;
    }

    private void WritePlain(ReadOnlySpan<char> text)
    {
        ReleaseHeld();
        if (text[^1] is ' ' or '\t')
        {
            _heldSpace = text[^1];
            text = text[..^1];
        }

        while (!text.IsEmpty)
        {
            if (_column == 0 && text[0] == '.')
            {
                WriteEscape((byte)'.');
                text = text[1..];
                continue;
            }

            if (_column >= MaximumColumn)
            {
                BreakLine(keepSpace: true);
                continue;
            }

            int length = Math.Min(text.Length, MaximumColumn - _column);
            Ascii.FromUtf16(text[..length], output.GetSpan(length), out _);
            output.Advance(length);
            _column += length;
            text = text[length..];
        }
    }

    private void WriteEncoded(Rune rune)
    {
        ReleaseHeld();
        Span<byte> utf8 = stackalloc byte[4];
        int length = rune.EncodeToUtf8(utf8);

        // Keeping the bytes of one character on one line spares readers that decode line by line.
        if (_column + (length * 3) > MaximumColumn)
        {
            BreakLine();
        }

        foreach (byte value in utf8[..length])
        {
            WriteEscape(value);
        }
    }

    private void WriteEscape(byte value)
    {
        if (_column + 3 > MaximumColumn)
        {
            BreakLine();
        }

        Span<byte> span = output.GetSpan(3);
        span[0] = (byte)'=';
        span[1] = HexDigit(value >> 4);
        span[2] = HexDigit(value & 15);
        output.Advance(3);
        _column += 3;
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);

    private void WriteLineEnd()
    {
        _heldReturn = false;
        if (_heldSpace != '\0')
        {
            byte space = (byte)_heldSpace;
            _heldSpace = '\0';
            WriteEscape(space);
        }

        output.Write("\r\n"u8);
        _column = 0;
        _endsInSoftBreak = false;
    }

    /// <summary>Writes what was held back, now that no line end follows it.</summary>
    private void ReleaseHeld()
    {
        if (_heldSpace != '\0')
        {
            byte space = (byte)_heldSpace;
            _heldSpace = '\0';
            if (_column >= MaximumColumn)
            {
                BreakLine();
            }

            Span<byte> span = output.GetSpan(1);
            span[0] = space;
            output.Advance(1);
            _column++;
        }

        if (_heldReturn)
        {
            _heldReturn = false;
            WriteEscape((byte)'\r');
        }
    }

    private void BreakLine(bool keepSpace = false)
    {
        if (!keepSpace)
        {
            if (_heldSurrogate != '\0')
            {
                _heldSurrogate = '\0';
                WriteEncoded(Rune.ReplacementChar);
            }

            ReleaseHeld();
        }

        if (_column > 0)
        {
            output.Write("=\r\n"u8);
            _column = 0;
        }

        _endsInSoftBreak = false;
    }
}
