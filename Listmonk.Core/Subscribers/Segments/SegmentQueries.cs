using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Segments;

/// <summary>Reads segments. Every account that sees subscribers sees them; whom they hold is counted within what the account may see.</summary>
public sealed class SegmentQueries(IDbContextFactory<ListmonkDbContext> databases, SubscriberQueries subscribers)
{
    /// <summary>All segments by name, without counts: an installation has dozens, not thousands.</summary>
    public async Task<IReadOnlyList<SegmentItem>> AllAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var segments = await db.Segments.AsNoTracking().OrderBy(segment => segment.Name).ThenBy(segment => segment.Id).ToListAsync(cancellationToken);
        return segments.ConvertAll(SegmentItem.From);
    }

    public async Task<Outcome<SegmentItem>> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Segments.AsNoTracking().SingleOrDefaultAsync(segment => segment.Id == id, cancellationToken) is { } found
            ? SegmentItem.From(found)
            : SegmentScope.NotFound<SegmentItem>();
    }

    /// <summary>How many people match now, of those whom the account may see.</summary>
    public Task<Outcome<int>> CountAsync(int id, Actor actor, CancellationToken cancellationToken) =>
        subscribers.CountAsync(new SubscriberFilter { SegmentId = id }, actor, cancellationToken);
}
