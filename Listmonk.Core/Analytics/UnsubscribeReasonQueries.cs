using Listmonk.Core.Campaigns;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Analytics;

/// <summary>How many left a campaign's lists for one reason.</summary>
public sealed record ReasonCount(UnsubscribeReason Reason, int Count);

/// <summary>What people said when they left.</summary>
/// <param name="Counts">The most frequent first.</param>
/// <param name="Comments">The latest in their own words, without their names.</param>
public sealed record UnsubscribeReasons(IReadOnlyList<ReasonCount> Counts, IReadOnlyList<string> Comments)
{
    public static UnsubscribeReasons None { get; } = new([], []);
}

/// <summary>Reads why people left through a campaign's mails.</summary>
public sealed class UnsubscribeReasonQueries(IDbContextFactory<ListmonkDbContext> databases)
{
    private const int ShownComments = 20;

    /// <summary>The caller has checked that the campaign's report may be read.</summary>
    public async Task<UnsubscribeReasons> ReadAsync(int campaignId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.CampaignUnsubscribes.AsNoTracking().Where(row => row.CampaignId == campaignId && row.Reason != null);
        var counts = await rows.GroupBy(row => row.Reason!.Value).Select(group => new ReasonCount(group.Key, group.Count())).ToListAsync(cancellationToken);
        if (counts.Count == 0)
        {
            return UnsubscribeReasons.None;
        }

        var comments = await rows.Where(row => row.Comment != null).OrderByDescending(row => row.Id).Take(ShownComments).Select(row => row.Comment!).ToListAsync(cancellationToken);
        return new UnsubscribeReasons([.. counts.OrderByDescending(one => one.Count).ThenBy(one => one.Reason)], comments);
    }
}
