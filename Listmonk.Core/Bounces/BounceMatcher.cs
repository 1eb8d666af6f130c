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
    private const int MostTraces = 20;

    public async Task<BounceMatch?> FindAsync(ListmonkDbContext db, RecipientReading reading, MailTrace trace, CancellationToken cancellationToken)
    {
        var leads = new BounceLeads([.. Traces(reading, trace)], AddressesOf(reading, trace));
        return await FindAsync(db, await BounceDirectory.ReadAsync(db, leads.Ways, cancellationToken), leads, cancellationToken);
    }

    /// <summary>Whom the report may be about: who it says, then whom its trace names.</summary>
    internal BounceLeads LeadsOf(BounceReport report)
    {
        var ways = new List<BounceLead>();
        var caller = new BounceLead(BounceMatchedBy.Caller) { CampaignId = report.CampaignId, CampaignUuid = report.CampaignUuid };
        if (report.SubscriberId is { } id)
        {
            ways.Add(caller with { SubscriberId = merged.Resolve(id) });
        }
        else if (report.SubscriberUuid is { } uuid)
        {
            ways.Add(caller with { SubscriberUuid = merged.Resolve(uuid) });
        }
        else if (report.Email is { } email)
        {
            ways.Add(caller with { Email = email });
        }

        if (report is not { Trace: { } trace, Reading: { } reading })
        {
            return new BounceLeads(ways, []);
        }

        ways.AddRange(Traces(reading, trace));
        return new BounceLeads(ways, AddressesOf(reading, trace));
    }

    /// <param name="directory">Read for these leads, among others.</param>
    internal static async Task<BounceMatch?> FindAsync(ListmonkDbContext db, BounceDirectory directory, BounceLeads leads, CancellationToken cancellationToken)
    {
        foreach (var way in leads.Ways)
        {
            if (directory.PersonOf(way) is not { } person)
            {
                continue;
            }

            var campaignId = directory.CampaignOf(way);
            switch (BounceCertainties.Of(way.By))
            {
                case BounceCertainty.Certain:
                    return new BounceMatch(person.Id, campaignId, way.By, BounceCertainty.Certain);
                case BounceCertainty.Likely when leads.Addresses.Contains(person.Email, StringComparer.Ordinal) || await WasMailedAsync(db, campaignId, person.Id, cancellationToken):
                    return new BounceMatch(person.Id, campaignId, way.By, BounceCertainty.Likely);
                case BounceCertainty.Possible:
                    return new BounceMatch(person.Id, await LatestCampaignAsync(db, person.Id, cancellationToken), way.By, BounceCertainty.Possible);
            }
        }

        return null;
    }

    private IEnumerable<BounceLead> Traces(RecipientReading reading, MailTrace trace)
    {
        foreach (var address in trace.EnvelopeAddresses)
        {
            if (verp.TryRead(address, out var named))
            {
                yield return new BounceLead(BounceMatchedBy.Token) { SubscriberId = merged.Resolve(named.SubscriberId), CampaignId = named.CampaignId };
            }
        }

        foreach (var (campaign, subscriber, by) in Named(trace))
        {
            yield return new BounceLead(by) { SubscriberUuid = merged.Resolve(subscriber), CampaignUuid = campaign };
        }

        foreach (var address in new[] { reading.Recipient, reading.WrittenTo }.OfType<string>())
        {
            yield return new BounceLead(BounceMatchedBy.Address) { Email = address };
        }
    }

    private static IEnumerable<(Guid? Campaign, Guid Subscriber, BounceMatchedBy By)> Named(MailTrace trace)
    {
        if (trace.Subscriber is { } subscriber)
        {
            yield return (trace.Campaign, subscriber, BounceMatchedBy.Headers);
        }

        foreach (var id in trace.MessageIds.Take(MostTraces))
        {
            if (MessageIds.TryRead(id, out var campaign, out var person))
            {
                yield return (campaign, person, BounceMatchedBy.MessageId);
            }
        }

        foreach (var url in trace.UnsubscribeUrls.Take(MostTraces))
        {
            // listmonk's form: …/subscription/{campaign}/{subscriber}
            var uuids = url.Split('/', '?', '#').Select(piece => Guid.TryParseExact(piece, "D", out var uuid) ? uuid : (Guid?)null).OfType<Guid>().ToList();
            if (uuids is [var first, var second])
            {
                yield return (first, second, BounceMatchedBy.UnsubscribeLink);
            }
        }
    }

    private static string[] AddressesOf(RecipientReading reading, MailTrace trace) =>
        [.. new[] { reading.Recipient, reading.WrittenTo }.Concat(trace.OriginalRecipients).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostTraces)];

    private static async Task<bool> WasMailedAsync(ListmonkDbContext db, int? campaignId, int subscriberId, CancellationToken cancellationToken) =>
        campaignId is not null && await db.Deliveries.AnyAsync(row => row.CampaignId == campaignId && row.SubscriberId == subscriberId, cancellationToken);

    /// <summary>The campaign that went to the person last.</summary>
    private static Task<int?> LatestCampaignAsync(ListmonkDbContext db, int subscriberId, CancellationToken cancellationToken) => db.Deliveries
        .Where(delivery => delivery.SubscriberId == subscriberId && delivery.DoneAt != null && (delivery.Status == DeliveryStatus.Sent || delivery.Status == DeliveryStatus.Bounced))
        .OrderByDescending(delivery => delivery.DoneAt)
        .Select(delivery => (int?)delivery.CampaignId)
        .FirstOrDefaultAsync(cancellationToken);
}
