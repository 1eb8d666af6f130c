namespace Listmonk.Core.Messengers;

/// <summary>What became of one attempt to hand over a message, in the words of the server that answered.</summary>
public sealed record DeliveryResult
{
    public required DeliveryOutcome Outcome { get; init; }

    /// <summary>How far the conversation had come when it ended.</summary>
    public required DeliveryStage Stage { get; init; }

    /// <summary>The SMTP reply code or HTTP status; zero when no server answered.</summary>
    public int Code { get; init; }

    /// <summary>The enhanced status code of the reply (RFC 3463), such as <c>5.1.1</c>.</summary>
    public string? EnhancedStatus { get; init; }

    /// <summary>The text of the reply without its codes, or the reason why there was none. May quote the address.</summary>
    public string? ReplyText { get; init; }

    /// <summary>The server that answered, as the settings name it.</summary>
    public string? Server { get; init; }

    public bool IsSent => Outcome == DeliveryOutcome.Sent;

    /// <summary>
    /// The refusal is about the address itself (unknown, disabled or malformed mailbox) and so counts as a hard bounce.
    /// Refusals for content, size, quota or policy never say that about a person.
    /// </summary>
    public bool IsAddressFault => Outcome == DeliveryOutcome.RecipientRefused && DeliveryRules.IsAddressFault(Stage, Code, EnhancedStatus);

    /// <summary>The content was handed over but no reply came: the message may have been delivered all the same.</summary>
    public bool IsInDoubt => Outcome == DeliveryOutcome.ServerUnavailable && Stage == DeliveryStage.Content && Code == 0;

    /// <summary>Set when nothing is wrong but a limit: how long until the message may go.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>No server was asked, because limits of ours hold the message back for a while.</summary>
    public bool IsHeld => RetryAfter > TimeSpan.Zero;

    public static DeliveryResult Held(string reason, string? server, TimeSpan retryAfter) =>
        new() { Outcome = DeliveryOutcome.ServerUnavailable, Stage = DeliveryStage.Connect, ReplyText = reason, Server = server, RetryAfter = retryAfter };

    public static DeliveryResult Unavailable(DeliveryStage stage, string reason, string? server) =>
        new() { Outcome = DeliveryOutcome.ServerUnavailable, Stage = stage, ReplyText = reason, Server = server };
}

/// <summary>Who or what stands between the message and its delivery.</summary>
public enum DeliveryOutcome
{
    /// <summary>The server has taken responsibility for the message.</summary>
    Sent,

    /// <summary>A permanent refusal of this message for this person.</summary>
    RecipientRefused,

    /// <summary>A temporary refusal: try again later.</summary>
    Deferred,

    /// <summary>The fault is on our side of the conversation (network, TLS, credentials, sender, settings); it says nothing about the person.</summary>
    ServerUnavailable,
}

/// <summary>The steps of a delivery, in order.</summary>
public enum DeliveryStage
{
    Connect,
    Tls,
    Authentication,
    Sender,
    Recipient,

    /// <summary>The request to send content (SMTP <c>DATA</c>), before any of it has left.</summary>
    Data,

    /// <summary>The content has been sent, in full or in part.</summary>
    Content,
}
