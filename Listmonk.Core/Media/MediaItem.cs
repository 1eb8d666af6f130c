namespace Listmonk.Core.Media;

/// <summary>An uploaded file as pages and the API show it.</summary>
public sealed record MediaItem
{
    public required int Id { get; init; }

    public required Guid Uuid { get; init; }

    public required string Filename { get; init; }

    public required string ContentType { get; init; }

    public required string Provider { get; init; }

    /// <summary>A JSON object, with <c>width</c> and <c>height</c> of pictures.</summary>
    public required string MetaJson { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Absolute, as it stands in mails.</summary>
    public required string Url { get; init; }

    public string? ThumbUrl { get; init; }

    /// <summary>Below the base path, for the admin pages: they work under any host name.</summary>
    public required string Path { get; init; }

    public string? ThumbPath { get; init; }

    internal static MediaItem From(MediaFile file, IMediaStore store, string rootUrl) => new()
    {
        Id = file.Id,
        Uuid = file.Uuid,
        Filename = file.Filename,
        ContentType = file.ContentType,
        Provider = file.Provider,
        MetaJson = file.Meta,
        CreatedAt = file.CreatedAt,
        Url = store.PublicUrl(file.Filename) ?? $"{rootUrl}/{PathOf(file.Filename)}",
        ThumbUrl = string.IsNullOrEmpty(file.Thumb) ? null : store.PublicUrl(file.Thumb) ?? $"{rootUrl}/{PathOf(file.Thumb)}",
        Path = PathOf(file.Filename),
        ThumbPath = string.IsNullOrEmpty(file.Thumb) ? null : PathOf(file.Thumb),
    };

    private static string PathOf(string name) => $"{FileSystemMediaStore.FolderName}/{Uri.EscapeDataString(name)}";
}
