using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Subscribers.Duplicates;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Campaigns;

/// <summary>Takes a person off the lists of the campaign whose mail they hold (spec/public.md 6; RFC 8058 for the one-click form).</summary>
public sealed class UnsubscribeService(IDbContextFactory<ListmonkDbContext> databases, MergedSubscriberStore merged, TimeProvider clock)
{
    /// <summary>
    /// Leaves all lists of the campaign. A mail that no campaign is behind (a confirmation mail, or a campaign deleted since) ends
    /// what the person could still get from it: pending confirmations, or every subscription.
    /// </summary>
    /// <param name="campaignUuid">Null when the person does not say which mail they hold: every subscription ends.</param>
    /// <param name="subscriberUuid">The person.</param>
    /// <param name="everything">Blocks the person for good and leaves every list.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<Outcome> UnsubscribeAsync(Guid? campaignUuid, Guid subscriberUuid, bool everything, CancellationToken cancellationToken) => databases.WriteAsync(
        async db =>
        {
            var now = clock.GetUtcNow();
            // Mails that ask for it come past the public pages, which have exchanged it already.
            var uuid = merged.Resolve(subscriberUuid);
            var person = await db.Subscribers.FirstOrDefaultAsync(subscriber => subscriber.Uuid == uuid, cancellationToken);
            if (person is null)
            {
                return Outcome.NotFound("This address is no longer in our records.");
            }

            var campaign = await db.Campaigns.AsNoTracking().Where(row => row.Uuid == campaignUuid).Select(row => new { row.Id }).FirstOrDefaultAsync(cancellationToken);
            var subscriptions = db.Subscriptions.Where(subscription => subscription.SubscriberId == person.Id && subscription.Status != SubscriptionStatus.Unsubscribed);
            if (!everything && campaign is not null)
            {
                subscriptions = subscriptions.Where(subscription =>
                    db.CampaignLists.Any(list => list.CampaignId == campaign.Id && list.ListId == subscription.ListId));
            }
            else if (!everything && campaignUuid == Guid.Empty)
            {
                subscriptions = subscriptions.Where(subscription => subscription.Status == SubscriptionStatus.Unconfirmed);
            }

            if (everything)
            {
                person.Status = SubscriberStatus.Blocklisted;
                person.UpdatedAt = now;
            }

            var left = await subscriptions.ExecuteUpdateAsync(
                update => update
                    .SetProperty(subscription => subscription.Status, SubscriptionStatus.Unsubscribed)
                    .SetProperty(subscription => subscription.UpdatedAt, now),
                cancellationToken);
            if (left > 0 && campaign is not null)
            {
                db.CampaignUnsubscribes.Add(new CampaignUnsubscribe { CampaignId = campaign.Id, SubscriberId = person.Id, IsEverything = everything, At = now });
                await db.Campaigns.Where(row => row.Id == campaign.Id)
                    .ExecuteUpdateAsync(update => update.SetProperty(row => row.Unsubscribes, row => row.Unsubscribes + 1), cancellationToken);
            }

            return Outcome.Ok;
        },
        cancellationToken);

    /// <summary>Keeps why the person left through a campaign's mail; a later word replaces an earlier one. Nothing is asked of those who say nothing.</summary>
    public Task<Outcome> ExplainAsync(Guid campaignUuid, Guid subscriberUuid, UnsubscribeReason reason, string comment, CancellationToken cancellationToken)
    {
        // PostgreSQL keeps no NUL.
        var words = ShortText.Cut(comment.Replace("\0", "", StringComparison.Ordinal).Trim(), CampaignUnsubscribe.MaxCommentLength);
        return databases.WriteAsync(
            async db =>
            {
                if (await Departures(db, campaignUuid, subscriberUuid).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken) is not { } last)
                {
                    return Outcome.NotFound("There is nothing to explain.");
                }

                last.Reason = reason;
                last.Comment = words.Length == 0 ? null : words;
                return Outcome.Ok;
            },
            cancellationToken);
    }

    /// <summary>Whether the person left lists through a campaign's mail, so that a word on why has a place; nobody is asked otherwise.</summary>
    public async Task<bool> MayExplainAsync(Guid campaignUuid, Guid subscriberUuid, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Departures(db, campaignUuid, subscriberUuid).AnyAsync(cancellationToken);
    }

    private static IQueryable<CampaignUnsubscribe> Departures(ListmonkDbContext db, Guid campaignUuid, Guid subscriberUuid) => db.CampaignUnsubscribes
        .Where(row => db.Campaigns.Any(campaign => campaign.Id == row.CampaignId && campaign.Uuid == campaignUuid)
            && db.Subscribers.Any(person => person.Id == row.SubscriberId && person.Uuid == subscriberUuid));
}
