using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Subscribers.Duplicates;

internal sealed class MergedSubscriberConfiguration : IEntityTypeConfiguration<MergedSubscriber>
{
    public void Configure(EntityTypeBuilder<MergedSubscriber> builder)
    {
        builder.ToTable("merged_subscribers");
        builder.Property(merged => merged.Id).ValueGeneratedNever();
        builder.HasIndex(merged => merged.Uuid).IsUnique();
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(merged => merged.SubscriberId).OnDelete(DeleteBehavior.Cascade);
    }
}
