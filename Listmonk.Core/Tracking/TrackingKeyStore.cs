using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Tracking;

/// <summary>
/// Keeps the keys of tracking addresses in the database, protected, and the ring of them in memory. The first key is made at the first
/// start; a rotation adds one, and the old ones verify the mails of past years.
/// </summary>
public sealed class TrackingKeyStore(IDbContextFactory<ListmonkDbContext> databases, ISecretProtector protector, TimeProvider clock)
{
    /// <summary>Makes and reads tokens. Before <see cref="LoadAsync"/> it knows only a key that no mail carries.</summary>
    public TrackingTokens Tokens { get; } = new(new TrackingKeyRing(0, [new TrackingSecret(0, TrackingKeyRing.NewKey())]));

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var keys = await ReadAsync(cancellationToken);
        if (keys.Count == 0)
        {
            await CreateFirstAsync(cancellationToken);
            keys = await ReadAsync(cancellationToken);
        }

        Use(keys);
    }

    /// <summary>Signs new mails with a new key. Other processes take it up when they load the keys again.</summary>
    public async Task RotateAsync(CancellationToken cancellationToken)
    {
        var fresh = NewKey();
        await databases.WriteAsync(
            async db =>
            {
                var now = clock.GetUtcNow();
                await foreach (var key in db.TrackingKeys.Where(key => key.RetiredAt == null).AsAsyncEnumerable().WithCancellation(cancellationToken))
                {
                    key.RetiredAt = now;
                }

                db.TrackingKeys.Add(fresh);
            },
            cancellationToken);
        await LoadAsync(cancellationToken);
    }

    private async Task<List<TrackingKey>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.TrackingKeys.AsNoTracking().OrderBy(key => key.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The fixed id lets only one of several processes that start together succeed.</summary>
    private async Task CreateFirstAsync(CancellationToken cancellationToken)
    {
        var first = NewKey();
        first.Id = 1;
        try
        {
            await databases.WriteAsync(
                async db =>
                {
                    db.TrackingKeys.Add(first);
                    await db.SaveChangesAsync(cancellationToken);
                    await db.Dialect.AdvanceIdentityAsync(db, "tracking_keys", 1, cancellationToken);
                },
                cancellationToken);
        }
        catch (DbUpdateException exception) when (IsTaken(exception))
        {
            // Another process was first; its key is read next.
        }
    }

    private bool IsTaken(DbUpdateException exception)
    {
        using var db = databases.CreateDbContext();
        return db.Dialect.IsUniqueViolation(exception);
    }

    private void Use(List<TrackingKey> keys) => Tokens.Keys = new TrackingKeyRing(
        keys.Last(key => key.RetiredAt is null).Id,
        keys.Select(key => new TrackingSecret(key.Id, Convert.FromBase64String(protector.Unprotect(key.Secret)))));

    /// <summary>Not inside a write: protecting may store a key of its own.</summary>
    private TrackingKey NewKey() => new() { Secret = protector.Protect(Convert.ToBase64String(TrackingKeyRing.NewKey())), CreatedAt = clock.GetUtcNow() };
}
