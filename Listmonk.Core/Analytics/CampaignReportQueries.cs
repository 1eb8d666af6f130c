using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>The report of one campaign, from counters and roll-ups.</summary>
public sealed class CampaignReportQueries(IDbContextFactory<ListmonkDbContext> databases, SettingsStore settings, TimeProvider clock)
{
    private const int MaxLinks = 200;
    private const int MaxHours = 72;
    private const int MaxDays = 60;

    public async Task<Outcome<CampaignReport>> FindAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var row = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Id == campaignId)
            .Select(campaign => new
            {
                campaign.Id,
                campaign.Name,
                campaign.Subject,
                campaign.Status,
                campaign.StartedAt,
                campaign.FinishedAt,
                campaign.TrackingLevel,
                campaign.ToSend,
                campaign.Sent,
                campaign.Failed,
                campaign.Skipped,
                campaign.Bounces,
                campaign.Unsubscribes,
                campaign.Views,
                campaign.ViewsPeople,
                campaign.Clicks,
                campaign.ClicksPeople,
                campaign.UniqueOpens,
                campaign.UniqueOpensPeople,
                campaign.UniqueClicks,
                campaign.UniqueClicksPeople,
                Lists = campaign.Lists.Select(list => list.ListId).ToList(),
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            return Outcome<CampaignReport>.NotFound("Campaign not found");
        }

        if (!CampaignAccess.CanRead(actor, row.Lists))
        {
            return Outcome<CampaignReport>.From(CampaignAccess.ReadRefusal);
        }

        var privacy = settings.Current.Privacy;
        var opens = TrackingLevels.MostRestrictive(TrackingLevels.Of(privacy, HitKind.Open), row.TrackingLevel, null);
        var clicks = TrackingLevels.MostRestrictive(TrackingLevels.Of(privacy, HitKind.Click), row.TrackingLevel, null);
        // What was recorded under an earlier setting is shown all the same.
        int? Opens(int figure) => opens != TrackingLevel.Off || row.Views > 0 ? figure : null;
        int? Clicks(int figure) => clicks != TrackingLevel.Off || row.Clicks > 0 ? figure : null;
        int? Readers(int figure) => opens == TrackingLevel.Individual || row.UniqueOpens > 0 ? figure : null;
        int? Clickers(int figure) => clicks == TrackingLevel.Individual || row.UniqueClicks > 0 ? figure : null;
        return new CampaignReport
        {
            Id = row.Id,
            Name = row.Name,
            Subject = row.Subject,
            Status = row.Status,
            StartedAt = row.StartedAt,
            FinishedAt = row.FinishedAt,
            ToSend = row.ToSend,
            Sent = row.Sent,
            Failed = row.Failed,
            Skipped = row.Skipped,
            Bounces = row.Bounces,
            Unsubscribes = row.Unsubscribes,
            All = new ReactionFigures(Opens(row.Views), Readers(row.UniqueOpens), Clicks(row.Clicks), Clickers(row.UniqueClicks)),
            People = new ReactionFigures(Opens(row.ViewsPeople), Readers(row.UniqueOpensPeople), Clicks(row.ClicksPeople), Clickers(row.UniqueClicksPeople)),
        };
    }

    /// <summary>
    /// Hours from the start of sending for young campaigns, days in the viewer's zone for older ones; quiet steps as zero. The caller
    /// has checked that the campaign may be read.
    /// </summary>
    public async Task<ReactionTimeline> TimelineAsync(int campaignId, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var startedAt = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Id == campaignId).Select(campaign => campaign.StartedAt).FirstOrDefaultAsync(cancellationToken);
        var hours = await db.CampaignHours.AsNoTracking().Where(hour => hour.CampaignId == campaignId).OrderBy(hour => hour.Hour).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var start = hours.Count > 0 && (startedAt is null || hours[0].Hour < startedAt) ? hours[0].Hour : startedAt;
        if (start is not { } from)
        {
            return new ReactionTimeline(IsHourly: true, []);
        }

        var isHourly = now - from < TimeSpan.FromHours(MaxHours);
        DateTimeOffset Step(DateTimeOffset time)
        {
            var local = TimeZoneInfo.ConvertTime(time, zone);
            return isHourly
                ? new DateTimeOffset(local.Year, local.Month, local.Day, local.Hour, 0, 0, local.Offset)
                : new DateTimeOffset(local.Date, zone.GetUtcOffset(local.Date));
        }

        var sums = hours.ToLookup(hour => Step(hour.Hour).UtcDateTime);
        var points = new List<ReactionPoint>();
        for (var step = Step(from); step <= now && points.Count < (isHourly ? MaxHours + 1 : MaxDays); step = isHourly ? step.AddHours(1) : Step(step.AddHours(26)))
        {
            var rows = sums[step.UtcDateTime].ToList();
            points.Add(new ReactionPoint(step, rows.Sum(hour => hour.Opens), rows.Sum(hour => hour.OpensPeople), rows.Sum(hour => hour.Clicks), rows.Sum(hour => hour.ClicksPeople)));
        }

        return new ReactionTimeline(isHourly, points);
    }

    /// <summary>Most clicked first; links of the mail that nobody clicked come too.</summary>
    public async Task<IReadOnlyList<LinkFigures>> LinksAsync(int campaignId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var clicked = await db.LinkStats.AsNoTracking().Where(stat => stat.CampaignId == campaignId)
            .OrderByDescending(stat => stat.Clicks).Take(MaxLinks)
            .Join(db.Links, stat => stat.LinkId, link => link.Id, (stat, link) => new { link.Id, link.Url, stat.Position, stat.Clicks, stat.ClicksPeople })
            .ToListAsync(cancellationToken);
        var places = await db.CampaignLinks.AsNoTracking().Where(place => place.CampaignId == campaignId)
            .OrderBy(place => place.Position).Take(MaxLinks)
            .Select(place => new { place.LinkId, place.Link!.Url, place.Position })
            .ToListAsync(cancellationToken);
        var seen = clicked.Select(row => (row.Id, row.Position)).ToHashSet();
        return
        [
            .. clicked.OrderByDescending(row => row.Clicks).ThenBy(row => row.Position).Select(row => new LinkFigures(row.Url, row.Position, row.Clicks, row.ClicksPeople)),
            .. places.Where(place => !seen.Contains((place.LinkId, place.Position))).Select(place => new LinkFigures(place.Url, place.Position, 0, 0)),
        ];
    }
}
