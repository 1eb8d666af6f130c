using System.Text.Json;
using Listmonk.Core.Media;

namespace Listmonk.Web.Media;

/// <summary>An uploaded file as the API shows it (spec/api.md 2.5); the old names of the addresses are kept for clients that read them.</summary>
internal sealed record MediaResponse
{
    public required int Id { get; init; }

    public required Guid Uuid { get; init; }

    public required string Filename { get; init; }

    public required string ContentType { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string? ThumbUrl { get; init; }

    public required string Provider { get; init; }

    public required JsonElement Meta { get; init; }

    public required string Url { get; init; }

    public string Uri => Url;

    public string? ThumbUri => ThumbUrl;

    public static MediaResponse Of(MediaItem media) => new()
    {
        Id = media.Id,
        Uuid = media.Uuid,
        Filename = media.Filename,
        ContentType = media.ContentType,
        CreatedAt = media.CreatedAt,
        ThumbUrl = media.ThumbUrl,
        Provider = media.Provider,
        Meta = JsonElement.Parse(media.MetaJson),
        Url = media.Url,
    };
}
