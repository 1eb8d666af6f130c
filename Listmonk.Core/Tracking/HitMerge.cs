using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Tracking;

/// <summary>Gives one person's opens and clicks to another, so that all figures are what a recount of the hits would find.</summary>
internal static class HitMerge
{
    /// <summary>To be called inside a transaction that removes the first person.</summary>
    public static async Task MoveAsync(ListmonkDbContext db, int from, int to, CancellationToken cancellationToken)
    {
        var campaigns = await db.TrackingHits.Where(hit => hit.SubscriberId == from).Select(hit => hit.CampaignId)
            .Union(db.CampaignReaders.Where(reader => reader.SubscriberId == from).Select(reader => reader.CampaignId))
            .OrderBy(id => id).ToListAsync(cancellationToken);
        foreach (var campaignId in campaigns)
        {
            // Takes part in the log's order (TrackingStatements.Campaigns): nothing is counted there until the commit.
            await db.Campaigns.Where(campaign => campaign.Id == campaignId)
                .ExecuteUpdateAsync(set => set.SetProperty(campaign => campaign.Views, campaign => campaign.Views), cancellationToken);
            // Breakdowns of the campaign are counted anew (ReviewStatements.ForgetBreakdown).
            await db.Database.ExecuteSqlAsync($"UPDATE campaign_breakdowns SET fingerprint = '' WHERE campaign_id = {campaignId}", cancellationToken);
            var readers = await db.CampaignReaders.Where(reader => reader.CampaignId == campaignId && (reader.SubscriberId == from || reader.SubscriberId == to)).ToListAsync(cancellationToken);
            if (readers.Find(reader => reader.SubscriberId == from) is not { } leaving)
            {
                continue;
            }

            db.CampaignReaders.Remove(leaving);
            if (readers.Find(reader => reader.SubscriberId == to) is { } staying)
            {
                await CorrectAsync(db, leaving, staying, cancellationToken);
                Add(staying, leaving);
            }
            else
            {
                var moved = new CampaignReader { CampaignId = campaignId, SubscriberId = to };
                Add(moved, leaving);
                db.CampaignReaders.Add(moved);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await db.TrackingHits.Where(hit => hit.SubscriberId == from).ExecuteUpdateAsync(set => set.SetProperty(hit => hit.SubscriberId, to), cancellationToken);
    }

    /// <summary>Both reacted to the campaign and were counted as two; from now on they are one, who opened when the first of them did.</summary>
    private static async Task CorrectAsync(ListmonkDbContext db, CampaignReader leaving, CampaignReader staying, CancellationToken cancellationToken)
    {
        var hits = await db.TrackingHits.AsNoTracking()
            .Where(hit => hit.CampaignId == leaving.CampaignId && (hit.SubscriberId == leaving.SubscriberId || hit.SubscriberId == staying.SubscriberId))
            .OrderBy(hit => hit.Id).ToListAsync(cancellationToken);
        var (before, after) = (new HitFigures(), new HitFigures());
        foreach (var hit in hits)
        {
            before.Add(hit);
            hit.SubscriberId = staying.SubscriberId;
            after.Add(hit);
        }

        if (!IsComplete(before, leaving) || !IsComplete(before, staying))
        {
            await CorrectByReadersAsync(db, leaving, staying, cancellationToken);
            return;
        }

        after.Subtract(before);
        foreach (var ((campaign, hour), sums) in after.Hours)
        {
            await AddToHourAsync(db, campaign, hour, sums.FirstOpens, sums.FirstClicks, cancellationToken);
        }

        foreach (var (campaign, sums) in after.Campaigns)
        {
            await AddToCampaignAsync(db, campaign, sums.FirstOpens, sums.FirstClicks, sums.FirstOpensPeople, sums.FirstClicksPeople, cancellationToken);
        }
    }

    /// <summary>Old hits are deleted after a while, and the readers stay: then their own times tell.</summary>
    private static async Task CorrectByReadersAsync(ListmonkDbContext db, CampaignReader leaving, CampaignReader staying, CancellationToken cancellationToken)
    {
        var opens = Opened(leaving) && Opened(staying) ? -1 : 0;
        var clicks = leaving.Clicks > 0 && staying.Clicks > 0 ? -1 : 0;
        var opensPeople = OpenedInPerson(leaving) && OpenedInPerson(staying) ? -1 : 0;
        var clicksPeople = leaving.ClicksPeople > 0 && staying.ClicksPeople > 0 ? -1 : 0;
        await AddToCampaignAsync(db, leaving.CampaignId, opens, clicks, opensPeople, clicksPeople, cancellationToken);
        if (opens < 0 && Later(leaving.FirstOpenAt, staying.FirstOpenAt) is { } open)
        {
            await AddToHourAsync(db, leaving.CampaignId, open, opens, 0, cancellationToken);
        }

        if (clicks < 0 && Later(leaving.FirstClickAt, staying.FirstClickAt) is { } click)
        {
            await AddToHourAsync(db, leaving.CampaignId, click, 0, clicks, cancellationToken);
        }
    }

    private static bool IsComplete(HitFigures figures, CampaignReader reader) =>
        figures.Readers.TryGetValue((reader.CampaignId, reader.SubscriberId), out var sums)
        && (sums.Opens, sums.OpensPeople, sums.Clicks, sums.ClicksPeople) == (reader.Opens, reader.OpensPeople, reader.Clicks, reader.ClicksPeople);

    private static bool Opened(CampaignReader reader) => reader.Opens + reader.ClicksPeople > 0;

    private static bool OpenedInPerson(CampaignReader reader) => reader.OpensPeople + reader.ClicksPeople > 0;

    private static async Task AddToHourAsync(ListmonkDbContext db, int campaignId, DateTimeOffset at, int opens, int clicks, CancellationToken cancellationToken)
    {
        if (opens != 0 || clicks != 0)
        {
            var hour = new DateTimeOffset(at.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
            await db.CampaignHours.Where(row => row.CampaignId == campaignId && row.Hour == hour).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.FirstOpens, row => row.FirstOpens + opens).SetProperty(row => row.FirstClicks, row => row.FirstClicks + clicks), cancellationToken);
        }
    }

    private static Task<int> AddToCampaignAsync(
        ListmonkDbContext db, int campaignId, int opens, int clicks, int opensPeople, int clicksPeople, CancellationToken cancellationToken) =>
        db.Campaigns.Where(campaign => campaign.Id == campaignId).ExecuteUpdateAsync(
            set => set
                .SetProperty(campaign => campaign.UniqueOpens, campaign => campaign.UniqueOpens + opens)
                .SetProperty(campaign => campaign.UniqueClicks, campaign => campaign.UniqueClicks + clicks)
                .SetProperty(campaign => campaign.UniqueOpensPeople, campaign => campaign.UniqueOpensPeople + opensPeople)
                .SetProperty(campaign => campaign.UniqueClicksPeople, campaign => campaign.UniqueClicksPeople + clicksPeople),
            cancellationToken);

    private static void Add(CampaignReader to, CampaignReader what)
    {
        to.Opens += what.Opens;
        to.OpensPeople += what.OpensPeople;
        to.Clicks += what.Clicks;
        to.ClicksPeople += what.ClicksPeople;
        to.FirstOpenAt = Earlier(to.FirstOpenAt, what.FirstOpenAt);
        to.LastOpenAt = Later(to.LastOpenAt, what.LastOpenAt);
        to.FirstClickAt = Earlier(to.FirstClickAt, what.FirstClickAt);
        to.LastClickAt = Later(to.LastClickAt, what.LastClickAt);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) => left is null || right < left ? right ?? left : left;

    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) => left is null || right > left ? right ?? left : left;
}
