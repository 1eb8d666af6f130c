using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Media;

/// <summary>Reads the media library.</summary>
public sealed class MediaQueries(IDbContextFactory<ListmonkDbContext> databases, MediaStores stores, SettingsStore settings)
{
    /// <summary>Files whose name contains the text, newest first.</summary>
    public Task<PagedList<MediaItem>> PageAsync(string search, PageRequest page, CancellationToken cancellationToken) =>
        PageAsync(search, picturesOnly: false, page, cancellationToken);

    /// <summary>As <see cref="PageAsync(string, PageRequest, CancellationToken)"/>; only what a mail can show in place.</summary>
    public Task<PagedList<MediaItem>> PicturesAsync(string search, PageRequest page, CancellationToken cancellationToken) =>
        PageAsync(search, picturesOnly: true, page, cancellationToken);

    public async Task<Outcome<MediaItem>> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Media.AsNoTracking().FirstOrDefaultAsync(file => file.Id == id, cancellationToken) is { } file
            ? Item(file)
            : Outcome<MediaItem>.NotFound("Media not found.");
    }

    private async Task<PagedList<MediaItem>> PageAsync(string search, bool picturesOnly, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var files = db.Media.AsNoTracking();
        if (picturesOnly)
        {
            files = files.Where(file => file.ContentType.StartsWith("image/"));
        }

        if (search.Length > 0)
        {
            var lower = search.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower(); no culture takes part.
            files = files.Where(file => file.Filename.ToLower().Contains(lower) || file.Filename.Contains(search));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var total = await files.CountAsync(cancellationToken);
        var rows = await files.OrderByDescending(file => file.CreatedAt).ThenByDescending(file => file.Id)
            .Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        return new PagedList<MediaItem>([.. rows.Select(Item)], total, page);
    }

    private MediaItem Item(MediaFile file) => MediaItem.From(file, stores.Of(file.Provider), settings.Current.RootUrl);
}
