using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Data;

/// <summary>Reads a handful of revisions and has whatever moved loaded again.</summary>
internal sealed class RevisionFollower(IDbContextFactory<ListmonkDbContext> databases, IEnumerable<IRevised> copies) : IFollower
{
    /// <summary>What each copy was loaded at; empty at first, since a change may have come between the start and the first look.</summary>
    private readonly Dictionary<IRevised, Guid> _loaded = [];

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, Guid> revisions;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            revisions = await db.Revisions.AsNoTracking().ToDictionaryAsync(row => row.Name, row => row.Value, StringComparer.Ordinal, cancellationToken);
        }

        foreach (var copy in copies)
        {
            if (revisions.TryGetValue(copy.Revision, out var revision) && (!_loaded.TryGetValue(copy, out var loaded) || loaded != revision))
            {
                await copy.ReloadAsync(cancellationToken);
                _loaded[copy] = revision;
            }
        }
    }
}
