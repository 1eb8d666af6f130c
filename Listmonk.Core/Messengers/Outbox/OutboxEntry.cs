namespace Listmonk.Core.Messengers.Outbox;

/// <summary>One captured mail in the outbox's list.</summary>
public sealed record OutboxEntry
{
    /// <summary>Grows with time; the name of the file.</summary>
    public required long Id { get; init; }

    public required string Subject { get; init; }

    /// <summary>Decoded, with the name.</summary>
    public required string From { get; init; }

    /// <summary>The envelope recipients: copies and blind copies are among them.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }
}
