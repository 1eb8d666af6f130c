using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics.Timeline;

/// <summary>Reads what a person's <see cref="EngagementScore"/> is made of.</summary>
public sealed class EngagementQueries(IDbContextFactory<ListmonkDbContext> databases, SubscriberQueries subscribers, SettingsStore settings, TimeProvider clock)
{
    public async Task<Outcome<EngagementScore>> FindAsync(int subscriberId, Actor actor, CancellationToken cancellationToken)
    {
        var person = await subscribers.FindAsync(subscriberId, actor, cancellationToken);
        if (!person.IsOk)
        {
            return Outcome<EngagementScore>.From(person);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var own = await db.Subscribers.AsNoTracking().Where(row => row.Id == subscriberId).Select(row => row.TrackingLevel).FirstOrDefaultAsync(cancellationToken);
        var level = TrackingLevels.MostRestrictive(TrackingLevels.Of(settings.Current.Privacy), null, own);
        if (level != TrackingLevel.Individual)
        {
            return new EngagementScore { IsMeasured = false };
        }

        var now = clock.GetUtcNow();
        var (since, young) = (now - EngagementScore.Period, now - EngagementScore.Patience);
        var mails = await db.Deliveries.AsNoTracking()
            .Where(delivery => delivery.SubscriberId == subscriberId && delivery.Status == DeliveryStatus.Sent && delivery.DoneAt >= since)
            .Join(
                db.Campaigns.Where(campaign => campaign.TrackingLevel == null || campaign.TrackingLevel == TrackingLevel.Individual),
                delivery => delivery.CampaignId,
                campaign => campaign.Id,
                (delivery, campaign) => delivery)
            .LeftJoin(
                db.CampaignReaders,
                delivery => new { delivery.CampaignId, delivery.SubscriberId },
                reader => new { reader.CampaignId, reader.SubscriberId },
                (delivery, reader) => new { delivery.DoneAt, delivery.CampaignId, Opens = reader == null ? 0 : reader.OpensPeople, Clicks = reader == null ? 0 : reader.ClicksPeople })
            .Where(mail => mail.DoneAt < young || mail.Opens + mail.Clicks > 0)
            .OrderByDescending(mail => mail.DoneAt).ThenByDescending(mail => mail.CampaignId)
            .Take(EngagementScore.MaxMails)
            .ToListAsync(cancellationToken);
        return EngagementScore.Of(mails.ConvertAll(mail => (mail.Opens > 0, mail.Clicks > 0)));
    }
}
