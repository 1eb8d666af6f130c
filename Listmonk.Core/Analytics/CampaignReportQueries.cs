using Listmonk.Core.Bounces;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Settings;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>The figures of campaigns, from counters and roll-ups: every page and the API read them here.</summary>
public sealed class CampaignReportQueries(IDbContextFactory<ListmonkDbContext> databases, SettingsStore settings, TimeProvider clock)
{
    private const int MaxLinks = 200;
    private const int MaxHours = 72;
    private const int MaxDays = 60;

    public async Task<Outcome<CampaignReport>> FindAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Counters(db.Campaigns.Where(campaign => campaign.Id == campaignId)).FirstOrDefaultAsync(cancellationToken) is not { } row)
        {
            return Outcome<CampaignReport>.NotFound("Campaign not found");
        }

        return CampaignAccess.CanRead(actor, row.Lists)
            ? (await ToReportsAsync(db, [row], cancellationToken))[0]
            : Outcome<CampaignReport>.From(CampaignAccess.ReadRefusal);
    }

    /// <summary>The reports of those campaigns that the actor may read, in the order asked for.</summary>
    public async Task<IReadOnlyList<CampaignReport>> ManyAsync(IReadOnlyList<int> campaignIds, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Counters(CampaignQueries.Reachable(db.Campaigns, actor).Where(campaign => campaignIds.Contains(campaign.Id))).ToListAsync(cancellationToken);
        var reports = await ToReportsAsync(db, rows, cancellationToken);
        return [.. campaignIds.Distinct().Select(id => reports.FirstOrDefault(report => report.Id == id)).OfType<CampaignReport>()];
    }

    /// <summary>The campaigns that were sent last, oldest first.</summary>
    public async Task<IReadOnlyList<CampaignReport>> LastAsync(int count, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sent = CampaignQueries.Reachable(db.Campaigns, actor)
            .Where(campaign => campaign.StartedAt != null && campaign.Sent > 0 && campaign.Type == CampaignType.Regular)
            .OrderByDescending(campaign => campaign.StartedAt).ThenByDescending(campaign => campaign.Id)
            .Take(count);
        var reports = await ToReportsAsync(db, await Counters(sent).ToListAsync(cancellationToken), cancellationToken);
        return [.. reports.OrderBy(report => report.StartedAt).ThenBy(report => report.Id)];
    }

    private static IQueryable<CampaignCounters> Counters(IQueryable<Campaign> campaigns) => campaigns.AsNoTracking().Select(campaign => new CampaignCounters
    {
        Id = campaign.Id,
        Name = campaign.Name,
        Subject = campaign.Subject,
        Status = campaign.Status,
        StartedAt = campaign.StartedAt,
        FinishedAt = campaign.FinishedAt,
        Level = campaign.TrackingLevel,
        ToSend = campaign.ToSend,
        Sent = campaign.Sent,
        Failed = campaign.Failed,
        Skipped = campaign.Skipped,
        Bounces = campaign.Bounces,
        Unsubscribes = campaign.Unsubscribes,
        All = new ReactionFigures(campaign.Views, campaign.UniqueOpens, campaign.Clicks, campaign.UniqueClicks),
        People = new ReactionFigures(campaign.ViewsPeople, campaign.UniqueOpensPeople, campaign.ClicksPeople, campaign.UniqueClicksPeople),
        Lists = campaign.Lists.Select(list => list.ListId).ToList(),
    });

    private async Task<List<CampaignReport>> ToReportsAsync(ListmonkDbContext db, List<CampaignCounters> rows, CancellationToken cancellationToken)
    {
        var withBounces = rows.Where(row => row.Bounces > 0).Select(row => row.Id).ToList();
        var bounces = withBounces.Count == 0
            ? []
            : await db.Bounces.AsNoTracking().Where(bounce => bounce.CampaignId != null && withBounces.Contains(bounce.CampaignId.Value))
                .GroupBy(bounce => new { bounce.CampaignId, IsComplaint = bounce.Type == BounceType.Complaint })
                .Select(group => new { group.Key.CampaignId, group.Key.IsComplaint, People = group.Select(bounce => bounce.SubscriberId).Distinct().Count() })
                .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => ToReport(
            row,
            bounces.Where(bounce => bounce.CampaignId == row.Id && !bounce.IsComplaint).Sum(bounce => bounce.People),
            bounces.Where(bounce => bounce.CampaignId == row.Id && bounce.IsComplaint).Sum(bounce => bounce.People)));
    }

    private CampaignReport ToReport(CampaignCounters row, int bounced, int complained)
    {
        var privacy = settings.Current.Privacy;
        var opens = TrackingLevels.MostRestrictive(TrackingLevels.Of(privacy, HitKind.Open), row.Level, null);
        var clicks = TrackingLevels.MostRestrictive(TrackingLevels.Of(privacy, HitKind.Click), row.Level, null);
        // What was recorded under an earlier setting is shown all the same.
        ReactionFigures Measured(ReactionFigures figures) => new(
            opens != TrackingLevel.Off || row.All.Opens > 0 ? figures.Opens : null,
            opens == TrackingLevel.Individual || row.All.UniqueOpens > 0 ? figures.UniqueOpens : null,
            clicks != TrackingLevel.Off || row.All.Clicks > 0 ? figures.Clicks : null,
            clicks == TrackingLevel.Individual || row.All.UniqueClicks > 0 ? figures.UniqueClicks : null);
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
            Bounced = bounced,
            Complained = complained,
            Unsubscribes = row.Unsubscribes,
            All = Measured(row.All),
            People = Measured(row.People),
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

    /// <summary>All 24 hours of the viewer's day. The caller has checked that the campaign may be read.</summary>
    public async Task<IReadOnlyList<HourOfDay>> HoursOfDayAsync(int campaignId, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var hours = await db.CampaignHours.AsNoTracking().Where(hour => hour.CampaignId == campaignId).ToListAsync(cancellationToken);
        var byHour = hours.ToLookup(hour => TimeZoneInfo.ConvertTime(hour.Hour, zone).Hour);
        return
        [
            .. Enumerable.Range(0, 24).Select(hour => new HourOfDay(
                hour,
                byHour[hour].Sum(row => row.Opens),
                byHour[hour].Sum(row => row.OpensPeople),
                byHour[hour].Sum(row => row.Clicks),
                byHour[hour].Sum(row => row.ClicksPeople))),
        ];
    }

    /// <summary>Most clicked first; links of the mail that nobody clicked come too.</summary>
    public async Task<IReadOnlyList<LinkFigures>> LinksAsync(int campaignId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var clicked = await db.LinkStats.AsNoTracking().Where(stat => stat.CampaignId == campaignId && stat.Position != TrackingToken.HoneypotPosition)
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
            .. clicked.OrderByDescending(row => row.Clicks).ThenBy(row => row.Position).Select(row => new LinkFigures(row.Id, row.Url, row.Position, row.Clicks, row.ClicksPeople)),
            .. places.Where(place => !seen.Contains((place.LinkId, place.Position))).Select(place => new LinkFigures(place.LinkId, place.Url, place.Position, 0, 0)),
        ];
    }
}
