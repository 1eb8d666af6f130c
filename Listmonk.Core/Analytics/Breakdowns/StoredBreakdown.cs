using Listmonk.Core.Campaigns;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Analytics.Breakdowns;

/// <summary>The last count of a campaign's breakdown, kept so that a report is one row to read however many hits there are.</summary>
public sealed class StoredBreakdown
{
    public int CampaignId { get; set; }

    /// <summary>The campaign's counters when it was counted; another text, or an empty one, asks for a new count.</summary>
    public string Fingerprint { get; set; } = "";

    public DateTimeOffset CountedAt { get; set; }

    /// <summary>How long counting took; the next count waits many times as long.</summary>
    public int TookMilliseconds { get; set; }

    /// <summary>A <see cref="CampaignBreakdown"/> as JSON.</summary>
    public string Content { get; set; } = "{}";
}

internal sealed class StoredBreakdownConfiguration : IEntityTypeConfiguration<StoredBreakdown>
{
    public void Configure(EntityTypeBuilder<StoredBreakdown> builder)
    {
        builder.ToTable("campaign_breakdowns");
        builder.HasKey(row => row.CampaignId);
        builder.Property(row => row.CampaignId).ValueGeneratedNever();
        builder.HasOne<Campaign>().WithMany().HasForeignKey(row => row.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }
}
