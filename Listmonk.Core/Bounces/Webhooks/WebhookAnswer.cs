namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>What a call of a mail service is worth.</summary>
public enum WebhookVerdict
{
    /// <summary>Genuine; whatever it reported is committed.</summary>
    Accepted,

    /// <summary>Bounce handling is off.</summary>
    Off,

    /// <summary>No such service, or it is not enabled.</summary>
    Unknown,

    /// <summary>The signature or the secret is wrong, or nothing to check it against was entered.</summary>
    Forged,

    /// <summary>Name and password are wrong; the caller may send others.</summary>
    Unauthorized,

    /// <summary>Genuine, perhaps, but not what the service's documentation describes; nothing of it was stored.</summary>
    Malformed,

    /// <summary>Genuine, but not all of it could be recorded: the service is to tell it again.</summary>
    Incomplete,
}

/// <summary>The answer to a call of a mail service.</summary>
public sealed record WebhookAnswer(WebhookVerdict Verdict, string Message = "")
{
    /// <summary>Events to record.</summary>
    internal IReadOnlyList<BounceReport> Reports { get; init; } = [];

    /// <summary>A body that the service's handshake asks for, as JSON; null means the usual one.</summary>
    public string? Json { get; init; }

    internal static WebhookAnswer Report(IReadOnlyList<BounceReport> reports) => new(WebhookVerdict.Accepted) { Reports = reports };

    internal static WebhookAnswer Forged(string message) => new(WebhookVerdict.Forged, message);

    internal static WebhookAnswer Malformed(string message) => new(WebhookVerdict.Malformed, message);
}
