using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Reports in plain words: finds the addresses that they are about and the answer that belongs to each.</summary>
internal static partial class FreeTextReader
{
    private const int MostSections = 200;

    /// <summary>Fields of the report that hold addresses of ours or of the reporting system.</summary>
    private static readonly string[] OwnFields = ["To", "Delivered-To", "From"];

    /// <summary>The lines of a report about one address.</summary>
    internal sealed record Section(string Recipient, List<string> Lines);

    public static IReadOnlyList<RecipientReading> Read(MailParts parts, ReportText text, MailTrace trace)
    {
        var sections = Sections(parts, text, trace);
        var isDelayed = MailWords.Find("delayed", "body", string.Join('\n', text.Lines)) is not null
            || (MailWords.Find("delayed", "subject", parts.Headers["Subject"]) is not null && MailWords.Find("bounce", "body", string.Join('\n', text.Lines)) is null);
        if (sections.Count == 0)
        {
            sections.Add(new Section("", [.. text.Lines]));
        }

        if (MailWords.Find("delivered", "subject", parts.Headers["Subject"]) is { } phrase)
        {
            return [.. sections.Select(section => new RecipientReading { Recipient = Known(section.Recipient), Class = BounceClass.Delivered, Reason = "delivered", Line = parts.Headers["Subject"]!, DecidedBy = $"the subject '{phrase}'" })];
        }

        return
        [
            .. sections.Select(section =>
            {
                var lines = section.Lines.Exists(line => line.Any(char.IsLetter) && !MailAddresses.Of(line).Any()) || section.Lines.Count > 1 ? section.Lines : [.. text.Lines];
                var alone = sections.Count == 1;
                return BounceClassifier.Classify(new Evidence
                {
                    Recipient = Known(section.Recipient),
                    Answers = Answers(lines, text.Lines, alone),
                    Context = string.Join('\n', alone ? text.Lines : lines),
                    Host = Host(lines),
                    Stage = StageOf(alone ? text.Lines : lines),
                    IsDelayed = isDelayed,
                });
            }),
        ];
    }

