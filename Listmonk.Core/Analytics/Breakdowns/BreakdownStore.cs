using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics.Breakdowns;

/// <summary>A campaign's breakdown was counted anew.</summary>
public sealed record BreakdownCounted(int CampaignId);

/// <summary>
/// Breakdowns as last counted. Whoever reads one that the campaign's counters have left behind has it counted again in the
/// background, and hears of it by <see cref="LiveFeed{T}"/> of <see cref="BreakdownCounted"/>.
/// </summary>
public sealed class BreakdownStore
{
    /// <summary>Raise it when the content changes, so that what an older program counted is counted anew.</summary>
    private const int Format = 1;

    private const int Busyness = 20;

    /// <summary>What the counters do not tell, such as people deleted since, follows after this.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(6);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly IDbContextFactory<ListmonkDbContext> _databases;
    private readonly BreakdownCounter _counter;
    private readonly LiveFeed<BreakdownCounted> _feed;
    private readonly TimeProvider _clock;
    private readonly HashSet<int> _waiting = [];

    /// <summary>Each campaign stands in it once, so it never holds more than there are campaigns.</summary>
    private readonly Channel<int> _wanted = Channel.CreateUnbounded<int>();

    internal BreakdownStore(IDbContextFactory<ListmonkDbContext> databases, BreakdownCounter counter, LiveFeed<BreakdownCounted> feed, TimeProvider clock) =>
        (_databases, _counter, _feed, _clock) = (databases, counter, feed, clock);

    internal ChannelReader<int> Wanted => _wanted.Reader;

    /// <summary>The last count; null while there is none, in which case it is on its way. The caller has checked that the campaign may be read.</summary>
    public async Task<CampaignBreakdown?> FindAsync(int campaignId, CancellationToken cancellationToken)
    {
        await using var db = await _databases.CreateDbContextAsync(cancellationToken);
        var stored = await db.CampaignBreakdowns.AsNoTracking().FirstOrDefaultAsync(row => row.CampaignId == campaignId, cancellationToken);
        if (await FingerprintAsync(db, campaignId, cancellationToken) is not { } fingerprint)
        {
            return null;
        }

        if (stored is null || stored.Fingerprint != fingerprint || _clock.GetUtcNow() - stored.CountedAt > MaxAge)
        {
            Want(campaignId);
        }

        return stored is null ? null : JsonSerializer.Deserialize<CampaignBreakdown>(stored.Content);
    }

    /// <summary>Counts at once, however long that takes; for exports. The caller has checked that the campaign may be read.</summary>
    public async Task<CampaignBreakdown> CountAsync(int campaignId, CancellationToken cancellationToken)
    {
        string fingerprint;
        await using (var db = await _databases.CreateDbContextAsync(cancellationToken))
        {
            fingerprint = await FingerprintAsync(db, campaignId, cancellationToken) ?? "";
        }

        var start = _clock.GetTimestamp();
        var breakdown = await _counter.CountAsync(campaignId, cancellationToken);
        var took = (int)_clock.GetElapsedTime(start).TotalMilliseconds;
        await _databases.WriteAsync(
            async db =>
            {
                if (!await db.Campaigns.AnyAsync(campaign => campaign.Id == campaignId, cancellationToken))
                {
                    return;
                }

                var row = await db.CampaignBreakdowns.FirstOrDefaultAsync(row => row.CampaignId == campaignId, cancellationToken);
                if (row is null)
                {
                    row = new StoredBreakdown { CampaignId = campaignId };
                    db.CampaignBreakdowns.Add(row);
                }

                // Counters that moved while it was counted make this count outdated: the text is from before.
                (row.Fingerprint, row.CountedAt, row.TookMilliseconds) = (fingerprint, breakdown.CountedAt, took);
                row.Content = JsonSerializer.Serialize(breakdown);
            },
            cancellationToken);
        _feed.Publish(new BreakdownCounted(campaignId));
        return breakdown;
    }

    /// <summary>When the campaign may be counted again: costly counts come seldom.</summary>
    internal async Task<TimeSpan> RestAsync(int campaignId, CancellationToken cancellationToken)
    {
        await using var db = await _databases.CreateDbContextAsync(cancellationToken);
        var last = await db.CampaignBreakdowns.AsNoTracking().Where(row => row.CampaignId == campaignId)
            .Select(row => new { row.CountedAt, row.TookMilliseconds }).FirstOrDefaultAsync(cancellationToken);
        if (last is null)
        {
            return TimeSpan.Zero;
        }

        var rest = TimeSpan.FromMilliseconds(Math.Max(Pause.TotalMilliseconds, (double)last.TookMilliseconds * Busyness));
        var left = last.CountedAt + rest - _clock.GetUtcNow();
        return left > rest ? rest : left;
    }

    internal void Taken(int campaignId)
    {
        lock (_waiting)
        {
            _waiting.Remove(campaignId);
        }
    }

    private void Want(int campaignId)
    {
        lock (_waiting)
        {
            if (_waiting.Add(campaignId))
            {
                _wanted.Writer.TryWrite(campaignId);
            }
        }
    }

    private static async Task<string?> FingerprintAsync(ListmonkDbContext db, int campaignId, CancellationToken cancellationToken)
    {
        var row = await db.Campaigns.AsNoTracking().Where(campaign => campaign.Id == campaignId)
            .Select(campaign => new Campaign
            {
                Name = "",
                Subject = "",
                Sent = campaign.Sent,
                Bounces = campaign.Bounces,
                Views = campaign.Views,
                ViewsPeople = campaign.ViewsPeople,
                Clicks = campaign.Clicks,
                ClicksPeople = campaign.ClicksPeople,
                UniqueOpens = campaign.UniqueOpens,
                UniqueOpensPeople = campaign.UniqueOpensPeople,
                UniqueClicks = campaign.UniqueClicks,
                UniqueClicksPeople = campaign.UniqueClicksPeople,
            })
            .FirstOrDefaultAsync(cancellationToken);
        return row is null
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Format}:{row.Sent},{row.Bounces},{row.Views},{row.ViewsPeople},{row.Clicks},{row.ClicksPeople},{row.UniqueOpens},{row.UniqueOpensPeople},{row.UniqueClicks},{row.UniqueClicksPeople}");
    }
}
