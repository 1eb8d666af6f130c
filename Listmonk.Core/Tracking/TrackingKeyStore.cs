using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Tracking;

/// <summary>
/// Keeps the keys of tracking addresses in the database, protected, and the ring of them in memory. The first key is made at the first
/// start; a rotation adds one, and the old ones verify the mails of past years.
/// </summary>
public sealed class TrackingKeyStore(IDbContextFactory<ListmonkDbContext> databases, ISecretProtector protector, TimeProvider clock) : IRevised
{
    /// <summary>Anybody can send a token with the number of a key that does not exist.</summary>
    private static readonly TimeSpan PauseBetweenLooks = TimeSpan.FromSeconds(2);

    private long _lookedAt;

    /// <summary>Makes and reads tokens. Before <see cref="LoadAsync"/> it knows only a key that no mail carries.</summary>
    public TrackingTokens Tokens { get; } = new(new TrackingKeyRing(0, [new TrackingSecret(0, TrackingKeyRing.NewKey())]));

    string IRevised.Revision => Revision.TrackingKeys;

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

    Task IRevised.ReloadAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>
    /// Whether to look, with <see cref="LookAsync"/>, for a key that a token names and this process does not know: another process may have
    /// made it a moment ago. True at most once in two seconds, whatever arrives.
    /// </summary>
    public bool MayLookFor(ReadOnlySpan<char> token)
    {
        if (!Tokens.NamesUnknownKey(token))
        {
            return false;
        }

        var now = clock.GetTimestamp();
        var last = Volatile.Read(ref _lookedAt);
        return (last == 0 || clock.GetElapsedTime(last, now) >= PauseBetweenLooks) && Interlocked.CompareExchange(ref _lookedAt, now, last) == last;
    }

    /// <summary>Loads the keys again; who asks right afterwards, however long that took, is not sent here once more.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _lookedAt, clock.GetTimestamp());
        }
    }

    /// <summary>Signs new mails with a new key. Other processes take it up within a second, or when they meet a token of it.</summary>
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
