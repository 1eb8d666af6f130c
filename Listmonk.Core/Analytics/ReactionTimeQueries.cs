using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>Reactions in one hour of the week, over a time.</summary>
public sealed record WeekHour(DayOfWeek Day, int Hour, int Opens, int OpensPeople, int Clicks, int ClicksPeople);

/// <summary>Reactions of several campaigns over time, for pages that compare.</summary>
public sealed class ReactionTimeQueries(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    /// <summary>All 168 hours of the viewer's week, Monday first, summed over the last days and the campaigns that the actor may read.</summary>
    public async Task<IReadOnlyList<WeekHour>> WeekAsync(int days, TimeZoneInfo zone, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var since = clock.GetUtcNow().AddDays(-days);
        var hours = db.CampaignHours.AsNoTracking().Where(hour => hour.Hour >= since);
        if (CampaignAccess.ReadableThrough(actor) is not null)
        {
            var reachable = CampaignQueries.Reachable(db.Campaigns, actor).Select(campaign => campaign.Id);
            hours = hours.Where(hour => reachable.Contains(hour.CampaignId));
        }

        // Clock changes make the hour of the week depend on the date, so the database only sums hours.
        var sums = await hours.GroupBy(hour => hour.Hour)
            .Select(group => new
            {
                Hour = group.Key,
                Opens = group.Sum(hour => hour.Opens),
                OpensPeople = group.Sum(hour => hour.OpensPeople),
                Clicks = group.Sum(hour => hour.Clicks),
                ClicksPeople = group.Sum(hour => hour.ClicksPeople),
            })
            .ToListAsync(cancellationToken);
        var byHour = sums.ToLookup(sum =>
        {
            var local = TimeZoneInfo.ConvertTime(sum.Hour, zone);
            return (local.DayOfWeek, local.Hour);
        });
        return
        [
            .. from day in Enumerable.Range(1, 7).Select(day => (DayOfWeek)(day % 7))
               from hour in Enumerable.Range(0, 24)
               let rows = byHour[(day, hour)]
               select new WeekHour(day, hour, rows.Sum(row => row.Opens), rows.Sum(row => row.OpensPeople), rows.Sum(row => row.Clicks), rows.Sum(row => row.ClicksPeople)),
        ];
    }

    /// <summary>
    /// For each campaign its reactions up to the end of each hour since the start of sending. Campaigns that the actor may not read, or
    /// that were not started, are absent.
    /// </summary>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<HourOfDay>>> SinceStartAsync(
        IReadOnlyList<int> campaignIds, int hours, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var starts = await CampaignQueries.Reachable(db.Campaigns.AsNoTracking(), actor)
            .Where(campaign => campaignIds.Contains(campaign.Id) && campaign.StartedAt != null)
            .Select(campaign => new { campaign.Id, campaign.StartedAt })
            .ToListAsync(cancellationToken);
        var ids = starts.ConvertAll(start => start.Id);
        var rows = (await db.CampaignHours.AsNoTracking().Where(hour => ids.Contains(hour.CampaignId)).ToListAsync(cancellationToken)).ToLookup(hour => hour.CampaignId);
        return starts.ToDictionary(start => start.Id, start => (IReadOnlyList<HourOfDay>)Cumulated(rows[start.Id], start.StartedAt!.Value, hours));
    }

    private static List<HourOfDay> Cumulated(IEnumerable<CampaignHour> rows, DateTimeOffset start, int hours)
    {
        var first = start.UtcTicks / TimeSpan.TicksPerHour;
        var byStep = rows.ToLookup(row => (int)Math.Clamp((row.Hour.UtcTicks / TimeSpan.TicksPerHour) - first, 0, int.MaxValue));
        var points = new List<HourOfDay>(hours);
        var sum = new HourOfDay(0, 0, 0, 0, 0);
        for (var step = 0; step < hours; step++)
        {
            foreach (var row in byStep[step])
            {
                sum = new HourOfDay(step, sum.Opens + row.Opens, sum.OpensPeople + row.OpensPeople, sum.Clicks + row.Clicks, sum.ClicksPeople + row.ClicksPeople);
            }

            points.Add(sum with { Hour = step + 1 });
        }

        return points;
    }
}
