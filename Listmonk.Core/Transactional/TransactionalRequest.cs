namespace Listmonk.Core.Transactional;

/// <summary>One accepted call of the transactional API: what its messages have in common, and how to answer when it is repeated.</summary>
public sealed class TransactionalRequest
{
    public int Id { get; set; }

    /// <summary>Whose call it was; null once the account was deleted.</summary>
    public int? UserId { get; set; }

    /// <summary>Null once the template was deleted.</summary>
    public int? TemplateId { get; set; }

    /// <summary>The caller's Idempotency-Key, unique for each account.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>SHA-256 of the call in hex; a repeat with the same key must have the same.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>The refusal that was answered although messages were queued; null when all were.</summary>
    public string? Refusal { get; set; }

    /// <summary>The end of every message: its files, encoded, and the closing boundaries. Null without files.</summary>
    public byte[]? Files { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public List<TransactionalMessage> Messages { get; set; } = [];
}
