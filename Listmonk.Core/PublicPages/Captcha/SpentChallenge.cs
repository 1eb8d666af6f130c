using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.PublicPages.Captcha;

/// <summary>A challenge that has been answered, kept until it would have expired by itself.</summary>
public sealed class SpentChallenge
{
    /// <summary>64 hex digits.</summary>
    public required string Challenge { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class SpentChallengeConfiguration : IEntityTypeConfiguration<SpentChallenge>
{
    public void Configure(EntityTypeBuilder<SpentChallenge> builder)
    {
        builder.ToTable("spent_challenges");
        builder.HasKey(row => row.Challenge);
        builder.Property(row => row.Challenge).HasMaxLength(64);
        builder.HasIndex(row => row.ExpiresAt);
    }
}
