using System.Text.Json.Nodes;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Listmonk.Core.Media;

/// <summary>Takes files into the media library and removes them.</summary>
public sealed partial class MediaService(
    IDbContextFactory<ListmonkDbContext> databases, MediaStores stores, SettingsStore settings, TimeProvider clock, ILogger<MediaService> logger)
{
    /// <summary>The kinds of files that may be uploaded now.</summary>
    public IReadOnlyList<string> AllowedExtensions => settings.Current.Media.Extensions;

    public async Task<Outcome<MediaItem>> UploadAsync(string fileName, Stream content, CancellationToken cancellationToken)
    {
        var name = MediaRules.CleanName(fileName);
        var extension = MediaRules.Extension(name);
        var allowed = AllowedExtensions;
        if (!MediaRules.AllowsExtension(extension, allowed))
        {
            return Outcome<MediaItem>.Invalid("file", $"Unsupported file type ({extension}). Allowed are: {string.Join(", ", allowed)}.");
        }

        if (await ReadAsync(content, cancellationToken) is not { } bytes)
        {
            return Outcome<MediaItem>.Invalid("file", $"The file is larger than {MediaRules.MaxSize / 1024 / 1024} MB.");
        }

        if (!MediaRules.MatchesExtension(extension, bytes.Span))
        {
            return Outcome<MediaItem>.Invalid("file", $"The content is not that of a {extension} file.");
        }

        Thumbnail? thumbnail = null;
        if (MediaRules.IsThumbnailed(extension))
        {
            thumbnail = await Task.Run(() => Thumbnails.Create(bytes), cancellationToken);
            if (thumbnail is null)
            {
                return Outcome<MediaItem>.Invalid("file", "The picture is damaged, or has too many pixels to be shown.");
            }
        }

        try
        {
            return await StoreAsync(stores.Current, name, bytes, thumbnail, cancellationToken);
        }
        catch (IOException exception)
        {
            LogNotStored(exception);
            return Outcome<MediaItem>.Conflict($"The file could not be stored. {exception.Message}");
        }
    }

    /// <summary>Removes the entry and its files; mails that show the file lose it.</summary>
    public async Task<Outcome> DeleteAsync(int id, CancellationToken cancellationToken)
    {
        var deleted = await databases.WriteAsync<Outcome<MediaFile>>(
            async db =>
            {
                if (await db.Media.FirstOrDefaultAsync(file => file.Id == id, cancellationToken) is not { } file)
                {
                    return Outcome<MediaFile>.NotFound("Media not found.");
                }

                db.Media.Remove(file);
                return file;
            },
            cancellationToken);
        if (!deleted.IsOk)
        {
            return deleted;
        }

        await RemoveFilesAsync(deleted.Value, cancellationToken);
        return Outcome.Ok;
    }

    private async Task<MediaItem> StoreAsync(
        IMediaStore store, string name, ReadOnlyMemory<byte> bytes, Thumbnail? thumbnail, CancellationToken cancellationToken)
    {
        var stored = await AddUnderFreeNameAsync(store, name, bytes, cancellationToken);
        var file = new MediaFile
        {
            Uuid = Guid.NewGuid(),
            Provider = store.Provider,
            Filename = stored,
            ContentType = MediaRules.ContentType(stored),
            Thumb = MediaRules.Extension(stored) == "svg" ? stored : null,
            CreatedAt = clock.GetUtcNow(),
        };
        try
        {
            if (thumbnail is not null)
            {
                file.Thumb = await AddUnderFreeNameAsync(store, MediaRules.ThumbPrefix + Path.ChangeExtension(stored, ".png"), thumbnail.Png, cancellationToken);
                file.Meta = new JsonObject { ["width"] = thumbnail.OriginalWidth, ["height"] = thumbnail.OriginalHeight }.ToJsonString();
            }

            await databases.WriteAsync(
                db =>
                {
                    db.Media.Add(file);
                    return Task.CompletedTask;
                },
                cancellationToken);
        }
        catch
        {
            await RemoveFilesAsync(file, CancellationToken.None);
            throw;
        }

        return MediaItem.From(file, store, settings.Current.RootUrl);
    }

    /// <summary>The store decides whether a name is free, so two uploads of one name at once cannot meet.</summary>
    private static async Task<string> AddUnderFreeNameAsync(IMediaStore store, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var free = name;
        while (!await store.AddAsync(free, bytes, cancellationToken))
        {
            free = MediaRules.WithSuffix(name);
        }

        return free;
    }

    private async Task RemoveFilesAsync(MediaFile file, CancellationToken cancellationToken)
    {
        var store = stores.Of(file.Provider);
        try
        {
            await store.DeleteAsync(file.Filename, cancellationToken);
            if (!string.IsNullOrEmpty(file.Thumb))
            {
                await store.DeleteAsync(file.Thumb, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogLeftBehind(exception, file.Id);
        }
    }

    /// <summary>Null beyond the size limit.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (memory.Length + read > MediaRules.MaxSize)
            {
                return null;
            }

            memory.Write(buffer, 0, read);
        }

        return memory.GetBuffer().AsMemory(0, (int)memory.Length);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An uploaded file could not be stored")]
    private partial void LogNotStored(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files of media {MediaId} could not be removed")]
    private partial void LogLeftBehind(Exception exception, int mediaId);
}
