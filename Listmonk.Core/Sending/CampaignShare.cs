using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Sending;

/// <summary>
/// One process's part in sending a campaign (decision 0033). Whoever holds one takes batches of the audience. When its process is gone
/// it ends, and its batches are free for the others.
/// </summary>
public sealed class CampaignShare : ILeased
{
    public int Id { get; set; }

    public int CampaignId { get; set; }

    public Campaign? Campaign { get; set; }

    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>The run that it belongs to; void when <see cref="Campaign.LeaseEpoch"/> has moved on.</summary>
    public int LeaseEpoch { get; set; }

    /// <summary>Errors on our side in this run; those of all shares together are held against the limit.</summary>
    public int Errors { get; set; }
}

/// <summary>
/// A range of the audience, above <see cref="AfterId"/> up to <see cref="LastId"/>: whoever is claimed in it is delivered by the share that
/// holds it. The ranges of a campaign never overlap.
/// </summary>
public sealed class CampaignBatch
{
    public int Id { get; set; }

    public int CampaignId { get; set; }

    /// <summary>Null when any share may take it.</summary>
    public int? ShareId { get; set; }

    public int AfterId { get; set; }

    public int LastId { get; set; }
}

internal sealed class CampaignShareConfiguration : IEntityTypeConfiguration<CampaignShare>, IEntityTypeConfiguration<CampaignBatch>
{
    public void Configure(EntityTypeBuilder<CampaignShare> builder)
    {
        builder.ToTable("campaign_shares");
        builder.HasOne(share => share.Campaign).WithMany().HasForeignKey(share => share.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<CampaignBatch> builder)
    {
        builder.ToTable("campaign_batches");
        builder.HasIndex(batch => new { batch.CampaignId, batch.LastId });
        builder.HasOne<Campaign>().WithMany().HasForeignKey(batch => batch.CampaignId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<CampaignShare>().WithMany().HasForeignKey(batch => batch.ShareId).OnDelete(DeleteBehavior.SetNull);
    }
}
