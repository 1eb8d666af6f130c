using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Webhooks;

internal sealed class WebhookConfiguration :
    IEntityTypeConfiguration<Webhook>, IEntityTypeConfiguration<WebhookMessage>, IEntityTypeConfiguration<WebhookCursor>, IEntityTypeConfiguration<MembershipChange>
{
    public void Configure(EntityTypeBuilder<Webhook> builder) => builder.ToTable("webhooks");

    public void Configure(EntityTypeBuilder<WebhookMessage> builder)
    {
        builder.ToTable("webhook_messages");
        builder.HasIndex(message => new { message.WebhookId, message.SourceKey }).IsUnique();
        builder.HasIndex(message => new { message.WebhookId, message.State, message.DueAt });
        builder.HasIndex(message => message.SubscriberId);
        builder.HasIndex(message => message.DoneAt);
        builder.HasOne<Webhook>().WithMany().HasForeignKey(message => message.WebhookId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(message => message.SubscriberId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<WebhookCursor> builder)
    {
        builder.ToTable("webhook_cursors");
        builder.HasKey(cursor => cursor.Source);
        builder.Property(cursor => cursor.Source).HasMaxLength(32);
    }

    public void Configure(EntityTypeBuilder<MembershipChange> builder) => builder.ToTable("membership_changes");
}
