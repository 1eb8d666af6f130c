using Listmonk.Core.Campaigns;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Bounces.Receivers;

/// <summary>How many mails of a campaign went to one receiver; counted from the ledger when asked for and the campaign has moved on.</summary>
public sealed class CampaignReceiver
{
    public int CampaignId { get; set; }

    /// <summary>A name of <see cref="Receivers.Receiver"/>; empty for all small ones together.</summary>
    public required string Receiver { get; set; }

    public int Sent { get; set; }

    /// <summary>The campaign's own count of sent mails when this was counted.</summary>
    public int Of { get; set; }
}

internal sealed class CampaignReceiverConfiguration : IEntityTypeConfiguration<CampaignReceiver>
{
    public void Configure(EntityTypeBuilder<CampaignReceiver> builder)
    {
        builder.ToTable("campaign_receivers");
        builder.HasKey(row => new { row.CampaignId, row.Receiver });
        builder.Property(row => row.Receiver).HasMaxLength(255);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(row => row.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }
}
