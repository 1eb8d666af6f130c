using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Bounces.Mailboxes;

/// <summary>A mail of a bounce mailbox that was read; forgotten once the mailbox no longer has it.</summary>
public sealed class SeenMail
{
    /// <summary>The uuid of the mailbox in the settings.</summary>
    public required string Mailbox { get; set; }

    /// <summary>What the server calls the mail, for good: the UIDL of POP3, validity and UID of IMAP.</summary>
    public required string Uid { get; set; }

    /// <summary>A report about people we know, which may be cleared away.</summary>
    public bool IsHandled { get; set; }

    public DateTimeOffset SeenAt { get; set; }
}

internal sealed class SeenMailConfiguration : IEntityTypeConfiguration<SeenMail>
{
    public void Configure(EntityTypeBuilder<SeenMail> builder)
    {
        builder.ToTable("bounce_mails_seen");
        builder.HasKey(mail => new { mail.Mailbox, mail.Uid });
        builder.Property(mail => mail.Mailbox).HasMaxLength(100);
        builder.Property(mail => mail.Uid).HasMaxLength(200);
    }
}
