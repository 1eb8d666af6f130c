namespace Listmonk.Core.Audit;

/// <summary>
/// Whom the audit log names. The host sets it for each request and each act on a page; background work has none, and what it changes is
/// not logged. It serves the log alone: rights are judged by the actor that is passed to a service.
/// </summary>
public sealed record AuditAuthor(int? UserId, string Name)
{
    private static readonly AsyncLocal<AuditAuthor?> Ambient = new();

    public static AuditAuthor? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }
}
