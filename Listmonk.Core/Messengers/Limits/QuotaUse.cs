using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Messengers.Limits;

/// <summary>How many messages a slice of time took of a limit over a longer period, so that the limit outlasts a restart.</summary>
public sealed class QuotaUse
{
    /// <summary>Whose limit: all campaigns', or one SMTP server's.</summary>
    public string Scope { get; set; } = "";

    /// <summary>When the slice begins, in UTC ticks. 0 is the row by which writers of a scope take turns.</summary>
    public long Slice { get; set; }

    public int Used { get; set; }
}

internal sealed class QuotaUseConfiguration : IEntityTypeConfiguration<QuotaUse>
{
    public void Configure(EntityTypeBuilder<QuotaUse> builder)
    {
        builder.ToTable("quota_uses");
        builder.HasKey(use => new { use.Scope, use.Slice });
        builder.Property(use => use.Scope).HasMaxLength(100);
    }
}
