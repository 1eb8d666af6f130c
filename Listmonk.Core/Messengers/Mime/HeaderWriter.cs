using System.Buffers;
using System.Text;
using MimeKit;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>
/// Writes header fields: folded (RFC 5322 §2.2.3), encoded words where text is not ASCII (RFC 2047), parameters by RFC 2231.
/// Control characters in a value, line ends above all, become spaces: no value can start a header of its own.
/// </summary>
internal static class HeaderWriter
{
    private const int PreferredLine = 76;
    private const int LongestLine = 990;
    private const int LongestEncodedWord = 75;

    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Append(127).Append(0x85).Append(0x2028).Append(0x2029).Select(code => (char)code)]);
    private static readonly SearchValues<char> EncodedWordPlain = SearchValues.Create("!*+-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> ParameterPlain = SearchValues.Create("!#$&+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> AtomPlain = SearchValues.Create(" !#$%&'*+-/=?^_`{|}~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> AddressHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "Reply-To", "To", "Cc", "Disposition-Notification-To", "Return-Receipt-To", "Errors-To", "Resent-From", "Resent-To",
    };

    /// <summary>Printable ASCII without a colon (RFC 5322 §2.2).</summary>
    public static bool IsValidName(ReadOnlySpan<char> name) => !name.IsEmpty && name.Length <= 100 && !name.ContainsAnyExceptInRange('!', '~') && !name.Contains(':');

    /// <summary>Writes any header, by the syntax that its name asks for.</summary>
    public static void Write(PooledBuffer output, string name, string value)
    {
        if (AddressHeaders.Contains(name))
        {
            WriteAddresses(output, name, value);
        }
        else
        {
            WriteText(output, name, value);
        }
    }

    public static void WriteText(PooledBuffer output, string name, ReadOnlySpan<char> value)
    {
        int start = output.WrittenCount;
        WriteName(output, name);
        value = value.Trim();
        if (value.ContainsAny(Controls))
        {
            value = Clean(value);
        }

        // Text that looks like an encoded word is encoded itself, or the reader would see what it decodes to.
        if (!Ascii.IsValid(value) || value.Contains("=?", StringComparison.Ordinal) || HasOverlongWord(value))
        {
            WriteEncodedWords(output, start, value);
        }
        else
        {
            WriteFolded(output, start, value);
        }

        output.Write("\r\n"u8);
    }

    public static void WriteAddresses(PooledBuffer output, string name, string value)
    {
        string clean = value.AsSpan().ContainsAny(Controls) ? Clean(value) : value;
        if (MailAddressText.TryParse(clean, out MailAddressText single))
        {
            WriteMailboxes(output, name, [single]);
        }
        else if (InternetAddressList.TryParse(clean, out InternetAddressList? list) && list.Mailboxes.Any())
        {
            WriteMailboxes(output, name, [.. list.Mailboxes.Select(mailbox => new MailAddressText(mailbox.Name ?? "", mailbox.Address))]);
        }
        else
        {
            WriteText(output, name, clean);
        }
    }

    public static void WriteMailboxes(PooledBuffer output, string name, ReadOnlySpan<MailAddressText> mailboxes)
    {
        int start = output.WrittenCount;
        WriteName(output, name);
        bool isFirst = true;
        foreach (MailAddressText mailbox in mailboxes)
        {
            if (!isFirst)
            {
                output.Write(",\r\n "u8);
                start = output.WrittenCount - 1;
            }

            isFirst = false;
            WriteMailbox(output, ref start, mailbox);
        }

        output.Write("\r\n"u8);
    }

    /// <summary>Writes <c>; name="value"</c>, by RFC 2231 where the value is not plain ASCII.</summary>
    public static void WriteParameter(PooledBuffer output, string name, string value)
    {
        string clean = value.AsSpan().ContainsAny(Controls) ? Clean(value) : value;
        if (Ascii.IsValid(clean) && clean.Length <= 60)
        {
            WriteAscii(output, $";\r\n {name}=\"{clean.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
            return;
        }

        var pieces = new List<string>();
        var piece = new StringBuilder("UTF-8''");
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in clean.EnumerateRunes())
        {
            int before = piece.Length;
            foreach (byte part in utf8[..rune.EncodeToUtf8(utf8)])
            {
                _ = ParameterPlain.Contains((char)part) ? piece.Append((char)part) : piece.Append('%').Append(part.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }

            // Continuations (RFC 2231 §3) keep a character whole.
            if (piece.Length > 55 && before > 0)
            {
                string tail = piece.ToString(before, piece.Length - before);
                piece.Length = before;
                pieces.Add(piece.ToString());
                piece.Clear().Append(tail);
            }
        }

        pieces.Add(piece.ToString());
        for (int index = 0; index < pieces.Count; index++)
        {
            WriteAscii(output, pieces.Count == 1 ? $";\r\n {name}*={pieces[0]}" : $";\r\n {name}*{index}*={pieces[index]}");
        }
    }

    public static void WriteAscii(PooledBuffer output, ReadOnlySpan<char> text)
    {
        Ascii.FromUtf16(text, output.GetSpan(text.Length), out int written);
        output.Advance(written);
    }

    /// <summary>Writes text that may hold letters outside ASCII as raw UTF-8 (RFC 6532), which only an address ever needs.</summary>
    public static void WriteUtf8(PooledBuffer output, ReadOnlySpan<char> text)
    {
        int written = Encoding.UTF8.GetBytes(text, output.GetSpan(text.Length * 3));
        output.Advance(written);
    }

    private static void WriteName(PooledBuffer output, string name)
    {
        WriteAscii(output, name);
        output.Write(": "u8);
    }

    private static void WriteMailbox(PooledBuffer output, ref int lineStart, MailAddressText mailbox)
    {
        string address = MailAddressText.ToAsciiDomainAddress(mailbox.Address);
        if (mailbox.Name.Length == 0)
        {
            // Bare, as addresses without a name have always been most widely understood.
            output.Write("<"u8);
            WriteUtf8(output, address);
            output.Write(">"u8);
            return;
        }

        string name = mailbox.Name.AsSpan().ContainsAny(Controls) ? Clean(mailbox.Name) : mailbox.Name;
        if (!Ascii.IsValid(name) || name.Contains("=?", StringComparison.Ordinal) || name.Length > 200)
        {
            lineStart = WriteEncodedWords(output, lineStart, name);
        }
        else if (name.AsSpan().ContainsAnyExcept(AtomPlain))
        {
            WriteAscii(output, $"\"{name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }
        else
        {
            WriteAscii(output, name);
        }

        if (output.WrittenCount - lineStart + address.Length + 3 > PreferredLine)
        {
            output.Write("\r\n"u8);
            lineStart = output.WrittenCount;
        }

        output.Write(" <"u8);
        WriteUtf8(output, address);
        output.Write(">"u8);
    }

    private static bool HasOverlongWord(ReadOnlySpan<char> value)
    {
        while (value.Length > LongestLine)
        {
            int space = value[..LongestLine].LastIndexOf(' ');
            if (space <= 0)
            {
                return true;
            }

            value = value[space..].TrimStart(' ');
        }

        return false;
    }

    private static void WriteFolded(PooledBuffer output, int lineStart, ReadOnlySpan<char> value)
    {
        while (output.WrittenCount - lineStart + value.Length > PreferredLine)
        {
            int room = PreferredLine - (output.WrittenCount - lineStart);
            int fold = room > 0 ? FoldAt(value[..Math.Min(room + 1, value.Length)]) : -1;
            if (fold < 0)
            {
                // A word longer than the line stays whole; break after it.
                int next = value.TrimStart(' ').IndexOf(' ');
                fold = next < 0 ? -1 : next + (value.Length - value.TrimStart(' ').Length);
            }

            if (fold <= 0)
            {
                break;
            }

            WriteAscii(output, value[..fold]);
            output.Write("\r\n"u8);
            lineStart = output.WrittenCount;
            value = value[fold..];
        }

        WriteAscii(output, value);
    }

    /// <summary>The last space that stands between two words.</summary>
    private static int FoldAt(ReadOnlySpan<char> value)
    {
        for (int index = value.Length - 2; index > 0; index--)
        {
            if (value[index] == ' ' && value[index + 1] != ' ' && value[index - 1] != ' ')
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Returns where the last line began.</summary>
    private static int WriteEncodedWords(PooledBuffer output, int lineStart, ReadOnlySpan<char> value)
    {
        int encodedCount = 0;
        foreach (char character in value)
        {
            encodedCount += character == ' ' || EncodedWordPlain.Contains(character) ? 0 : character < 0x80 ? 1 : character < 0x800 ? 2 : 3;
        }

        // Base64 costs a third of everything, Q two thirds more of each byte outside ASCII.
        bool useBase64 = encodedCount * 2 > value.Length;
        Span<byte> utf8 = stackalloc byte[4];
        Span<byte> word = stackalloc byte[LongestEncodedWord];
        int pending = 0;
        int limit = WordCapacity(output.WrittenCount - lineStart, useBase64);
        foreach (Rune rune in value.EnumerateRunes())
        {
            int length = rune.EncodeToUtf8(utf8);
            int cost = useBase64 ? length : length > 1 ? length * 3 : rune.Value == ' ' || EncodedWordPlain.Contains((char)rune.Value) ? 1 : 3;
            if (pending + cost > limit && pending > 0)
            {
                FlushWord(output, word[..pending], useBase64);
                output.Write("\r\n "u8);
                lineStart = output.WrittenCount - 1;
                pending = 0;
                limit = WordCapacity(1, useBase64);
            }

            if (useBase64)
            {
                utf8[..length].CopyTo(word[pending..]);
            }
            else if (cost == 1)
            {
                word[pending] = rune.Value == ' ' ? (byte)'_' : (byte)rune.Value;
            }
            else
            {
                for (int index = 0; index < length; index++)
                {
                    word[pending + (index * 3)] = (byte)'=';
                    utf8[index].TryFormat(word[(pending + (index * 3) + 1)..], out _, "X2", System.Globalization.CultureInfo.InvariantCulture);
                }
            }

            pending += cost;
        }

        FlushWord(output, word[..pending], useBase64);
        return lineStart;
    }

    private static int WordCapacity(int column, bool useBase64)
    {
        int room = Math.Clamp(PreferredLine - column, 32, LongestEncodedWord) - "=?UTF-8?Q??=".Length;
        return useBase64 ? room / 4 * 3 : room;
    }

    private static void FlushWord(PooledBuffer output, ReadOnlySpan<byte> word, bool useBase64)
    {
        output.Write(useBase64 ? "=?UTF-8?B?"u8 : "=?UTF-8?Q?"u8);
        if (useBase64)
        {
            System.Buffers.Text.Base64.EncodeToUtf8(word, output.GetSpan(LongestEncodedWord * 2), out _, out int written);
            output.Advance(written);
        }
        else
        {
            output.Write(word);
        }

        output.Write("?="u8);
    }

    private static string Clean(ReadOnlySpan<char> value)
    {
        var clean = new StringBuilder(value.Length);
        foreach (char character in value)
        {
            if (!Controls.Contains(character))
            {
                clean.Append(character);
            }
            else if (clean.Length > 0 && clean[^1] != ' ')
            {
                clean.Append(' ');
            }
        }

        return clean.ToString().TrimEnd();
    }
}
