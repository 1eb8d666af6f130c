using System.Collections.Concurrent;
using Listmonk.Core.Data;
using Listmonk.Core.Sending;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Bounces.Receivers;

/// <summary>Counts, from the ledger, how many mails of each campaign went to which receiver.</summary>
/// <remarks>Sending writes nothing for it. A campaign that is done is counted once, for good; one under way again at most once a minute.</remarks>
public sealed class ReceiverCounter(IDbContextFactory<ListmonkDbContext> databases, TimeProvider clock)
{
    /// <summary>Receivers of a campaign that are kept by name; the others are small and kept together.</summary>
    private const int MostReceivers = 200;

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<int, DateTimeOffset> _countedAt = new();

    /// <summary>Brings the counts of campaigns that began since then up to date.</summary>
    public async Task RefreshAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        List<(int Id, int Sent)> stale;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var rows = await db.Campaigns.AsNoTracking()
                .Where(campaign => campaign.StartedAt >= since && campaign.Sent > 0
                    && !db.Set<CampaignReceiver>().Any(row => row.CampaignId == campaign.Id && row.Of == campaign.Sent))
                .Select(campaign => new { campaign.Id, campaign.Sent }).ToListAsync(cancellationToken);
            stale = rows.ConvertAll(row => (row.Id, row.Sent));
        }

        var now = clock.GetUtcNow();
        foreach (var (id, sent) in stale)
        {
            if (_countedAt.TryGetValue(id, out var at) && now - at < BetweenCounts)
            {
                continue;
            }

            await CountAsync(id, sent, cancellationToken);
            _countedAt[id] = now;
        }
    }

    private async Task CountAsync(int campaignId, int sent, CancellationToken cancellationToken)
    {
        var byReceiver = new Dictionary<string, int>(StringComparer.Ordinal);
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var domains = db.Deliveries.AsNoTracking()
                .Where(delivery => delivery.CampaignId == campaignId && (delivery.Status == DeliveryStatus.Sent || delivery.Status == DeliveryStatus.Bounced))
#pragma warning disable CA1866 // Only the overload for texts is translated.
                .Join(db.Subscribers, delivery => delivery.SubscriberId, person => person.Id, (_, person) => person.Email.Substring(person.Email.IndexOf("@") + 1))
#pragma warning restore CA1866
                .GroupBy(domain => domain)
                .Select(group => new { Domain = group.Key, Count = group.Count() });
            await foreach (var row in domains.AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                var name = Receiver.Of(row.Domain).Name;
                byReceiver[name] = byReceiver.GetValueOrDefault(name) + row.Count;
            }
        }

        var kept = byReceiver.OrderByDescending(pair => pair.Value).Take(MostReceivers).ToDictionary(StringComparer.Ordinal);
        // The row of the small ones is always there: it tells that the campaign was counted.
        kept[""] = byReceiver.Sum(pair => pair.Value) - kept.Sum(pair => pair.Value);
        await databases.WriteAsync(
            async db =>
            {
                await db.Set<CampaignReceiver>().Where(row => row.CampaignId == campaignId).ExecuteDeleteAsync(cancellationToken);
                db.AddRange(kept.Select(pair => new CampaignReceiver { CampaignId = campaignId, Receiver = pair.Key, Sent = pair.Value, Of = sent }));
            },
            cancellationToken);
    }
}
