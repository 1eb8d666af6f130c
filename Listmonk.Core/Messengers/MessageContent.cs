using System.Text.Json;
using Listmonk.Core.Messengers.Mime;
using MimeKit;

namespace Listmonk.Core.Messengers;

/// <summary>A message taken apart into what it says, for messengers that carry no MIME.</summary>
public sealed record MessageContent
{
    public required string Subject { get; init; }

    /// <summary>The From header, decoded: <c>Name &lt;address&gt;</c> or an address.</summary>
    public required string From { get; init; }

    /// <summary><c>html</c> or <c>plain</c>, or the campaign's own content type where the sender knows it.</summary>
    public required string ContentType { get; init; }

    public required string Body { get; init; }

    /// <summary>The plain-text alternative of an HTML body.</summary>
    public string? AltBody { get; init; }

    public IReadOnlyList<MessageHeader> Headers { get; init; } = [];

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    public static MessageContent Parse(ReadOnlyMemory<byte> mime)
    {
        using var stream = new MemoryStream(mime.ToArray(), writable: false);
        using var message = MimeMessage.Load(stream);
        string? html = message.HtmlBody;
        string? text = message.TextBody;
        return new MessageContent
        {
            Subject = message.Subject ?? "",
            From = message.From.Mailboxes.FirstOrDefault() is { } from ? FormatMailbox(from) : "",
            ContentType = html is null ? "plain" : "html",
            Body = html ?? text ?? "",
            AltBody = html is null ? null : text,
            Headers = [.. message.Headers.Select(header => new MessageHeader(header.Field, header.Value))],
            Attachments = [.. message.BodyParts.OfType<MimePart>().Where(IsFile).Select(ToAttachment)],
        };
    }

    internal static bool IsFile(MimePart part) => part.IsAttachment || part.ContentId is not null || part is not TextPart;

    internal static Attachment ToAttachment(MimePart part)
    {
        using var content = new MemoryStream();
        part.Content?.DecodeTo(content);
        return new Attachment(part.FileName ?? "", part.ContentType.MimeType, content.ToArray(), part.ContentId);
    }

    private static string FormatMailbox(MailboxAddress mailbox) =>
        string.IsNullOrEmpty(mailbox.Name) ? mailbox.Address : $"{mailbox.Name} <{mailbox.Address}>";
}

/// <summary>One header as text, not yet encoded.</summary>
public readonly record struct MessageHeader(string Name, string Value);

/// <summary>What a postback tells about the person.</summary>
public sealed record RecipientProfile
{
    public required Guid Uuid { get; init; }

    public required string Email { get; init; }

    public required string Name { get; init; }

    public JsonElement? Attribs { get; init; }

    public string Status { get; init; } = "enabled";
}

/// <summary>What a postback tells about the campaign. Made once per campaign and shared by its messages.</summary>
public sealed record CampaignProfile
{
    public required Guid Uuid { get; init; }

    public required string Name { get; init; }

    public required string FromEmail { get; init; }

    public IReadOnlyList<MessageHeader> Headers { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];
}
