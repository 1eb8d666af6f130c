using System.Text.Json;
using Listmonk.Core.Media;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Media;

/// <summary>An uploaded file as the API shows it (spec/api.md 2.5); the old names of the addresses are kept for clients that read them.</summary>
[Example("""
    {
        "id": 1, "uuid": "ce13e971-c2ed-4069-bd0c-240e9a9f56f9", "filename": "logo.png", "content_type": "image/png", "created_at": "2026-03-01T09:30:00Z",
        "thumb_url": "https://news.example.com/uploads/thumb_logo.png", "provider": "filesystem", "meta": {"width": 600, "height": 200},
        "url": "https://news.example.com/uploads/logo.png", "uri": "https://news.example.com/uploads/logo.png", "thumb_uri": "https://news.example.com/uploads/thumb_logo.png"
    }
    """)]
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
