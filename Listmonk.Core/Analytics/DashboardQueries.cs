using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Core.Users;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>What the dashboard shows. Everything comes from counters, indexes and roll-ups, so its cost does not grow with the hits.</summary>
public sealed class DashboardQueries(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    public const int ChartDays = 30;
    public const int RecentCount = 8;

    /// <summary>Counting the people without lists walks all subscriptions; from here on the figure may be a minute old.</summary>
    private const int ManyPeople = 100_000;
    private static readonly TimeSpan OrphansAge = TimeSpan.FromMinutes(1);
    private (DateTimeOffset At, int Count)? _orphans;

    /// <summary>Whether what the actor sees is what everybody without limits sees.</summary>
    public static bool SeesAll(Actor actor) => actor.SeesAllLists && CampaignAccess.ReadableThrough(actor) is null;

    /// <summary>All of the dashboard.</summary>
    public async Task<DashboardFigures> ReadAsync(Actor actor, TimeZoneInfo zone, CancellationToken cancellationToken) => new(
        await CountsAsync(actor, cancellationToken),
        await DaysAsync(actor, zone, cancellationToken),
        await RecentAsync(actor, RecentCount, cancellationToken));

    /// <summary>Accounts limited to some lists see the figures of those lists and of the campaigns that go to them.</summary>
    public async Task<DashboardCounts> CountsAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var seesEverybody = actor.SeesAllLists || actor.Can(Permissions.SubscribersGetAll);
        var readable = actor.ReadableLists.Union(actor.ManageableLists).ToList();
        var people = db.Subscribers.AsNoTracking();
        if (!seesEverybody)
        {
            people = people.Where(subscriber => subscriber.Subscriptions.Any(subscription => readable.Contains(subscription.ListId)));
        }

        var total = await people.CountAsync(cancellationToken);
        var blocklisted = await people.CountAsync(subscriber => subscriber.Status == SubscriberStatus.Blocklisted, cancellationToken);
        var lists = await db.Lists.AsNoTracking()
            .Where(list => actor.SeesAllLists || readable.Contains(list.Id))
            .GroupBy(list => new { list.Type, list.Optin })
            .Select(group => new { group.Key.Type, group.Key.Optin, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var campaigns = await CampaignQueries.Reachable(db.Campaigns.AsNoTracking(), actor)
            .GroupBy(campaign => campaign.Status)
            .Select(group => new { Status = group.Key, Count = group.Count(), Sent = group.Sum(campaign => (long)campaign.Sent) })
            .ToListAsync(cancellationToken);
        return new DashboardCounts
        {
            Subscribers = total,
            Blocklisted = blocklisted,
            Orphans = seesEverybody ? await OrphansAsync(db, total, cancellationToken) : 0,
            Lists = lists.Sum(row => row.Count),
            PublicLists = lists.Where(row => row.Type == ListType.Public).Sum(row => row.Count),
            PrivateLists = lists.Where(row => row.Type == ListType.Private).Sum(row => row.Count),
            SingleOptinLists = lists.Where(row => row.Optin == ListOptin.Single).Sum(row => row.Count),
            DoubleOptinLists = lists.Where(row => row.Optin == ListOptin.Double).Sum(row => row.Count),
            Campaigns = campaigns.ToDictionary(row => row.Status, row => row.Count),
            Messages = campaigns.Sum(row => row.Sent),
        };
    }

    /// <summary>Opens and clicks of the last days in the viewer's zone, quiet days as zero, today last.</summary>
    public async Task<IReadOnlyList<DayFigures>> DaysAsync(Actor actor, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).Date);
        var first = today.AddDays(1 - ChartDays);
        var since = clock.GetUtcNow().AddDays(-ChartDays - 1);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var hours = db.CampaignHours.AsNoTracking().Where(hour => hour.Hour >= since);
        if (CampaignAccess.ReadableThrough(actor) is not null)
        {
            var reachable = CampaignQueries.Reachable(db.Campaigns.AsNoTracking(), actor).Select(campaign => campaign.Id);
            hours = hours.Where(hour => reachable.Contains(hour.CampaignId));
        }

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
        var byDay = sums.ToLookup(sum => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(sum.Hour, zone).Date));
        return
        [
            .. Enumerable.Range(0, ChartDays).Select(offset => first.AddDays(offset)).Select(day => new DayFigures(
                day,
                byDay[day].Sum(sum => sum.Opens),
                byDay[day].Sum(sum => sum.OpensPeople),
                byDay[day].Sum(sum => sum.Clicks),
                byDay[day].Sum(sum => sum.ClicksPeople))),
        ];
    }

    /// <summary>Campaigns that somebody would look for first: those under way, then the newest.</summary>
    public async Task<IReadOnlyList<RecentCampaign>> RecentAsync(Actor actor, int count, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await CampaignQueries.Reachable(db.Campaigns.AsNoTracking(), actor)
            .OrderByDescending(campaign => campaign.Status == CampaignStatus.Running)
            .ThenByDescending(campaign => campaign.CreatedAt)
            .Take(count)
            .Select(campaign => new RecentCampaign(
                campaign.Id, campaign.Name, campaign.Status, campaign.ToSend, campaign.Sent, campaign.ViewsPeople, campaign.ClicksPeople,
                campaign.StartedAt ?? campaign.SendAt ?? campaign.CreatedAt))
            .ToListAsync(cancellationToken);
    }

    private async Task<int> OrphansAsync(ListmonkDbContext db, int people, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (people >= ManyPeople && _orphans is { } known && now - known.At < OrphansAge)
        {
            return known.Count;
        }

        var count = people - await db.Subscriptions.AsNoTracking().Select(subscription => subscription.SubscriberId).Distinct().CountAsync(cancellationToken);
        _orphans = (now, count);
        return count;
    }
}

/// <summary>What the dashboard shows: totals, the days of its chart with today last, and the campaigns that come first.</summary>
public sealed record DashboardFigures(DashboardCounts Counts, IReadOnlyList<DayFigures> Days, IReadOnlyList<RecentCampaign> Recent);

/// <summary>The totals at the top of the dashboard.</summary>
public sealed record DashboardCounts
{
    public int Subscribers { get; init; }

    public int Blocklisted { get; init; }

    /// <summary>People without any subscription.</summary>
    public int Orphans { get; init; }

    public int Lists { get; init; }

    public int PublicLists { get; init; }

    public int PrivateLists { get; init; }

    public int SingleOptinLists { get; init; }

    public int DoubleOptinLists { get; init; }

    /// <summary>Only statuses that occur.</summary>
    public IReadOnlyDictionary<CampaignStatus, int> Campaigns { get; init; } = new Dictionary<CampaignStatus, int>();

    public long Messages { get; init; }
}

/// <summary>Opens and clicks of one day over all campaigns.</summary>
public sealed record DayFigures(DateOnly Day, int Opens, int OpensPeople, int Clicks, int ClicksPeople);

/// <summary>A campaign as the dashboard lists it.</summary>
public sealed record RecentCampaign(
    int Id, string Name, CampaignStatus Status, int ToSend, int Sent, int OpensPeople, int ClicksPeople, DateTimeOffset At);
