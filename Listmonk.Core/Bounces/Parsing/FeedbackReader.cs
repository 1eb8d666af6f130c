namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Complaints: ARF (RFC 5965), and the older forms that large receivers use.</summary>
internal static class FeedbackReader
{
    public static IReadOnlyList<RecipientReading>? TryRead(MailParts parts, MailTrace trace)
    {
        if (parts.Feedback is { } report)
        {
            var type = (report["Feedback-Type"] ?? "abuse").Trim().ToLowerInvariant();
            // RFC 6591 tells about our authentication; not-spam takes a complaint back.
            var blames = type is not ("auth-failure" or "not-spam" or "dmarc" or "dkim");
            return Of(
                Recipients(report.All("Original-Rcpt-To").Concat(report.All("Removal-Recipient")), trace, parts),
                blames ? BounceClass.Complaint : BounceClass.Other,
                blames ? type is "opt-out" or "opt-out-list" ? "opt-out" : "complaint" : "feedback",
                $"Feedback-Type: {type}");
        }

        var headers = parts.Headers;
        if (string.Equals(headers["X-Apple-Unsubscribe"]?.Trim(), "true", StringComparison.OrdinalIgnoreCase))
        {
            return Of([MailAddresses.First(headers["From"])], BounceClass.Complaint, "opt-out", "X-Apple-Unsubscribe: true");
        }

        // Outlook.com's own form: no ARF, the original attached with the person's address in a header of its own.
        if (parts.Originals.Select(original => original["X-HmXmrOriginalRecipient"]).FirstOrDefault(value => value is not null) is { } person)
        {
            return Of([MailAddresses.First(person)], BounceClass.Complaint, "complaint", $"X-HmXmrOriginalRecipient: {person}");
        }

        if (parts.ReportType == "feedback-report"
            || (parts.Originals.Count > 0 && headers["Subject"] is { } subject && subject.StartsWith("complaint about message from", StringComparison.OrdinalIgnoreCase)))
        {
            return Of(Recipients([], trace, parts), BounceClass.Complaint, "complaint", headers["Subject"] ?? "");
        }

        return null;
    }

    private static List<string?> Recipients(IEnumerable<string> fields, MailTrace trace, MailParts parts)
    {
        var found = fields.SelectMany(MailAddresses.Of).Distinct(StringComparer.Ordinal).ToList<string?>();
        if (found.Count == 0)
        {
            found.AddRange(parts.Originals.SelectMany(original => original.All("X-HmXmrOriginalRecipient")).SelectMany(MailAddresses.Of)
                .Concat(trace.OriginalRecipients)
                .Concat(parts.Originals.SelectMany(original => original.All("Delivered-To")).SelectMany(MailAddresses.Of)).Take(1));
        }

        return found.Count == 0 ? [null] : found;
    }

    private static List<RecipientReading> Of(List<string?> recipients, BounceClass verdict, string reason, string line) =>
        [.. recipients.Select(recipient => new RecipientReading { Recipient = recipient, Class = verdict, Reason = reason, Line = line, DecidedBy = $"'{line}'" })];
}
