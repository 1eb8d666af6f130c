using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
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

    /// <summary>Recognises the same event when its source tells it again; null for sources without one.</summary>
    public string? SourceKey { get; set; }

    /// <summary>What the source said, as JSON.</summary>
    public string Meta { get; set; } = "{}";

    /// <summary>The enhanced status code (RFC 3463).</summary>
    public string? Status { get; set; }

    /// <summary>A word of the catalogue of reasons; see <see cref="Parsing.BounceReasons"/>.</summary>
    public string? Reason { get; set; }

    /// <summary>The line that decided.</summary>
    public string? Line { get; set; }

    /// <summary>What in the line decided.</summary>
    public string? DecidedBy { get; set; }

    public BounceMatchedBy MatchedBy { get; set; } = BounceMatchedBy.Caller;

    /// <summary>The recipient's domain, for the figures of each receiver; also when the person is gone.</summary>
    public string? Domain { get; set; }

    /// <summary>The report as it came, cut; only pages that show one bounce read it.</summary>
    public string? Content { get; set; }

    /// <summary>Whether it was weighed against the person; false only between two transactions.</summary>
    public bool IsJudged { get; set; }

    /// <summary>What was done to the person because of it.</summary>
    public BounceAction Action { get; set; }

    /// <summary>What the person was before, as JSON, while the action can be taken back.</summary>
    public string? Undo { get; set; }

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
        builder.HasIndex(bounce => new { bounce.Domain, bounce.CreatedAt });
        builder.HasIndex(bounce => bounce.SourceKey).IsUnique();
        builder.HasIndex(bounce => bounce.IsJudged);
        builder.Property(bounce => bounce.Meta).IsJson();
        // Rows of before these columns count as weighed: nobody is to lose a subscription by an upgrade.
        builder.Property(bounce => bounce.IsJudged).HasDefaultValue(true).HasSentinel(true);
        builder.Property(bounce => bounce.MatchedBy).HasDefaultValue(BounceMatchedBy.Caller).HasSentinel(BounceMatchedBy.Caller);
        builder.Property(bounce => bounce.Action).HasDefaultValue(BounceAction.None);
        builder.HasOne<Subscriber>().WithMany().HasForeignKey(bounce => bounce.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(bounce => bounce.CampaignId).OnDelete(DeleteBehavior.SetNull);
    }
}
