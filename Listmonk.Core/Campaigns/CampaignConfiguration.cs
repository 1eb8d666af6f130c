using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Media;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Campaigns;

internal sealed class CampaignConfiguration :
    IEntityTypeConfiguration<Campaign>, IEntityTypeConfiguration<CampaignList>, IEntityTypeConfiguration<CampaignMedia>,
    IEntityTypeConfiguration<CampaignUnsubscribe>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.ToTable("campaigns");
        builder.HasIndex(campaign => campaign.Uuid).IsUnique();
        builder.HasIndex(campaign => new { campaign.Status, campaign.SendAt });
        builder.HasIndex(campaign => campaign.CreatedAt);
        builder.HasIndex(campaign => campaign.ArchiveSlug).IsUnique();
        builder.Property(campaign => campaign.Attributes).IsJson().HasColumnName("attribs");
        builder.Property(campaign => campaign.Headers).IsJson();
        builder.Property(campaign => campaign.ArchiveMeta).IsJson();
        builder.Property(campaign => campaign.Revision).IsConcurrencyToken();
        builder.Property(campaign => campaign.AltBody).HasColumnName("altbody");
        builder.HasOne<Template>().WithMany().HasForeignKey(campaign => campaign.TemplateId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<Template>().WithMany().HasForeignKey(campaign => campaign.ArchiveTemplateId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany(campaign => campaign.Lists).WithOne().HasForeignKey(list => list.CampaignId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(campaign => campaign.Media).WithOne().HasForeignKey(media => media.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<CampaignList> builder)
    {
        builder.ToTable("campaign_lists");
        builder.HasIndex(list => new { list.CampaignId, list.ListId }).IsUnique();
        builder.HasIndex(list => list.ListId);
        builder.HasOne<MailingList>().WithMany().HasForeignKey(list => list.ListId).OnDelete(DeleteBehavior.SetNull);
    }

    public void Configure(EntityTypeBuilder<CampaignUnsubscribe> builder)
    {
        builder.ToTable("campaign_unsubscribes");
        builder.Property(row => row.Comment).HasMaxLength(CampaignUnsubscribe.MaxCommentLength);
        builder.HasIndex(row => new { row.CampaignId, row.SubscriberId });
        builder.HasIndex(row => row.SubscriberId);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(row => row.CampaignId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(row => row.SubscriberId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<CampaignMedia> builder)
    {
        builder.ToTable("campaign_media");
        builder.HasIndex(media => new { media.CampaignId, media.MediaId }).IsUnique();
        builder.HasOne<MediaFile>().WithMany().HasForeignKey(media => media.MediaId).OnDelete(DeleteBehavior.SetNull);
    }
}
