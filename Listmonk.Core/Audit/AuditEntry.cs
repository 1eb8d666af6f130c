using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Audit;

/// <summary>Who changed what and when; values of secrets never appear.</summary>
public sealed class AuditEntry
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public int? UserId { get; set; }

    public required string UserName { get; set; }

    /// <summary>Entity and verb, such as <c>campaign.update</c>.</summary>
    public required string Action { get; set; }

    public string? Entity { get; set; }

    public int? EntityId { get; set; }

    /// <summary>JSON object of the changed fields as they were; null when there was nothing before.</summary>
    public string? Before { get; set; }

    /// <summary>JSON object of the changed fields as they are; null after a deletion.</summary>
    public string? After { get; set; }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_log");
        builder.HasIndex(entry => entry.At);
        builder.HasIndex(entry => new { entry.Entity, entry.EntityId });
    }
}
