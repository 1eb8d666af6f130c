using System.Runtime.InteropServices;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Listmonk.Core.Sending;

/// <summary>Counts what went wrong in a campaign by its kind, from the ledger; cheap enough to be asked while the campaign is sent.</summary>
public sealed class DeliveryProblems(IDbContextFactory<ListmonkDbContext> databases)
{
    /// <summary>The most frequent first; empty when nothing went wrong, or the reader may not see the campaign.</summary>
    public async Task<IReadOnlyList<DeliveryProblem>> ReadAsync(int campaignId, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var lists = await db.CampaignLists.AsNoTracking().Where(list => list.CampaignId == campaignId).Select(list => list.ListId).ToListAsync(cancellationToken);
        if (!CampaignAccess.CanRead(actor, lists))
        {
            return [];
        }

        var groups = await db.Deliveries.AsNoTracking()
            .Where(row => row.CampaignId == campaignId)
            .Where(row => row.Status == DeliveryStatus.Failed || row.Status == DeliveryStatus.Skipped || (row.Status == DeliveryStatus.Claimed && row.SmtpCode != null))
            .GroupBy(row => new { row.Status, row.SmtpCode })
            .Select(group => new { group.Key.Status, group.Key.SmtpCode, Count = group.Count() })
            .ToListAsync(cancellationToken);
        return [.. groups.Select(group => new DeliveryProblem(TextOf(group.Status, group.SmtpCode), group.Count)).OrderByDescending(problem => problem.Count)];
    }

    private static string TextOf(DeliveryStatus status, int? code) => (status, code) switch
    {
        (DeliveryStatus.Skipped, _) => "left out",
        (DeliveryStatus.Claimed, _) => $"put off, to be tried again ({code})",
        (_, null or 0) => "failed",
        (_, 550 or 551 or 553) => $"address refused ({code})",
        (_, 552) => "mailbox full or mail too large (552)",
        (_, >= 500) => $"refused for good ({code})",
        _ => $"given up after several tries ({code})",
    };
}

/// <summary>One kind of trouble and how many people it met.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DeliveryProblem(string Text, int Count);
