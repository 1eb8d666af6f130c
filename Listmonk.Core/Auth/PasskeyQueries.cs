using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Auth;

/// <summary>Reads passkeys; each person has a handful.</summary>
public sealed class PasskeyQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>The actor's own, oldest first.</summary>
    public async Task<IReadOnlyList<PasskeyItem>> AllAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Passkeys.AsNoTracking().Where(row => row.UserId == actor.UserId).OrderBy(row => row.Id)
            .Select(row => new PasskeyItem(row.Id, row.Name, row.CreatedAt, row.LastUsedAt, row.IsBackedUp)).ToListAsync(cancellationToken);
    }

    /// <summary>Whether anybody has one, so that the sign-in page need not offer what nobody can use.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Passkeys.AnyAsync(cancellationToken);
    }
}
