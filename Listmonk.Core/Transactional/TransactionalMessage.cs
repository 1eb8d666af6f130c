using Listmonk.Core.Data;

namespace Listmonk.Core.Transactional;

public enum TransactionalState
{
    /// <summary>Waits for its first attempt or for the next one.</summary>
    Queued,

    /// <summary>A server has taken it.</summary>
    Sent,

    /// <summary>Refused for good, or put off until its time was over.</summary>
    Failed,
}

/// <summary>One transactional message to one person: queue entry until it is delivered, log entry until its retention ends.</summary>
public sealed class TransactionalMessage : ILeased
{
    public int Id { get; set; }

    public int RequestId { get; set; }

    public TransactionalState State { get; set; }

    /// <summary>The bare address.</summary>
    public required string Recipient { get; set; }

    /// <summary>Null for people who are no subscribers, and once the subscriber was deleted.</summary>
    public int? SubscriberId { get; set; }

    public required string Subject { get; set; }

    public required string Messenger { get; set; }

    /// <summary>Without angle brackets; the same at each attempt.</summary>
    public required string MessageId { get; set; }

    public int Attempts { get; set; }

    /// <summary>When the next attempt may be made.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>When it was accepted, or put back by hand; what is put off too long after that fails.</summary>
    public DateTimeOffset QueuedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>The last reply's SMTP code or HTTP status.</summary>
    public int? Code { get; set; }

    /// <summary>The last reply's text, or why there was none. May quote the address.</summary>
    public string? Reply { get; set; }

    /// <summary>The server that replied, as the settings name it.</summary>
    public string? Server { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public int LeaseEpoch { get; set; }

    public TransactionalContent? Content { get; set; }
}
