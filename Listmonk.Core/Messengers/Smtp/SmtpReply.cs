using System.Text;

namespace Listmonk.Core.Messengers.Smtp;

/// <summary>One answer of a server (RFC 5321 §4.2), its lines joined.</summary>
internal readonly record struct SmtpReply(int Code, string? EnhancedStatus, string Text)
{
    private const int LongestText = 2000;

    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>Takes the first complete reply from the start of <paramref name="input"/>; zero bytes used means that more must be read.</summary>
    /// <exception cref="InvalidDataException">What came is not SMTP.</exception>
    public static int TryRead(ReadOnlySpan<byte> input, out SmtpReply reply)
    {
        reply = default;
        int used = 0;
        int code = 0;
        string? enhanced = null;
        string text = "";
        bool isFirst = true;
        while (true)
        {
            int end = input[used..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return 0;
            }

            ReadOnlySpan<byte> line = input.Slice(used, end).TrimEnd((byte)'\r');
            used += end + 1;
            if (line.Length < 3 || !int.TryParse(line[..3], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out code) || code is < 200 or > 599)
            {
                throw new InvalidDataException("The server did not answer in SMTP.");
            }

            ReadOnlySpan<byte> rest = line.Length > 4 ? line[4..] : default;
            int status = EnhancedStatusLength(rest, code);
            if (status > 0)
            {
                enhanced ??= Encoding.ASCII.GetString(rest[..status]);
                rest = rest[status..].TrimStart((byte)' ');
            }

            if (text.Length < LongestText)
            {
                string piece = Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, LongestText)]);
                text = isFirst ? piece : $"{text}\n{piece}";
            }

            isFirst = false;
            if (line.Length < 4 || line[3] != '-')
            {
                reply = new SmtpReply(code, enhanced, text);
                return used;
            }
        }
    }

    public override string ToString() => EnhancedStatus is null ? $"{Code} {Text}" : $"{Code} {EnhancedStatus} {Text}";

    /// <summary>RFC 2034: class.subject.detail, the class repeating the reply's first digit.</summary>
    private static int EnhancedStatusLength(ReadOnlySpan<byte> text, int code)
    {
        if (text.Length < 5 || text[0] != '0' + (code / 100) || text[1] != '.')
        {
            return 0;
        }

        int subject = DigitCount(text[2..]);
        if (subject is 0 or > 3 || text.Length <= 2 + subject || text[2 + subject] != '.')
        {
            return 0;
        }

        int detail = DigitCount(text[(3 + subject)..]);
        int length = 3 + subject + detail;
        return detail is > 0 and <= 3 && (text.Length == length || text[length] == ' ') ? length : 0;
    }

    private static int DigitCount(ReadOnlySpan<byte> text)
    {
        int count = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return count < 0 ? text.Length : count;
    }
}
