using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Takeover;

/// <summary>Whether this installation may be filled: it is fresh, or was filled from the same source.</summary>
internal sealed class TakeoverReadiness(IDbContextFactory<ListmonkDbContext> databases)
{
    private const int Sample = 100;

    /// <returns>Null when it may; otherwise what stands against it.</returns>
    public async Task<string?> RefusalAsync(TakeoverSource source, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Takeovers.AnyAsync(cancellationToken))
        {
            return await IsSameAsync(db, source, cancellationToken)
                ? null
                : "This installation was filled from another listmonk database. Use a fresh installation (another data directory) for this one.";
        }

        return await IsFreshAsync(db, cancellationToken)
            ? null
            : "This installation has campaigns, lists or people of its own, whose ids are those of others in listmonk. Take over into a fresh installation (another data directory).";
    }

    /// <summary>Deletes the samples of a fresh installation inside the caller's transaction, so that the source's rows find their ids free.</summary>
    public static async Task ClearSamplesAsync(ListmonkDbContext db, CancellationToken cancellationToken)
    {
        if (await IsFreshAsync(db, cancellationToken))
        {
            await db.Campaigns.ExecuteDeleteAsync(cancellationToken);
            await db.Subscribers.ExecuteDeleteAsync(cancellationToken);
            await db.Lists.ExecuteDeleteAsync(cancellationToken);
            // Through the context, which tells other processes that templates have changed.
            db.Templates.RemoveRange(await db.Templates.ToListAsync(cancellationToken));
        }
    }

    /// <summary>Nothing but the samples of the first start: nobody has sent, and no address is a person's.</summary>
    private static async Task<bool> IsFreshAsync(ListmonkDbContext db, CancellationToken cancellationToken) =>
        !await db.Campaigns.AnyAsync(campaign => campaign.StartedAt != null || campaign.Name != "Test campaign", cancellationToken)
        && !await db.Subscribers.AnyAsync(person => person.Email != "john@example.com" && person.Email != "anon@example.com", cancellationToken)
        && !await db.Lists.AnyAsync(list => list.Name != "Default list" && list.Name != "Opt-in list", cancellationToken)
        && !await db.Media.AnyAsync(cancellationToken)
        && !await db.TrackingHits.AnyAsync(cancellationToken)
        && !await db.TransactionalRequests.AnyAsync(cancellationToken);

    /// <summary>Random ids cannot meet by chance: one list, campaign or person in common makes it the same source.</summary>
    private static async Task<bool> IsSameAsync(ListmonkDbContext db, TakeoverSource source, CancellationToken cancellationToken)
    {
        var lists = await UuidsAsync(source, "lists", cancellationToken);
        var campaigns = await UuidsAsync(source, "campaigns", cancellationToken);
        var people = await UuidsAsync(source, "subscribers", cancellationToken);
        return lists.Count + campaigns.Count + people.Count == 0
            || await db.Lists.AnyAsync(list => lists.Contains(list.Uuid), cancellationToken)
            || await db.Campaigns.AnyAsync(campaign => campaigns.Contains(campaign.Uuid), cancellationToken)
            || await db.Subscribers.AnyAsync(person => people.Contains(person.Uuid), cancellationToken)
            // A first run that was cut off before its first row.
            || !await db.Lists.AnyAsync(cancellationToken);
    }

    private static async Task<List<Guid>> UuidsAsync(TakeoverSource source, string table, CancellationToken cancellationToken) =>
        [.. (await source.QueryAsync($"SELECT uuid FROM {table} ORDER BY id LIMIT {Sample}", cancellationToken)).Select(row => (Guid)row[0]!)];
}
