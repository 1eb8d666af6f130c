using System.Text;
using MimeKit;

namespace Listmonk.Core.Bounces.Parsing;

/// <summary>A report taken apart: what was written for people, what for machines, and what came back of the original.</summary>
internal sealed class MailParts
{
    private const int MostDepth = 12;
    private const int MostParts = 60;

    /// <summary>Longer texts are cut; reports say what they have to say at the top.</summary>
    private const int LongestText = 64 * 1024;

    private static readonly ParserOptions Options = CreateOptions();
    private int _parts;

    public FieldBlock Headers { get; } = new();

    /// <summary>What people read, in order, HTML turned into text.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>message/delivery-status, its blocks.</summary>
    public List<FieldBlock> Statuses { get; } = [];

    /// <summary>message/feedback-report.</summary>
    public FieldBlock? Feedback { get; private set; }

    /// <summary>Headers of attached originals.</summary>
    public List<FieldBlock> Originals { get; } = [];

    public bool IsReceipt { get; private set; }

    public string MediaType { get; private set; } = "";

    public string ReportType { get; private set; } = "";

    public DateTimeOffset? Date { get; private set; }

    /// <exception cref="FormatException">The bytes are no mail at all.</exception>
    public static MailParts Read(ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(WithoutMboxLine(WithLineFeeds(mail)), writable: false);
        using var message = MimeMessage.Load(Options, stream, cancellationToken);
        var parts = new MailParts();
        foreach (var header in message.Headers)
        {
            parts.Headers.Add(header.Field, header.Value);
        }

        parts.Date = message.Headers.Contains(HeaderId.Date) && message.Date.Year > 1970 ? message.Date : null;
        if (message.Body is { } body)
        {
            parts.MediaType = body.ContentType.MimeType.ToLowerInvariant();
            parts.ReportType = (body.ContentType.Parameters["report-type"] ?? "").ToLowerInvariant();
            parts.Walk(body, 0);
        }

        return parts;
    }

    private static ParserOptions CreateOptions()
    {
        // Reports come in the charsets of their countries; the runtime knows only Unicode by itself, and MimeKit asks once.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return new ParserOptions { MaxMimeDepth = 40 };
    }

    private void Walk(MimeEntity entity, int depth)
    {
        if (depth > MostDepth || ++_parts > MostParts)
        {
            return;
        }

        switch (entity)
        {
            case Multipart { Count: 0 } broken:
                AddText(string.Concat(broken.Preamble, "\n", broken.Epilogue), isHtml: false);
                break;
            case MultipartAlternative alternative:
                // The plain text says the same as the HTML, and better.
                Walk(alternative.FirstOrDefault(part => part.ContentType.IsMimeType("text", "plain")) ?? alternative[0], depth + 1);
                break;
            case Multipart multipart:
                foreach (var part in multipart)
                {
                    Walk(part, depth + 1);
                }

                break;
            case MessagePart attached:
                AddOriginal(attached);
                break;
            case MimePart part:
                Take(part);
                break;
        }
    }

    private void Take(MimePart part)
    {
        var type = part.ContentType;
        if (type.IsMimeType("message", "delivery-status") || type.IsMimeType("message", "global-delivery-status"))
        {
            Statuses.AddRange(FieldBlock.ParseAll(TextOf(part)));
        }
        else if (type.IsMimeType("message", "feedback-report"))
        {
            Feedback ??= Merge(FieldBlock.ParseAll(TextOf(part)));
        }
        else if (type.IsMimeType("message", "disposition-notification") || type.IsMimeType("message", "global-disposition-notification"))
        {
            IsReceipt = true;
        }
        else if (type.IsMimeType("message", "*") || type.IsMimeType("text", "rfc822-headers"))
        {
            AddHeaders(TextOf(part));
        }
        else if (type.IsMimeType("text", "*"))
        {
            AddText(part is TextPart text ? SafeText(text) : TextOf(part), type.IsMimeType("text", "html"));
        }
    }

    private void AddOriginal(MessagePart attached)
    {
        var encoding = attached.Headers[HeaderId.ContentTransferEncoding]?.Trim().ToLowerInvariant();
        if (attached.Message is null)
        {
            return;
        }

        if (encoding is "base64" or "quoted-printable")
        {
            // Forbidden by RFC 2046 and met all the same: the whole returned mail is one encoded text.
            using var raw = new MemoryStream();
            attached.Message.WriteTo(raw);
            raw.Position = 0;
            using var decoded = new MemoryStream();
            new MimeContent(raw, encoding == "base64" ? ContentEncoding.Base64 : ContentEncoding.QuotedPrintable).DecodeTo(decoded);
            AddHeaders(Encoding.UTF8.GetString(decoded.GetBuffer(), 0, (int)decoded.Length));
            return;
        }

        var block = new FieldBlock();
        foreach (var header in attached.Message.Headers)
        {
            block.Add(header.Field, header.Value);
        }

        if (block.Count > 0)
        {
            Originals.Add(block);
        }

        // Some servers attach the report itself as a message.
        if (attached.Message.Body is MultipartReport { ReportType: "delivery-status" } report && Statuses.Count == 0)
        {
            Walk(report, MostDepth - 3);
        }
    }

    /// <summary>The first block of <paramref name="text"/> as the original's headers.</summary>
    public void AddHeaders(string text)
    {
        if (FieldBlock.ParseAll(text.Length > LongestText ? text[..LongestText] : text) is [var first, ..] && first.Count > 0)
        {
            Originals.Add(first);
        }
    }

    private void AddText(string text, bool isHtml)
    {
        if (text.Length > LongestText)
        {
            text = text[..LongestText];
        }

        if (isHtml)
        {
            text = HtmlWords.Of(text);
        }

        if (!string.IsNullOrWhiteSpace(text))
        {
            Texts.Add(text.ReplaceLineEndings("\n"));
        }
    }

    private static FieldBlock? Merge(List<FieldBlock> blocks) => blocks.Find(block => block.Has("Feedback-Type")) ?? blocks.FirstOrDefault();

    private static string TextOf(MimePart part)
    {
        if (part.Content is null)
        {
            return "";
        }

        using var memory = new MemoryStream();
        part.Content.DecodeTo(memory);
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)Math.Min(memory.Length, LongestText));
    }

    private static string SafeText(TextPart part)
    {
        try
        {
            return part.Text ?? "";
        }
        catch (NotSupportedException)
        {
            // A charset that nobody knows.
            return TextOf(part);
        }
    }

    /// <summary>Lone carriage returns, as old Macs wrote them, would make the whole mail one line.</summary>
    private static byte[] WithLineFeeds(ReadOnlyMemory<byte> mail)
    {
        var bytes = mail.ToArray();
        if (!bytes.AsSpan().Contains((byte)'\n'))
        {
            bytes.AsSpan().Replace((byte)'\r', (byte)'\n');
        }

        return bytes;
    }

    private static byte[] WithoutMboxLine(byte[] mail) =>
        mail.AsSpan().StartsWith("From "u8) && Array.IndexOf(mail, (byte)'\n') is >= 0 and var end ? mail[(end + 1)..] : mail;
}
