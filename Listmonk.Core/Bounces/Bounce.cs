using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Bounces;

public enum BounceType
{
    Soft,
    Hard,
    Complaint,

    /// <summary>Our fault (reputation, authentication, content, rate); never counts against the person.</summary>
    Policy,
}

/// <summary>A refusal or complaint about one mail to one person (spec/bounces.md).</summary>
public sealed class Bounce
{
    public int Id { get; set; }

    public int SubscriberId { get; set; }

    public int? CampaignId { get; set; }

    public BounceType Type { get; set; }

    /// <summary>Where it came from, such as <c>smtp</c>, <c>api</c> or a provider's name.</summary>
    public required string Source { get; set; }

    /// <summary>What the source said, as JSON.</summary>
    public string Meta { get; set; } = "{}";

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class BounceConfiguration : IEntityTypeConfiguration<Bounce>
{
    public void Configure(EntityTypeBuilder<Bounce> builder)
    {
        builder.ToTable("bounces");
        builder.HasIndex(bounce => new { bounce.SubscriberId, bounce.CreatedAt });
        builder.HasIndex(bounce => new { bounce.CampaignId, bounce.CreatedAt });
        builder.HasIndex(bounce => bounce.CreatedAt);
        builder.Property(bounce => bounce.Meta).IsJson();
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(bounce => bounce.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(bounce => bounce.CampaignId).OnDelete(DeleteBehavior.SetNull);
    }
}
