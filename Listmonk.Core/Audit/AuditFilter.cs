namespace Listmonk.Core.Audit;

/// <summary>Which lines of the audit log are wanted; what is empty does not narrow.</summary>
public sealed record AuditFilter
{
    /// <summary>Part of the user's name or of the action.</summary>
    public string Query { get; init; } = "";

    /// <summary>Such as <c>campaign</c>.</summary>
    public string Entity { get; init; } = "";

    public int? EntityId { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }
}
