using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Suppression;

/// <summary>Reads the suppression list, newest first.</summary>
public sealed class SuppressionQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <param name="search">Part of an address or domain.</param>
    public async Task<Outcome<PagedList<SuppressedAddress>>> PageAsync(string search, PageRequest page, Actor actor, CancellationToken cancellationToken)
    {
        if (!SuppressionService.MayManage(actor))
        {
            return Outcome<PagedList<SuppressedAddress>>.From(SuppressionService.Denied);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var entries = db.SuppressedAddresses.AsNoTracking();
        var text = search.Trim().ToLowerInvariant();
        if (text.Length > 0)
        {
            entries = entries.Where(entry => entry.Value.Contains(text));
        }

        var total = await entries.CountAsync(cancellationToken);
        var rows = await entries.OrderByDescending(entry => entry.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        return new PagedList<SuppressedAddress>(rows, total, page);
    }

    /// <summary>All entries in the order in which they came; the caller has asked for the right already.</summary>
    public async IAsyncEnumerable<SuppressedAddress> StreamAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await foreach (var entry in db.SuppressedAddresses.AsNoTracking().OrderBy(entry => entry.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return entry;
        }
    }
}
