using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers;

/// <summary>What goes with a person besides the rows that name them.</summary>
internal static class HitErasure
{
    /// <summary>
    /// To be called before people are deleted: their opens and clicks stay as figures of nobody, without the program they were made with and the
    /// network they came from.
    /// </summary>
    public static Task<int> ForgetHitDetailsAsync(this ListmonkDbContext db, IQueryable<int?> people, CancellationToken cancellationToken) =>
        db.TrackingHits.Where(hit => people.Contains(hit.SubscriberId)).ExecuteUpdateAsync(
            set => set.SetProperty(hit => hit.AgentId, (int?)null).SetProperty(hit => hit.Network, (string?)null).SetProperty(hit => hit.AgentClass, ""),
            cancellationToken);
}
