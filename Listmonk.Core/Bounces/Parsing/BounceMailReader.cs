using System.Text.RegularExpressions;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>Reads any mail that came to the bounce address and says what it means, for each recipient that it speaks of.</summary>
/// <remarks>
/// A mail is taken for what it declares itself to be first: a complaint (RFC 5965), a receipt (RFC 8098), a delivery report (RFC 3464).
/// What declares nothing is a bounce only when the sender, the subject or the text are those of a mail system; a person who quotes "550 user
/// unknown" is not one. Only then is free text searched, by the same rules for all programs (decision 0020).
/// </remarks>
public static class BounceMailReader
{
    /// <summary>Of larger mails only the start is read; reports stand before what they return.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    public static MailReading Read(ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        try
        {
            return Read(MailParts.Read(mail.Length > MostBytes ? mail[..MostBytes] : mail, cancellationToken));
        }
        catch (Exception exception) when (exception is FormatException or RegexMatchTimeoutException)
        {
            // No mail at all, or one made to keep a pattern busy: neither may blame anybody.
            return new MailReading { Recipients = [NoReport("")] };
        }
    }

    private static MailReading Read(MailParts parts)
    {
        var text = ReportText.Parse(parts.Texts);
        if (text.Original is { Length: > 0 } quoted && parts.Originals.Count == 0)
        {
            parts.AddHeaders(quoted);
        }

        var trace = TraceReader.Read(parts);
        return new MailReading
        {
            Recipients = Judge(parts, text, trace),
            Trace = trace,
            Date = parts.Date,
            MessageId = parts.Headers["Message-ID"],
            From = parts.Headers["From"],
            Subject = parts.Headers["Subject"],
        };
    }

    /// <summary>Judges one answer of an SMTP server, several lines allowed.</summary>
    /// <param name="stage">CONN, MAIL, RCPT or DATA where known.</param>
    public static RecipientReading ReadReply(string reply, string? stage, string? recipient, string? host)
    {
        var text = ReplyText.Parse(reply.Trim());
        if (text.ReplyCode is >= 200 and < 300)
        {
            return new RecipientReading
            {
                Recipient = recipient,
                Class = BounceClass.Delivered,
                Reason = "delivered",
                Status = text.Status,
                ReplyCode = text.ReplyCode,
                Line = text.Raw,
                DecidedBy = $"the reply code {text.ReplyCode}",
                Host = host,
            };
        }

        return BounceClassifier.Classify(new Evidence
        {
            Recipient = recipient ?? MailAddresses.First(reply),
            Answers = [reply.ReplaceLineEndings(" ")],
            Stage = stage is "CONN" or "MAIL" or "RCPT" or "DATA" ? stage : null,
            Host = host,
        });
    }

    private static IReadOnlyList<RecipientReading> Judge(MailParts parts, ReportText text, MailTrace trace)
    {
        if (FeedbackReader.TryRead(parts, trace) is { } feedback)
        {
            return feedback;
        }

        if (parts.IsReceipt || parts.ReportType == "disposition-notification")
        {
            return [new RecipientReading { Recipient = MailAddresses.First(parts.Headers["From"]), Class = BounceClass.Other, Reason = "receipt", DecidedBy = "the report type" }];
        }

        var sign = ReportSigns.Find(parts, text);
        if (parts.Statuses.Count == 0 && sign.IsReport)
        {
            // The same fields without the MIME part around them.
            parts.Statuses.AddRange(FieldBlock.ParseAll(string.Join('\n', text.Lines)).Where(block => block.Has("Final-Recipient")));
        }

        if (parts.Statuses.Exists(block => block.Has("Final-Recipient") || block.Has("Original-Recipient") || block.Has("Action") || block.Has("Status")))
        {
            var readings = StatusReportReader.Read(parts, text, trace);
            if (readings.Count > 0)
            {
                return readings;
            }
        }

        if (ProviderNoticeReader.TryRead(text) is { Count: > 0 } notice)
        {
            return notice;
        }

        if (sign.IsAutoReply)
        {
            return [new RecipientReading { Recipient = MailAddresses.First(parts.Headers["From"]), Class = BounceClass.AutoReply, Reason = "vacation", Line = parts.Headers["Subject"] ?? "", DecidedBy = sign.By }];
        }

        return sign.IsReport ? FreeTextReader.Read(parts, text, trace) : [NoReport(parts.Headers["Subject"] ?? "")];
    }

    private static RecipientReading NoReport(string line) => new() { Class = BounceClass.Other, Reason = "no-report", Line = line };
}