    /// <summary>The parts of the text that belong to single addresses, in order; none when the text names nobody.</summary>
    public static List<Section> Sections(MailParts parts, ReportText text, MailTrace trace)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in OwnFields.SelectMany(parts.Headers.All).SelectMany(MailAddresses.Of))
        {
            own.Add(address);
        }

        if (trace.OriginalSender is { } sender)
        {
            own.Add(sender);
        }

        own.ExceptWith(trace.OriginalRecipients);
        var failed = parts.Headers.All("X-Failed-Recipients").SelectMany(MailAddresses.Of).ToList();
        var candidates = new List<(int Line, string Address, int Points)>();
        var announced = 0;
        for (var i = 0; i < text.Lines.Count; i++)
        {
            var line = text.Lines[i];
            if (line.Length == 0)
            {
                continue;
            }

            announced = Announcement().IsMatch(line) ? 10 : announced - 1;
            if (QuotedHead().IsMatch(line))
            {
                continue;
            }

            foreach (var match in MailAddresses.In(line).Take(3))
            {
                var address = MailAddresses.Tidy(match.Value);
                var points = Points(line, match, announced >= 0) + (trace.OriginalRecipients.Contains(address) ? 1 : 0) + (failed.Contains(address) ? 6 : 0) - (own.Contains(address) ? 4 : 0);
                candidates.Add((i, address, points));
            }
        }

        var best = candidates.Count == 0 ? 0 : candidates.Max(candidate => candidate.Points);
        var least = failed.Count > 0 ? 6 : Math.Max(3, best - 2);
        var chosen = candidates.Where(candidate => candidate.Points >= least).DistinctBy(candidate => candidate.Address).Take(MostSections).ToList();
        var sections = new List<Section>();
        for (var i = 0; i < chosen.Count; i++)
        {
            var end = i + 1 < chosen.Count ? Math.Max(chosen[i].Line + 1, chosen[i + 1].Line) : text.Lines.Count;
            sections.Add(new Section(chosen[i].Address, [.. text.Lines.Skip(chosen[i].Line).Take(end - chosen[i].Line)]));
        }

        foreach (var address in failed.Where(address => !sections.Exists(section => section.Recipient == address)))
        {
            sections.Add(new Section(address, []));
        }

        if (sections.Count == 0 && trace.OriginalRecipients is [var only])
        {
            sections.Add(new Section(only, [.. text.Lines]));
        }

        return sections;
    }

    /// <summary>The server's own words among the lines, best first.</summary>
    public static List<string> Answers(IReadOnlyList<string> lines, IReadOnlyList<string> all, bool alone)
    {
        var joined = string.Join('\n', lines);
        var answers = new List<string>();
        foreach (var pattern in (Regex[])[Reason(), Said(), Transcript()])
        {
            var match = pattern.Match(joined);
            if (!match.Success && alone)
            {
                match = pattern.Match(string.Join('\n', all));
            }

            if (match.Success)
            {
                answers.Add(TranscriptMarks().Replace(match.Groups["answer"].Value, " "));
            }
        }

        foreach (Match match in CodeLine().Matches(joined).Take(2))
        {
            answers.Add(match.Value);
        }

        return answers;
    }

    private static int Points(string line, Match match, bool announced)
    {
        var before = line[..match.Index].TrimEnd(' ', '<', '"', '*', '\t', '>', '-', '\'', '(', '[');
        var after = line[(match.Index + match.Length)..].TrimStart('>', '"', ' ', '\'', ')', ']');
        if (SenderWords().IsMatch(before))
        {
            return -5;
        }

        var points = 0;
        if (LeadingCode().Replace(before, "").Length == 0)
        {
            points += (announced ? 3 : 0) + (after.Length == 0 || after[0] is ':' or '.' or '(' or ';' or '[' ? 4 : 3);
        }

        if (RecipientWords().IsMatch(before))
        {
            points += 4;
        }
        else if (LooseWords().IsMatch(before) || LooseWords().IsMatch(after))
        {
            points += 2;
        }

        return points;
    }

    /// <summary>How far the conversation had come when the refusal was spoken.</summary>
    public static string? StageOf(IReadOnlyList<string> lines)
    {
        var text = string.Join('\n', lines);
        var match = RefusedCommand().Match(text);
        if (!match.Success)
        {
            return ReplyText.Parse(text).Stage;
        }

        var command = match.Groups["command"].Value.ToUpperInvariant();
        if (command == "DATA")
        {
            // With pipelining, Sendmail shows the answer to RCPT under DATA; what follows gives it away.
            return RefusedBefore().IsMatch(text[match.Index..]) ? "RCPT" : "DATA";
        }

        return command switch { "RCPT" => "RCPT", "MAIL" => "MAIL", "QUIT" or "." => "DATA", _ => "CONN" };
    }

    private static string? Host(IReadOnlyList<string> lines) => HostName().Match(string.Join('\n', lines)) is { Success: true } match ? match.Groups["host"].Value : null;

    private static string? Known(string recipient) => recipient.Length == 0 ? null : recipient;

    [GeneratedRegex(@"(?:recipient|address|adresse|destinatai?re|destinatari|empf|délivr|deliver|fail|fatal errors|delivery errors|reached|宛|アドレス|收件人)[^@]{0,120}[:：.]?\s*[-=]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Announcement();

    [GeneratedRegex(@"(?:from|sender|mail from:?|contact|reply-to|return-path|write to|expanded|envelope-from|e-?mail us at|visit|generated from|postmaster|mailto:?|sent by|help|absender|expéditeur|remitente|message-id:?|in-reply-to:?)\W*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex SenderWords();

    [GeneratedRegex(@"(?:rcpt to|recipients?(?: address)?|original address|final-recipient:?\s*rfc822;?|delivered to|deliver(?:ed)? (?:the |your )?(?:message|mail) to|did not reach the following recipient(?:\(s\))?|failed recipient|address|target mail address|undeliverable to|\bto|mailbox|mailing list|deliver(?:ing)? your (?:mail|message) to|delivery failed(?: \d+ attempts)?|allowed size|an|à|para|generated by)\s*[:：]?\W*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex RecipientWords();

    [GeneratedRegex(@"\b(?:user|recipient|mailbox|account|address|deliver|unknown|invalid|rejected|quota|not found|fail)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex LooseWords();

    /// <summary>Fields of the original that a report repeats above what it has to say.</summary>
    [GeneratedRegex(@"^\s{1,8}(?:To|From|Cc|Subject|Sent|Date|Message-ID):\s", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex QuotedHead();

    [GeneratedRegex(@"^[\s>]*(?:[245]\d\d(?:[ -]#?[245]\.\d+\.\d+)?)?\s*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex LeadingCode();

    [GeneratedRegex(@">>> (?<command>[A-Za-z]{4}|\.)[^\n]{0,400}\n[\s>]{0,10}<<< [45]\d\d", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex RefusedCommand();

    [GeneratedRegex(@"<<< 503|\n[\s>]{0,10}550 5\.1\.1 [^\n]{1,300}\.\.\. user unknown", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex RefusedBefore();

    /// <summary>Sendmail: <c>(reason: 550 …)</c>, the answer cut to a line.</summary>
    [GeneratedRegex(@"\(reason: (?<answer>[^\n]{3,1000}?)\)(?=\s*$|\s*\n)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Reason();

    /// <summary>Postfix, qmail, Exim, Exchange and others: what the remote host said, to the end of the paragraph.</summary>
    [GeneratedRegex(@"\b(?:said|says|responded|responded with failure|returned|replied|error was|other server returned was|the response(?: from the remote server)? was|response was|server message|error message below|the error that the other server returned was|diagnostic code|reported error|ERROR_CODE|failure reasons?|reject reason|remote (?:host|server) said|error from remote (?:mail ?server|mailer|server)[^:\n]*(?:<[^>\n]*>[^:\n]*)?:\s*(?:host [^\n:]*)?)\s*(?:\[[^\]\n]{0,40}\])?\s*[:：'""]*\s*(?<answer>\S(?:[^\n]|\n(?!\s*\n)){2,1500})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Said();

    /// <summary>The first refusal in a transcript of the conversation, with the command before it.</summary>
    [GeneratedRegex(@"(?<answer>(?:>>> [^\n]{1,300}\n(?:>\s)?\s*)?<<< [45]\d\d[^\n]{0,500}(?:\n(?:>\s)?\s*<<< [45]\d\d[^\n]{0,500}){0,10})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Transcript();

    [GeneratedRegex(@"(?:^|\n)\s*<<< ", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex TranscriptMarks();

    /// <summary>A line with a refusal code in it, and the indented lines that go on.</summary>
    [GeneratedRegex(@"^[^\n]{0,200}(?<![\w.@])(?:[45][0-5]\d(?:[ -]|:\s)#?(?:[45]\.\d+\.\d+)?|#?[45]\.\d{1,2}\.\d{1,3}\s)[^\n]{0,600}(?:\n(?:[ \t]+\S|[45]\d\d[ -])[^\n]{0,400}){0,6}", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"\b(?:host:?|while talking to|says: host|from remote server|talking to)\s+(?<host>[a-z0-9][a-z0-9.-]{3,200}\.[a-z]{2,20})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex HostName();
}
