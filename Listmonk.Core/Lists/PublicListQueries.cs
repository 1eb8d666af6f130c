using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Lists;

/// <summary>A list that everybody may join.</summary>
public sealed record PublicList(int Id, Guid Uuid, string Name, string Description, ListOptin Optin);

/// <summary>Reads what strangers may know about lists.</summary>
public sealed class PublicListQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>Public lists that are in use, the oldest first.</summary>
    public async Task<IReadOnlyList<PublicList>> AllAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Lists.AsNoTracking()
            .Where(list => list.Type == ListType.Public && list.Status == ListStatus.Active)
            .OrderBy(list => list.Id)
            .Select(list => new PublicList(list.Id, list.Uuid, list.Name, list.Description, list.Optin))
            .ToListAsync(cancellationToken);
    }
}
