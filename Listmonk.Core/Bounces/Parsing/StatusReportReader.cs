namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Delivery status notifications (RFC 3464, RFC 6533), each recipient judged alone.</summary>
internal static class StatusReportReader
{
    private const int MostRecipients = 200;

    public static IReadOnlyList<RecipientReading> Read(MailParts parts, ReportText text, MailTrace trace)
    {
        var groups = parts.Statuses.Where(block => block.Has("Final-Recipient") || block.Has("Original-Recipient") || block.Has("X-Actual-Recipient") || block.Has("Action")).Take(MostRecipients).ToList();
        if (groups.Count == 0)
        {
            groups = [.. parts.Statuses.Where(block => block.Has("Status") || block.Has("Diagnostic-Code")).Take(1)];
        }

        var host = parts.Statuses.Select(block => block["Reporting-MTA"]).FirstOrDefault(value => value is not null);
        var sections = FreeTextReader.Sections(parts, text, trace);
        var readings = new List<RecipientReading>();
        foreach (var group in groups)
        {
            var recipient = RecipientOf(group, parts, trace, alone: groups.Count == 1) ?? (groups.Count == 1 ? sections.FirstOrDefault()?.Recipient : null);
            var action = (group["Action"] ?? "").Trim().ToLowerInvariant();
            var section = sections.Find(found => found.Recipient == recipient || found.Recipient == MailAddresses.OfField(group["Final-Recipient"]));
            if (action.StartsWith("deliver", StringComparison.Ordinal) || action.StartsWith("relayed", StringComparison.Ordinal) || action.StartsWith("expanded", StringComparison.Ordinal))
            {
                readings.Add(new RecipientReading
                {
                    Recipient = recipient,
                    Class = BounceClass.Delivered,
                    Reason = "delivered",
                    Status = ReplyText.StatusOf(group["Status"] ?? ""),
                    Line = $"Action: {action}",
                    DecidedBy = $"'Action: {action}'",
                });
                continue;
            }

            var context = section is { Lines.Count: > 0 } ? string.Join('\n', section.Lines) : string.Join('\n', text.Lines);
            var answers = new List<string>();
            if (group["Diagnostic-Code"] is { Length: > 0 } diagnostic && !IsBare(diagnostic))
            {
                answers.Add(diagnostic);
            }
            else
            {
                answers.AddRange(FreeTextReader.Answers(section?.Lines ?? text.Lines, text.Lines, groups.Count == 1));
            }

            readings.Add(BounceClassifier.Classify(new Evidence
            {
                Recipient = recipient,
                WrittenTo = MailAddresses.OfField(group["Original-Recipient"]) is { } original && original != recipient ? original : null,
                Answers = answers,
                Context = $"{CommentOf(group["Status"])}\n{group["X-Supplementary-Info"]} {group["X-Display-Reason"]}\n{context}",
                Status = ReplyText.StatusOf(group["Status"] ?? ""),
                Host = $"{Name(group["Remote-MTA"])} {Name(host)}".Trim(),
                Stage = FreeTextReader.StageOf(groups.Count == 1 ? text.Lines : section?.Lines ?? []),
                IsDelayed = action.StartsWith("delayed", StringComparison.Ordinal),
            }));
        }

        return readings;
    }

    private static string? RecipientOf(FieldBlock group, MailParts parts, MailTrace trace, bool alone)
    {
        var final = MailAddresses.OfField(group["Final-Recipient"]);
        var original = MailAddresses.OfField(group["Original-Recipient"]);
        // A name inside somebody's network is nobody that we can have written to.
        var isInner = final is not null && !final.AsSpan(final.IndexOf('@', StringComparison.Ordinal)).Contains('.');
        return (isInner ? original : null) ?? final ?? original ?? MailAddresses.OfField(group["X-Actual-Recipient"])
            ?? (alone ? MailAddresses.First(parts.Headers["X-Failed-Recipients"]) ?? (trace.OriginalRecipients is [var only] ? only : null) : null);
    }

    /// <summary>A kind and a number only, such as <c>x-unix; 77</c>.</summary>
    private static bool IsBare(string diagnostic) => !diagnostic[(diagnostic.IndexOf(';', StringComparison.Ordinal) + 1)..].Any(char.IsLetter) && diagnostic.Length < 14;

    /// <summary>The words after the code of <c>5.1.1 (bad destination mailbox address)</c>.</summary>
    private static string CommentOf(string? status) => status?.IndexOf('(', StringComparison.Ordinal) is { } open and >= 0 ? status[open..] : "";

    private static string? Name(string? field) => field is null ? null : field[(field.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim();
}
