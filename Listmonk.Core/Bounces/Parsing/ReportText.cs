using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>What a report says to people, parted from the original that many servers quote beneath it.</summary>
internal sealed partial class ReportText
{
    private const int MostLines = 600;

    private static readonly HashSet<string> LetterHeads = new(StringComparer.OrdinalIgnoreCase)
    {
        "Received", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Return-Path", "Content-Type", "DKIM-Signature", "Reply-To", "Delivered-To",
        "X-Mailer", "Sender", "Cc", "List-Unsubscribe", "Authentication-Results", "X-Originating-IP", "User-Agent", "Content-Transfer-Encoding", "Errors-To",
        "X-Listmonk-Campaign", "X-Listmonk-Subscriber",
    };

    private static readonly HashSet<string> TellingHeads = new(StringComparer.OrdinalIgnoreCase)
    {
        "Received", "Message-ID", "MIME-Version", "Return-Path", "DKIM-Signature", "X-Listmonk-Campaign", "X-Listmonk-Subscriber",
    };

    private ReportText(IReadOnlyList<string> lines, string? original)
    {
        Lines = lines;
        Original = original;
    }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>The headers of the quoted original.</summary>
    public string? Original { get; }

    public static ReportText Parse(IEnumerable<string> texts)
    {
        var all = new List<string>();
        foreach (var text in texts)
        {
            all.AddRange(text.Split('\n').Take(MostLines).Select(line => line.TrimEnd()));
            all.Add("");
        }

        // A report inside of a report, without its MIME parts: what came back stands behind the fields about the recipients.
        var start = FindOriginal(all, all.FindLastIndex(line => line.TrimStart('>', ' ').StartsWith("Final-Recipient:", StringComparison.OrdinalIgnoreCase)) + 1);
        if (start < 0)
        {
            return new ReportText(Clean(all), null);
        }

        var headers = all.Skip(start).SkipWhile(line => !IsLetterHead(line)).Select(line => line.TrimStart('>', ' ') is var bare && IsLetterHead(bare) ? bare : line).TakeWhile(line => line.Length > 0);
        return new ReportText(Clean(all.Take(start)), string.Join('\n', headers));
    }

    /// <summary>The first line of a run of header fields that only a whole mail has, or of the line that announces it.</summary>
    private static int FindOriginal(List<string> lines, int from)
    {
        for (var i = from; i < lines.Count; i++)
        {
            if (!IsLetterHead(lines[i]))
            {
                continue;
            }

            var heads = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            var telling = false;
            for (var j = i; j < Math.Min(lines.Count, i + 25) && lines[j].Length > 0; j++)
            {
                if (FieldBlock.TrySplit(lines[j].TrimStart('>', ' '), out var name, out _) && LetterHeads.Contains(name))
                {
                    heads.Add(name);
                    telling |= TellingHeads.Contains(name);
                }
            }

            if (heads.Count >= 3 && telling)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Not what is indented: some reports list a few fields of the original before they say what is wrong.</summary>
    private static bool IsLetterHead(string line) =>
        line.Length > 0 && line[0] != ' ' && FieldBlock.TrySplit(line.TrimStart('>', ' '), out var name, out _) && LetterHeads.Contains(name);

    /// <summary>Drops what a badly declared multipart leaves in the text, and rules of dashes.</summary>
    private static List<string> Clean(IEnumerable<string> lines) => [.. lines.Where(line => !Debris().IsMatch(line))];

    [GeneratedRegex(@"^(?:--[\w=+./:'(),?-]{8,}$|Content-(?:Type|Transfer-Encoding|Description|Disposition|Length)\s*:|This is a (?:multi-part message|MIME-encapsulated message)|\s*Out: [23]\d\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Debris();
}
