using System.Text.Json;
using Listmonk.Core.Audit;
using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Judging;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics.Timeline;

/// <summary>Reads each table that knows something of one person, the newest rows first, up to a time.</summary>
internal sealed class TimelineSources(
    ListmonkDbContext db, SubscriberItem person, DateTimeOffset until, int count, bool withMachines, Actor actor, CancellationToken cancellationToken)
{
    private readonly int _id = person.Id;

    /// <param name="group">Null for all.</param>
    public async Task<List<TimelineEntry>> ReadAsync(TimelineGroup? group)
    {
        var entries = new List<TimelineEntry>();
        if (group is null or TimelineGroup.Mails)
        {
            entries.AddRange(await DeliveriesAsync());
            entries.AddRange(await TransactionalAsync());
        }

        if (group is null or TimelineGroup.Reactions)
        {
            entries.AddRange(await HitsAsync());
        }

        if (group is null or TimelineGroup.Bounces)
        {
            entries.AddRange(await BouncesAsync());
        }

        if (group is null or TimelineGroup.Changes)
        {
            entries.AddRange(Subscriptions());
            entries.AddRange(await UnsubscribesAsync());
            entries.AddRange(await ConsentsAsync());
            entries.AddRange(await AuditAsync());
        }

        return entries;
    }

    /// <summary>From the person's own row and lists; a subscription knows its beginning and its last change.</summary>
    private IEnumerable<TimelineEntry> Subscriptions()
    {
        var entries = new List<TimelineEntry> { new() { Kind = TimelineKind.Added, At = person.CreatedAt } };
        foreach (var subscription in person.Lists)
        {
            var isChanged = subscription.UpdatedAt > subscription.CreatedAt && subscription.Status != SubscriptionStatus.Unconfirmed;
            entries.Add(new TimelineEntry
            {
                Kind = TimelineKind.Subscribed,
                At = subscription.CreatedAt,
                Subject = subscription.List.Name,
                Detail = isChanged ? null : EnumText.Of(subscription.Status),
                Order = subscription.List.Id,
            });
            if (isChanged)
            {
                entries.Add(new TimelineEntry
                {
                    Kind = TimelineKind.SubscriptionChanged,
                    At = subscription.UpdatedAt,
                    Subject = subscription.List.Name,
                    Detail = EnumText.Of(subscription.Status),
                    Order = subscription.List.Id,
                });
            }
        }

        return entries.Where(entry => entry.At <= until);
    }

    private async Task<List<TimelineEntry>> DeliveriesAsync()
    {
        var rows = await db.Deliveries.AsNoTracking()
            .Where(row => row.SubscriberId == _id && row.Status != DeliveryStatus.Claimed && (row.DoneAt ?? row.ClaimedAt) <= until)
            .OrderByDescending(row => row.DoneAt ?? row.ClaimedAt).Take(count)
            .Join(db.Campaigns, row => row.CampaignId, campaign => campaign.Id, (row, campaign) => new { row.CampaignId, campaign.Name, campaign.Subject, row.Status, row.DoneAt, row.ClaimedAt, row.Reply })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new TimelineEntry
        {
            Kind = row.Status is DeliveryStatus.Sent or DeliveryStatus.Bounced ? TimelineKind.Mailed : TimelineKind.NotMailed,
            At = row.DoneAt ?? row.ClaimedAt,
            CampaignId = row.CampaignId,
            CampaignName = row.Name,
            Subject = row.Subject,
            Detail = row.Status is DeliveryStatus.Failed or DeliveryStatus.Skipped ? row.Reply : null,
            Order = row.CampaignId,
        });
    }

    private async Task<List<TimelineEntry>> TransactionalAsync()
    {
        var rows = await db.TransactionalMessages.AsNoTracking()
            .Where(row => row.SubscriberId == _id && (row.SentAt ?? row.QueuedAt) <= until)
            .OrderByDescending(row => row.SentAt ?? row.QueuedAt).Take(count)
            .Select(row => new { row.Id, row.Subject, row.State, At = row.SentAt ?? row.QueuedAt })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new TimelineEntry
        {
            Kind = TimelineKind.Transactional,
            At = row.At,
            Subject = row.Subject,
            Detail = EnumText.Of(row.State),
            Order = row.Id,
        });
    }

    private async Task<List<TimelineEntry>> HitsAsync()
    {
        var rows = await db.TrackingHits.AsNoTracking()
            .Where(hit => hit.SubscriberId == _id && hit.At <= until && (withMachines || hit.Verdict == HitVerdict.Human))
            .OrderByDescending(hit => hit.At).ThenByDescending(hit => hit.Id).Take(count)
            .Join(db.Campaigns, hit => hit.CampaignId, campaign => campaign.Id, (hit, campaign) => new { hit, campaign.Name })
            .LeftJoin(db.Links, row => row.hit.LinkId, link => link.Id, (row, link) => new
            {
                row.hit.Id,
                row.hit.Kind,
                row.hit.At,
                row.hit.CampaignId,
                row.Name,
                row.hit.Verdict,
                row.hit.Reason,
                row.hit.Client,
                Url = link == null ? null : link.Url,
            })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new TimelineEntry
        {
            Kind = row.Kind == HitKind.Open ? TimelineKind.Opened : TimelineKind.Clicked,
            At = row.At,
            CampaignId = row.CampaignId,
            CampaignName = row.Name,
            Subject = row.Url,
            Detail = row.Verdict == HitVerdict.Machine ? HitReasons.Explain(row.Reason) : row.Client.Length > 0 ? row.Client : null,
            IsMachine = row.Verdict == HitVerdict.Machine,
            Order = row.Id,
        });
    }

    private async Task<List<TimelineEntry>> BouncesAsync()
    {
        var rows = await db.Bounces.AsNoTracking()
            .Where(bounce => bounce.SubscriberId == _id && bounce.CreatedAt <= until)
            .OrderByDescending(bounce => bounce.CreatedAt).Take(count)
            .LeftJoin(db.Campaigns, bounce => bounce.CampaignId, campaign => campaign.Id, (bounce, campaign) => new
            {
                bounce.Id,
                bounce.Type,
                bounce.CreatedAt,
                bounce.CampaignId,
                bounce.Line,
                Name = campaign == null ? null : campaign.Name,
            })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new TimelineEntry
        {
            Kind = row.Type == BounceType.Complaint ? TimelineKind.Complained : TimelineKind.Bounced,
            At = row.CreatedAt,
            CampaignId = row.CampaignId,
            CampaignName = row.Name,
            Subject = row.Type == BounceType.Complaint ? null : EnumText.Of(row.Type),
            Detail = row.Line,
            Order = row.Id,
        });
    }

    private async Task<List<TimelineEntry>> UnsubscribesAsync()
    {
        var rows = await db.CampaignUnsubscribes.AsNoTracking()
            .Where(row => row.SubscriberId == _id && row.At <= until)
            .OrderByDescending(row => row.At).Take(count)
            .Join(db.Campaigns, row => row.CampaignId, campaign => campaign.Id, (row, campaign) => new { row.Id, row.At, row.IsEverything, row.Reason, row.Comment, row.CampaignId, campaign.Name })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new TimelineEntry
        {
            Kind = TimelineKind.Unsubscribed,
            At = row.At,
            CampaignId = row.CampaignId,
            CampaignName = row.Name,
            Detail = string.Join(" · ", new[] { row.IsEverything ? "asked never to be mailed again" : null, ReasonText(row.Reason), row.Comment }.OfType<string>()) is { Length: > 0 } detail ? detail : null,
            Order = row.Id,
        });
    }

    private static string? ReasonText(UnsubscribeReason? reason) => reason switch
    {
        UnsubscribeReason.TooMany => "too many mails",
        UnsubscribeReason.NotInteresting => "not interested",
        UnsubscribeReason.NeverSignedUp => "never signed up",
        _ => null,
    };

    private async Task<List<TimelineEntry>> ConsentsAsync()
    {
        var rows = await db.Consents.AsNoTracking()
            .Where(consent => consent.SubscriberId == _id && consent.CreatedAt <= until)
            .OrderByDescending(consent => consent.CreatedAt).Take(count)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new TimelineEntry
        {
            Kind = TimelineKind.Consent,
            At = row.CreatedAt,
            Subject = EnumText.Of(row.Level),
            Detail = row.Text.Length > 0 ? $"{row.Source}: {row.Text}" : row.Source,
            Order = row.Id,
        });
    }

    /// <summary>Who changed the person is told to those who may read the audit log.</summary>
    private async Task<List<TimelineEntry>> AuditAsync()
    {
        var rows = await db.AuditLog.AsNoTracking()
            .Where(row => row.Entity == "subscriber" && row.EntityId == _id && row.At <= until && row.Action != "subscriber.create")
            .OrderByDescending(row => row.At).Take(count)
            .ToListAsync(cancellationToken);
        var namesAuthor = AuditQueries.MayRead(actor);
        return rows.ConvertAll(row => new TimelineEntry
        {
            Kind = TimelineKind.Changed,
            At = row.At,
            Subject = Status(row.After),
            Detail = namesAuthor ? row.UserName : null,
            Order = row.Id,
        });
    }

    /// <summary>The log keeps of a person's fields the status only.</summary>
    private static string? Status(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var fields = JsonDocument.Parse(json);
        return fields.RootElement.ValueKind == JsonValueKind.Object && fields.RootElement.TryGetProperty("status", out var status) ? status.ToString() : null;
    }
}
