using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Data;
using Listmonk.Core.Messengers.Mime;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers.Duplicates;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces;

/// <summary>Leads a report back to the person and the campaign, by the best trace that it holds.</summary>
/// <remarks>
/// The token is signed. All other traces can be forged by whoever knows a uuid, so each needs a second fact: that the person has the
/// address which failed, or that the ledger has a mail of this campaign to them. Without one the report stays unmatched.
/// </remarks>
public sealed class BounceMatcher(VerpAddress verp, MergedSubscriberStore merged)
{
    public async Task<BounceMatch?> FindAsync(ListmonkDbContext db, RecipientReading reading, MailTrace trace, CancellationToken cancellationToken)
    {
        foreach (var address in trace.EnvelopeAddresses)
        {
            if (verp.TryRead(address, out var named) && merged.Resolve(named.SubscriberId) is var subscriberId
                && await db.Subscribers.AnyAsync(person => person.Id == subscriberId, cancellationToken))
            {
                var campaignId = named.CampaignId is { } id && await db.Campaigns.AnyAsync(campaign => campaign.Id == id, cancellationToken) ? named.CampaignId : null;
                return new BounceMatch(subscriberId, campaignId, BounceMatchedBy.Token, BounceCertainty.Certain);
            }
        }

        string[] addresses = [.. new[] { reading.Recipient, reading.WrittenTo }.Concat(trace.OriginalRecipients).OfType<string>().Distinct(StringComparer.Ordinal).Take(20)];
        foreach (var (campaign, subscriber, by) in Named(trace))
        {
            if (await ConfirmAsync(db, campaign, merged.Resolve(subscriber), by, addresses, cancellationToken) is { } match)
            {
                return match;
            }
        }

        foreach (var address in new[] { reading.Recipient, reading.WrittenTo }.OfType<string>())
        {
            if (await ByAddressAsync(db, address, cancellationToken) is { } match)
            {
                return match;
            }
        }

        return null;
    }

    /// <summary>The person with this address and the campaign that went there last.</summary>
    public static async Task<BounceMatch?> ByAddressAsync(ListmonkDbContext db, string address, CancellationToken cancellationToken)
    {
        var id = await db.Subscribers.Where(person => person.Email == address).Select(person => (int?)person.Id).FirstOrDefaultAsync(cancellationToken);
        if (id is null)
        {
            return null;
        }

        var campaignId = await db.Deliveries
            .Where(delivery => delivery.SubscriberId == id && delivery.DoneAt != null && (delivery.Status == DeliveryStatus.Sent || delivery.Status == DeliveryStatus.Bounced))
            .OrderByDescending(delivery => delivery.DoneAt)
            .Select(delivery => (int?)delivery.CampaignId)
            .FirstOrDefaultAsync(cancellationToken);
        return new BounceMatch(id.Value, campaignId, BounceMatchedBy.Address, BounceCertainty.Possible);
    }

    private static IEnumerable<(Guid? Campaign, Guid Subscriber, BounceMatchedBy By)> Named(MailTrace trace)
    {
        if (trace.Subscriber is { } subscriber)
        {
            yield return (trace.Campaign, subscriber, BounceMatchedBy.Headers);
        }

        foreach (var id in trace.MessageIds.Take(20))
        {
            if (MessageIds.TryRead(id, out var campaign, out var person))
            {
                yield return (campaign, person, BounceMatchedBy.MessageId);
            }
        }

        foreach (var url in trace.UnsubscribeUrls.Take(20))
        {
            // listmonk's form: …/subscription/{campaign}/{subscriber}
            var uuids = url.Split('/', '?', '#').Select(piece => Guid.TryParseExact(piece, "D", out var uuid) ? uuid : (Guid?)null).OfType<Guid>().ToList();
            if (uuids is [var first, var second])
            {
                yield return (first, second, BounceMatchedBy.UnsubscribeLink);
            }
        }
    }

    private static async Task<BounceMatch?> ConfirmAsync(
        ListmonkDbContext db, Guid? campaignUuid, Guid subscriberUuid, BounceMatchedBy by, string[] addresses, CancellationToken cancellationToken)
    {
        var person = await db.Subscribers.Where(row => row.Uuid == subscriberUuid).Select(row => new { row.Id, row.Email }).FirstOrDefaultAsync(cancellationToken);
        if (person is null)
        {
            return null;
        }

        var campaignId = campaignUuid is null ? null
            : await db.Campaigns.Where(row => row.Uuid == campaignUuid).Select(row => (int?)row.Id).FirstOrDefaultAsync(cancellationToken);
        var agrees = addresses.Contains(person.Email, StringComparer.Ordinal)
            || (campaignId is not null && await db.Deliveries.AnyAsync(row => row.CampaignId == campaignId && row.SubscriberId == person.Id, cancellationToken));
        return agrees ? new BounceMatch(person.Id, campaignId, by, BounceCertainty.Likely) : null;
    }
}
