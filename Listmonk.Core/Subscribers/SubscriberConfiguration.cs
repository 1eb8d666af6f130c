using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Subscribers;

internal sealed class SubscriberConfiguration :
    IEntityTypeConfiguration<Subscriber>, IEntityTypeConfiguration<Subscription>, IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Subscriber> builder)
    {
        builder.ToTable("subscribers");
        builder.HasIndex(subscriber => subscriber.Uuid).IsUnique();
        builder.HasIndex(subscriber => subscriber.Email).IsUnique();
        builder.HasIndex(subscriber => subscriber.Status);
        builder.HasIndex(subscriber => subscriber.Name);
        builder.HasIndex(subscriber => subscriber.CreatedAt);
        builder.HasIndex(subscriber => subscriber.UpdatedAt);
        builder.Property(subscriber => subscriber.Attributes).IsJson().HasColumnName("attribs");
    }

    public void Configure(EntityTypeBuilder<Subscription> builder)
    {
        builder.ToTable("subscriber_lists");
        builder.HasKey(subscription => new { subscription.SubscriberId, subscription.ListId });
        // Audience batches walk a list by status in the order of subscriber ids.
        builder.HasIndex(subscription => new { subscription.ListId, subscription.Status, subscription.SubscriberId });
        builder.Property(subscription => subscription.Meta).IsJson();
        builder.HasOne(subscription => subscription.Subscriber).WithMany(subscriber => subscriber.Subscriptions)
            .HasForeignKey(subscription => subscription.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(subscription => subscription.List).WithMany()
            .HasForeignKey(subscription => subscription.ListId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Consent> builder)
    {
        builder.ToTable("consents");
        builder.HasIndex(consent => new { consent.SubscriberId, consent.CreatedAt });
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(consent => consent.SubscriberId).OnDelete(DeleteBehavior.Cascade);
    }
}
