using Listmonk.Core.Messengers.Mime;

namespace Listmonk.Core.Transactional;

/// <summary>Who gets the messages of a call, and what templates see of them (spec/transactional-media.md 1.2).</summary>
public enum RecipientMode
{
    /// <summary>Subscribers only.</summary>
    Default,

    /// <summary>Subscribers where there are, anybody else by address.</summary>
    Fallback,

    /// <summary>By address, without looking for a subscriber.</summary>
    External,
}

/// <summary>One call of the transactional API, as its client sent it.</summary>
public sealed record TransactionalCall
{
    public int TemplateId { get; init; }

    /// <summary>Empty means <see cref="RecipientMode.Default"/>.</summary>
    public string Mode { get; init; } = "";

    public string SubscriberEmail { get; init; } = "";

    public int SubscriberId { get; init; }

    public IReadOnlyList<string> SubscriberEmails { get; init; } = [];

    public IReadOnlyList<int> SubscriberIds { get; init; } = [];

    /// <summary>A JSON object, <c>.Tx.Data</c> in templates.</summary>
    public string? DataJson { get; init; }

    /// <summary>Empty means the template's.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Empty means the installation's sender.</summary>
    public string FromEmail { get; init; } = "";

    /// <summary>The plain-text part; empty means none.</summary>
    public string AltBody { get; init; } = "";

    /// <summary><c>plain</c>, <c>markdown</c>, or anything else for HTML.</summary>
    public string ContentType { get; init; } = "";

    /// <summary>Empty means <c>email</c>.</summary>
    public string Messenger { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public IReadOnlyList<Attachment> Files { get; init; } = [];

    public IdempotencyKey? IdempotencyKey { get; init; }
}

/// <summary>Makes a repeated call harmless: the same key with the same call is answered as the first time and sends nothing.</summary>
/// <param name="Value">The client's key.</param>
/// <param name="Fingerprint">SHA-256 of the call in hex.</param>
public sealed record IdempotencyKey(string Value, string Fingerprint);
