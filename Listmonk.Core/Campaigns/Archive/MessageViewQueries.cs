using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Campaigns.Archive;

/// <summary>The "view in browser" page: a campaign as its recipient gets it. As in listmonk the status does not matter; both UUIDs are secrets.</summary>
public sealed class MessageViewQueries(IDbContextFactory<ListmonkDbContext> databases, IMessageView view)
{
    /// <summary>Not found for unknown people and campaigns.</summary>
    public async Task<Outcome<MessagePage>> RenderAsync(Guid campaignUuid, Guid subscriberUuid, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var campaign = await db.Campaigns.AsNoTracking().Include(one => one.Lists).FirstOrDefaultAsync(one => one.Uuid == campaignUuid, cancellationToken);
        var reader = campaign is null
            ? null
            : await db.Subscribers.AsNoTracking().FirstOrDefaultAsync(one => one.Uuid == subscriberUuid, cancellationToken);
        return reader is null
            ? Outcome<MessagePage>.NotFound("There is no such message.")
            : await view.RenderForRecipientAsync(campaign!, reader, cancellationToken);
    }
}
