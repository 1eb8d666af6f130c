namespace Listmonk.Core.Webhooks;

/// <summary>An address of another program that is told what happens here, by Standard Webhooks (standardwebhooks.com).</summary>
public sealed class Webhook
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Url { get; set; }

    /// <summary>The events it wants, of <see cref="WebhookEvents.All"/>.</summary>
    public List<string> Events { get; set; } = [];

    /// <summary>Opens and clicks of machines are not told.</summary>
    public bool IsPeopleOnly { get; set; } = true;

    public bool IsEnabled { get; set; } = true;

    /// <summary>The signing secrets, newest first, one a line, protected at rest. Each message is signed with all of them, so that a change loses nothing.</summary>
    public required string Secrets { get; set; }

    /// <summary>What happened before is not told.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Since when no message arrived; null after one did.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>When it was given up; its messages wait until somebody switches it on again.</summary>
    public DateTimeOffset? GivenUpAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

public enum WebhookState
{
    Waiting,
    Delivered,

    /// <summary>All attempts are used up.</summary>
    Failed,
}

/// <summary>An event for one webhook: the outbox before it is delivered, the log afterwards.</summary>
public sealed class WebhookMessage
{
    public long Id { get; set; }

    public int WebhookId { get; set; }

    /// <summary>The <c>webhook-id</c>: the same at each attempt and each replay, so that a receiver knows a repetition.</summary>
    public required string MessageId { get; set; }

    public required string Type { get; set; }

    /// <summary>The body, byte for byte as it is signed.</summary>
    public required string Payload { get; set; }

    /// <summary>The person it names; it goes with them.</summary>
    public int? SubscriberId { get; set; }

    /// <summary>What it was made from, such as <c>hit:17</c>; once for each webhook.</summary>
    public required string SourceKey { get; set; }

    public DateTimeOffset OccurredAt { get; set; }

    public WebhookState State { get; set; }

    public int Attempts { get; set; }

    /// <summary>When the next attempt is due; while one is under way, when another process may take over.</summary>
    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>The HTTP status of the last answer; null when there was none.</summary>
    public int? Status { get; set; }

    /// <summary>The beginning of the last answer, or why there was none.</summary>
    public string? Answer { get; set; }
}

/// <summary>Up to where a source of events has been read.</summary>
public sealed class WebhookCursor
{
    public required string Source { get; set; }

    public long Position { get; set; }
}

/// <summary>A change of a subscription's state, written by the database itself (a trigger) while webhooks exist; gone once it was told.</summary>
public sealed class MembershipChange
{
    public long Id { get; set; }

    public int SubscriberId { get; set; }

    public int ListId { get; set; }

    /// <summary>Null for a new subscription.</summary>
    public string? OldStatus { get; set; }

    public required string NewStatus { get; set; }
}
