namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>What a mailbox is doing.</summary>
public enum MailboxState
{
    /// <summary>Not read by this process.</summary>
    Off,

    Reading,

    /// <summary>Until the next scan.</summary>
    Waiting,

    /// <summary>Connected; the server tells when mail arrives.</summary>
    Watching,

    /// <summary>The last try failed; another follows.</summary>
    Failed,
}

/// <summary>How a mailbox fares since the process began.</summary>
public sealed record MailboxStatus(string Uuid, MailboxState State)
{
    public DateTimeOffset? ScannedAt { get; init; }

    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? Fault { get; init; }

    /// <summary>All scans together; the mails present are those of the last one.</summary>
    public MailboxScan Total { get; init; } = new(0, 0, 0, 0);
}
