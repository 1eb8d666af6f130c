namespace Listmonk.Core.Bounces.Webhooks;

/// <summary>A call of a mail service, as it came: signatures cover the bytes, not what they mean.</summary>
public sealed record WebhookRequest
{
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Null when the header is absent.</summary>
    public required Func<string, string?> Header { get; init; }

    /// <summary>Null when the parameter is absent.</summary>
    public required Func<string, string?> Query { get; init; }
}
