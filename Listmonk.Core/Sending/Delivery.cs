using Listmonk.Core.Campaigns;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Sending;

/// <summary>Where one recipient of one campaign stands.</summary>
public enum DeliveryStatus
{
    /// <summary>Reserved for sending; not handed to a server yet, or handed without a recorded outcome.</summary>
    Claimed,
    Sent,
    Failed,

    /// <summary>Left out at the last moment: unsubscribed, blocked, or the template failed for the person.</summary>
    Skipped,
    Bounced,
}

/// <summary>
/// The ledger's row for one recipient of one campaign (architecture invariant 2). There is no foreign key to the subscriber: the
/// figures of a campaign stay exact when a person is erased.
/// </summary>
public sealed class Delivery
{
    public int CampaignId { get; set; }

    public int SubscriberId { get; set; }

    public DeliveryStatus Status { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset ClaimedAt { get; set; }

    /// <summary>When the last attempt ended.</summary>
    public DateTimeOffset? DoneAt { get; set; }

    public int? SmtpCode { get; set; }

    /// <summary>The server's reply, or our reason for leaving the person out.</summary>
    public string? Reply { get; set; }

    public string? Server { get; set; }
}

internal sealed class DeliveryConfiguration : IEntityTypeConfiguration<Delivery>
{
    public void Configure(EntityTypeBuilder<Delivery> builder)
    {
        builder.ToTable("deliveries");
        builder.HasKey(delivery => new { delivery.CampaignId, delivery.SubscriberId });
        builder.HasIndex(delivery => new { delivery.CampaignId, delivery.Status });
        builder.HasIndex(delivery => delivery.SubscriberId);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(delivery => delivery.CampaignId).OnDelete(DeleteBehavior.Cascade);
    }
}
