using Listmonk.Core.Data;
using Listmonk.Core.Media;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Messengers.Mime;

/// <summary>Takes pictures of the media library that are marked with <c>data-embed</c> into a mail (spec/campaigns.md 6).</summary>
public sealed class ImageEmbedder(IDbContextFactory<ListmonkDbContext> databases, IMediaContent? media = null)
{
    /// <summary>Without such pictures this looks for one word in each source, no more.</summary>
    internal async Task<EmbeddedSources> EmbedAsync(IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        var names = sources.SelectMany(EmbeddedImages.Find).Select(image => image.FileName).Distinct(StringComparer.Ordinal).ToList();
        if (media is null || names.Count == 0)
        {
            return new EmbeddedSources(sources, [], []);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var files = await db.Media.AsNoTracking().Where(file => names.Contains(file.Filename)).OrderByDescending(file => file.Id).ToListAsync(cancellationToken);
        var images = new List<Attachment>();
        var contentIds = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (files.Find(file => file.Filename == name) is { } file && await media.ReadAsync(file, cancellationToken) is { } content)
            {
                // By the file's own id: two files of one name in two stores stay two pictures.
                var contentId = $"{file.Uuid:N}@embedded";
                contentIds.Add(name, contentId);
                images.Add(new Attachment(file.Filename, file.ContentType, content, contentId));
            }
        }

        return new EmbeddedSources([.. sources.Select(source => EmbeddedImages.Replace(source, contentIds))], images, [.. names.Where(name => !contentIds.ContainsKey(name))]);
    }
}

/// <summary>The sources with embedded pictures in their places.</summary>
/// <param name="Missing">Names of pictures that are not in the media library; they stay as they were written.</param>
internal sealed record EmbeddedSources(IReadOnlyList<string> Sources, IReadOnlyList<Attachment> Images, IReadOnlyList<string> Missing);
