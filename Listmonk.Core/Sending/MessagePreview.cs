using Listmonk.Core.Messengers;

namespace Listmonk.Core.Sending;

/// <summary>A mail before it is sent, for the person who writes it.</summary>
public sealed record MessagePreview
{
    /// <summary>Gmail shows the rest of a larger body only on request; its own count, not documented, is of the HTML part.</summary>
    public const int GmailClipsAt = 102 * 1024;

    public required string Subject { get; init; }

    /// <summary>HTML, or text when <see cref="IsPlain"/>.</summary>
    public required string Body { get; init; }

    public required bool IsPlain { get; init; }

    /// <summary>The plain-text part beside the HTML; null when there is none.</summary>
    public string? Text { get; init; }

    public required IReadOnlyList<MessageHeader> Headers { get; init; }

    /// <summary>The message as it goes to the server (RFC 5322).</summary>
    public required string Source { get; init; }

    /// <summary>Bytes of the body in UTF-8, before transfer encoding.</summary>
    public required int BodySize { get; init; }

    public static MessagePreview Empty { get; } = new() { Subject = "", Body = "", IsPlain = false, Headers = [], Source = "", BodySize = 0 };
}
