namespace Listmonk.Core.Bounces.Parsing;

/// <summary>The mails of a file in mbox format (RFC 4155), as mail programs export them; any other content is one mail.</summary>
public static class MboxFile
{
    private const int MostMails = 100;

    /// <summary>At most a hundred mails, each without its separator line.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> content)
    {
        if (!content.Span.StartsWith("From "u8))
        {
            return [content];
        }

        var mails = new List<ReadOnlyMemory<byte>>();
        var start = 0;
        while (start < content.Length && mails.Count < MostMails)
        {
            var rest = content.Span[start..];
            var head = rest.IndexOf((byte)'\n') + 1;
            var end = head == 0 ? content.Length : start + head + NextSeparator(rest[head..]);
            if (head > 0)
            {
                mails.Add(content[(start + head)..end]);
            }

            start = end;
        }

        return mails.Count == 0 ? [content] : mails;
    }

    /// <summary>Where the next mail begins; a line of the text that begins with "From" has no time in it.</summary>
    private static int NextSeparator(ReadOnlySpan<byte> mail)
    {
        var from = 0;
        while (mail[from..].IndexOf("\nFrom "u8) is >= 0 and var at)
        {
            from += at + 1;
            var line = mail[from..];
            line = line[..(line.IndexOf((byte)'\n') is >= 0 and var end ? end : line.Length)];
            if (line.Count((byte)':') >= 2 && line.TrimEnd((byte)'\r') is [.., >= (byte)'0' and <= (byte)'9'])
            {
                return from;
            }
        }

        return mail.Length;
    }
}
