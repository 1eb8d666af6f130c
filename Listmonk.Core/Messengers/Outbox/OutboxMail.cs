using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Messengers.Outbox;

/// <summary>A captured mail taken apart for reading.</summary>
public sealed record OutboxMail
{
    public required OutboxEntry Entry { get; init; }

    public required string To { get; init; }

    public required DateTimeOffset Date { get; init; }

    public string? Html { get; init; }

    public string? Text { get; init; }

    public required IReadOnlyList<MessageHeader> Headers { get; init; }

    /// <summary>Files and inline images; the latter carry the content id by which the HTML names them.</summary>
    public required IReadOnlyList<Attachment> Attachments { get; init; }
}
