using System.Security.Cryptography;
using System.Text;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Tracking;

/// <summary>
/// The destinations of tracked links: one row per distinct URL, found again by its hash, and where each stands in a campaign. What a
/// redirect needs is answered from memory; the database is asked only for links not seen since the start.
/// </summary>
public sealed class LinkStore(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    private const int CacheSize = 50_000;
    private readonly BoundedCache<int, LinkDestination> _byId = new(CacheSize);
    private readonly BoundedCache<Guid, LinkDestination> _byUuid = new(CacheSize);

    /// <summary>
    /// Finds or creates the links of a campaign and stores where they stand, in one write. The URLs come in document order, the first
    /// has position 1, and one may occur several times.
    /// </summary>
    /// <returns>The link ids in the same order.</returns>
    public async Task<IReadOnlyList<int>> RegisterAsync(int campaignId, IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        var ids = await databases.WriteAsync(
            async db =>
            {
                var links = await GetOrCreateAsync(db, urls, cancellationToken);
                var places = await db.CampaignLinks.Where(place => place.CampaignId == campaignId).ToDictionaryAsync(place => place.Position, cancellationToken);
                for (var i = 0; i < urls.Count; i++)
                {
                    if (places.Remove(i + 1, out var place))
                    {
                        place.LinkId = links[i].Id;
                    }
                    else
                    {
                        db.CampaignLinks.Add(new CampaignLink { CampaignId = campaignId, Position = i + 1, LinkId = links[i].Id });
                    }
                }

                db.CampaignLinks.RemoveRange(places.Values);
                return links;
            },
            cancellationToken);
        return [.. ids.Select(Remember).Select(link => link.Id)];
    }

    /// <summary>Finds or creates links that belong to no place of a campaign, such as addresses computed per person.</summary>
    public async Task<IReadOnlyList<int>> RegisterAsync(IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        var links = await databases.WriteAsync(db => GetOrCreateAsync(db, urls, cancellationToken), cancellationToken);
        return [.. links.Select(Remember).Select(link => link.Id)];
    }

    public bool TryGet(int id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LinkDestination? link) => _byId.TryGet(id, out link);

    public bool TryGet(Guid uuid, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LinkDestination? link) => _byUuid.TryGet(uuid, out link);

    /// <summary>Null when there is no such link.</summary>
    public async Task<LinkDestination?> FindAsync(int id, CancellationToken cancellationToken) =>
        TryGet(id, out var known) ? known : await LoadAsync(links => links.Where(link => link.Id == id), cancellationToken);

    /// <inheritdoc cref="FindAsync(int, CancellationToken)"/>
    public async Task<LinkDestination?> FindAsync(Guid uuid, CancellationToken cancellationToken) =>
        TryGet(uuid, out var known) ? known : await LoadAsync(links => links.Where(link => link.Uuid == uuid), cancellationToken);

    /// <summary>Reads the newest links at start, so that recent mails keep their targets even while the database is away.</summary>
    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await foreach (var link in db.Links.AsNoTracking().OrderByDescending(link => link.Id).Take(CacheSize / 5).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Remember(link);
        }
    }

    private async Task<LinkDestination?> LoadAsync(Func<IQueryable<TrackedLink>, IQueryable<TrackedLink>> filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await filter(db.Links.AsNoTracking()).FirstOrDefaultAsync(cancellationToken) is { } link ? Remember(link) : null;
    }

    private async Task<List<TrackedLink>> GetOrCreateAsync(ListmonkDbContext db, IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        var hashes = urls.Select(Hash).ToList();
        var distinct = hashes.Distinct(StringComparer.Ordinal).ToList();
        var known = await db.Links.Where(link => distinct.Contains(link.UrlHash)).ToDictionaryAsync(link => link.UrlHash, StringComparer.Ordinal, cancellationToken);
        for (var i = 0; i < urls.Count; i++)
        {
            if (!known.ContainsKey(hashes[i]))
            {
                var link = new TrackedLink
                {
                    Uuid = Guid.NewGuid(),
                    Url = urls[i],
                    UrlHash = hashes[i],
                    HasExpressions = urls[i].Contains("{{", StringComparison.Ordinal),
                    CreatedAt = clock.GetUtcNow(),
                };
                known.Add(hashes[i], link);
                db.Links.Add(link);
            }
        }

        // The ids are needed by the places before the transaction ends.
        await db.SaveChangesAsync(cancellationToken);
        return [.. hashes.Select(hash => known[hash])];
    }

    private LinkDestination Remember(TrackedLink link)
    {
        var destination = new LinkDestination(link.Id, link.Uuid, link.Url, link.HasExpressions);
        _byId.Set(link.Id, destination);
        _byUuid.Set(link.Uuid, destination);
        return destination;
    }

    private static string Hash(string url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)));
}
