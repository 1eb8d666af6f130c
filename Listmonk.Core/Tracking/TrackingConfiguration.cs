using Listmonk.Core.Campaigns;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking.Edits;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Tracking;

internal sealed class TrackingConfiguration :
    IEntityTypeConfiguration<TrackedLink>, IEntityTypeConfiguration<CampaignLink>, IEntityTypeConfiguration<TrackingHit>,
    IEntityTypeConfiguration<CampaignHour>, IEntityTypeConfiguration<LinkStat>, IEntityTypeConfiguration<CampaignReader>,
    IEntityTypeConfiguration<TrackingKey>, IEntityTypeConfiguration<HitAgent>, IEntityTypeConfiguration<LinkEdit>
{
    public void Configure(EntityTypeBuilder<TrackedLink> builder)
    {
        builder.ToTable("links");
        builder.HasIndex(link => link.Uuid).IsUnique();
        builder.HasIndex(link => link.UrlHash).IsUnique();
    }

    public void Configure(EntityTypeBuilder<CampaignLink> builder)
    {
        builder.ToTable("campaign_links");
        builder.HasKey(link => new { link.CampaignId, link.Position });
        builder.HasOne(link => link.Link).WithMany().HasForeignKey(link => link.LinkId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(link => link.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<LinkEdit> builder)
    {
        builder.ToTable("link_edits");
        builder.HasIndex(edit => edit.CampaignId);
        builder.HasOne<TrackedLink>().WithMany().HasForeignKey(edit => edit.LinkId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrackedLink>().WithMany().HasForeignKey(edit => edit.DestinationId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(edit => edit.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<TrackingHit> builder)
    {
        builder.ToTable("tracking_hits");
        // Link and person stand in it so that "who followed this link" reads the hits of that link alone.
        builder.HasIndex(hit => new { hit.CampaignId, hit.Kind, hit.At, hit.LinkId, hit.SubscriberId });
        builder.HasIndex(hit => hit.SubscriberId);
        builder.HasIndex(hit => hit.At);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(hit => hit.CampaignId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(hit => hit.SubscriberId).OnDelete(DeleteBehavior.SetNull);
    }

    public void Configure(EntityTypeBuilder<HitAgent> builder)
    {
        builder.ToTable("hit_agents");
        builder.HasIndex(agent => agent.Agent).IsUnique();
    }

    public void Configure(EntityTypeBuilder<CampaignHour> builder)
    {
        builder.ToTable("campaign_hourly");
        builder.HasKey(hour => new { hour.CampaignId, hour.Hour });
        builder.HasIndex(hour => hour.Hour);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(hour => hour.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<LinkStat> builder)
    {
        builder.ToTable("link_stats");
        builder.HasKey(stat => new { stat.CampaignId, stat.LinkId, stat.Position });
        builder.HasOne<Campaign>().WithMany().HasForeignKey(stat => stat.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<CampaignReader> builder)
    {
        builder.ToTable("campaign_readers");
        builder.HasKey(reader => new { reader.CampaignId, reader.SubscriberId });
        builder.HasIndex(reader => reader.SubscriberId);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(reader => reader.CampaignId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(reader => reader.SubscriberId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<TrackingKey> builder) => builder.ToTable("tracking_keys");
}
