using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Listmonk.Core.Media;

/// <summary>An uploaded file that campaigns can show or attach (spec/api.md 2.5).</summary>
public sealed class MediaFile
{
    public int Id { get; set; }

    public Guid Uuid { get; set; }

    public string Provider { get; set; } = "filesystem";

    public required string Filename { get; set; }

    public required string ContentType { get; set; }

    public string? Thumb { get; set; }

    /// <summary>A JSON object with width and height of images.</summary>
    public string Meta { get; set; } = "{}";

    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class MediaFileConfiguration : IEntityTypeConfiguration<MediaFile>
{
    public void Configure(EntityTypeBuilder<MediaFile> builder)
    {
        builder.ToTable("media");
        builder.HasIndex(media => media.Uuid).IsUnique();
        builder.HasIndex(media => media.Filename);
        builder.Property(media => media.Meta).IsJson();
    }
}
