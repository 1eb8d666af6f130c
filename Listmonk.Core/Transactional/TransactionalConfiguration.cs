using Listmonk.Core.Subscribers;
using Listmonk.Core.Templates;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Transactional;

internal sealed class TransactionalConfiguration :
    IEntityTypeConfiguration<TransactionalRequest>, IEntityTypeConfiguration<TransactionalMessage>, IEntityTypeConfiguration<TransactionalContent>
{
    public void Configure(EntityTypeBuilder<TransactionalRequest> builder)
    {
        builder.ToTable("transactional_requests");
        builder.HasIndex(request => new { request.UserId, request.IdempotencyKey }).IsUnique();
        builder.HasIndex(request => request.CreatedAt);
        builder.Property(request => request.IdempotencyKey).HasMaxLength(TransactionalRules.MaxKeyLength);
        builder.HasOne<User>().WithMany().HasForeignKey(request => request.UserId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<Template>().WithMany().HasForeignKey(request => request.TemplateId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany(request => request.Messages).WithOne().HasForeignKey(message => message.RequestId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<TransactionalMessage> builder)
    {
        builder.ToTable("transactional_messages");
        builder.HasIndex(message => new { message.State, message.DueAt });
        builder.HasIndex(message => message.Recipient);
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(message => message.SubscriberId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(message => message.Content).WithOne().HasForeignKey<TransactionalContent>(content => content.MessageId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<TransactionalContent> builder)
    {
        builder.ToTable("transactional_contents");
        builder.HasKey(content => content.MessageId);
    }
}
