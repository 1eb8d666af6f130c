using System.Collections.Frozen;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Duplicates;

/// <summary>Everybody who was merged, in memory: hits and links ask it. Other processes follow by the revision, within a second.</summary>
public sealed class MergedSubscriberStore(IDbContextFactory<ListmonkDbContext> databases) : IRevised
{
    private Aliases _aliases = new(FrozenDictionary<int, int>.Empty, FrozenDictionary<Guid, Guid>.Empty);

    string IRevised.Revision => Revision.MergedSubscribers;

    public bool IsEmpty => Volatile.Read(ref _aliases).Ids.Count == 0;

    /// <summary>The person who goes by this id today; the id itself for everybody who was not merged.</summary>
    public int Resolve(int subscriberId) => Volatile.Read(ref _aliases).Ids.GetValueOrDefault(subscriberId, subscriberId);

    /// <inheritdoc cref="Resolve(int)"/>
    public Guid Resolve(Guid subscriberUuid) => Volatile.Read(ref _aliases).Uuids.GetValueOrDefault(subscriberUuid, subscriberUuid);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.MergedSubscribers.AsNoTracking()
            .Join(db.Subscribers, merged => merged.SubscriberId, person => person.Id, (merged, person) => new { merged.Id, merged.Uuid, KeptId = person.Id, KeptUuid = person.Uuid })
            .ToListAsync(cancellationToken);
        Volatile.Write(ref _aliases, new Aliases(rows.ToFrozenDictionary(row => row.Id, row => row.KeptId), rows.ToFrozenDictionary(row => row.Uuid, row => row.KeptUuid)));
    }

    Task IRevised.ReloadAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    private sealed record Aliases(FrozenDictionary<int, int> Ids, FrozenDictionary<Guid, Guid> Uuids);
}
