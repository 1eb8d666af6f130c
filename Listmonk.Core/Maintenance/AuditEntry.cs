using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Maintenance;

/// <summary>Who changed what and when; values of secrets never appear.</summary>
public sealed class AuditEntry
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public int? UserId { get; set; }

    public required string UserName { get; set; }

    /// <summary>Verb, such as <c>campaign.start</c>.</summary>
    public required string Action { get; set; }

    public string? Entity { get; set; }

    public int? EntityId { get; set; }

    public string? Before { get; set; }

    public string? After { get; set; }
}

/// <summary>A key of the data-protection ring: kept in the database so that all nodes and restarts share it.</summary>
public sealed class DataProtectionKey
{
    public int Id { get; set; }

    public string? FriendlyName { get; set; }

    public required string Xml { get; set; }
}

internal sealed class MaintenanceConfiguration : IEntityTypeConfiguration<AuditEntry>, IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_log");
        builder.HasIndex(entry => entry.At);
    }

    public void Configure(EntityTypeBuilder<DataProtectionKey> builder) => builder.ToTable("data_protection_keys");
}
