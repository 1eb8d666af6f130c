using System.IO.Compression;
using System.Text.Json;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Subscribers.Bulk;

/// <summary>What one transaction of a job is about to change, as it is before.</summary>
/// <param name="People">Ids of all people of the slice.</param>
/// <param name="Lists">Ids of the lists that are changed; empty when the action is not about lists.</param>
/// <param name="Statuses">Their own status, when the action changes it.</param>
/// <param name="Subscriptions">Their subscriptions that the action may change.</param>
internal sealed record SliceBefore(int[] People, int[] Lists, IReadOnlyList<StatusBefore> Statuses, IReadOnlyList<SubscriptionBefore> Subscriptions)
{
    public static async Task<SliceBefore> ReadAsync(ListmonkDbContext db, int[] ids, int[] listIds, BulkAction action, CancellationToken cancellationToken)
    {
        List<StatusBefore> statuses = [];
        if (action != BulkAction.ChangeLists)
        {
            statuses = await SubscriberSlice.People(db, ids).AsNoTracking()
                .Select(person => new StatusBefore(person.Id, person.Status, person.UpdatedAt)).ToListAsync(cancellationToken);
        }

        var rows = action switch
        {
            BulkAction.ChangeLists => SubscriberSlice.Subscriptions(db, ids, listIds),
            BulkAction.Blocklist => db.Subscriptions.Where(row => EF.Parameter(ids).Contains(row.SubscriberId) && row.Status != SubscriptionStatus.Unsubscribed),
            _ => null,
        };
        var subscriptions = rows is null
            ? []
            : await rows.AsNoTracking()
                .Select(row => new SubscriptionBefore(row.SubscriberId, row.ListId, row.Status, row.Meta, row.CreatedAt, row.UpdatedAt)).ToListAsync(cancellationToken);
        return new SliceBefore(ids, listIds, statuses, subscriptions);
    }

    public static SliceBefore Unpack(byte[] packed)
    {
        using var source = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<SliceBefore>(source)!;
    }

    public byte[] Pack()
    {
        using var target = new MemoryStream();
        using (var packing = new GZipStream(target, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(packing, this);
        }

        return target.ToArray();
    }
}

internal sealed record StatusBefore(int Id, SubscriberStatus Status, DateTimeOffset UpdatedAt);

internal sealed record SubscriptionBefore(int SubscriberId, int ListId, SubscriptionStatus Status, string Meta, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
