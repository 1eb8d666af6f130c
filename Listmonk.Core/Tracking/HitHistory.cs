using Listmonk.Core.Common;
using Listmonk.Core.Data;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Core.Tracking;

/// <summary>
/// Adds opens and clicks that another program recorded, in a transaction of the caller's. The figures follow by the statements of the tracking
/// log, so they come out as if the hits had arrived here.
/// </summary>
internal sealed class HitHistory(IDatabaseDialect dialect)
{
    private static readonly HitJudgement Imported = new(HitVerdict.Human, HitReasons.Imported, "");
    private readonly TrackingStatements _statements = new(dialect);

    /// <summary>A hit of which only time, mail and link are known; the rules that look at a whole message may judge it later.</summary>
    /// <param name="subscriberId">Null for nobody.</param>
    /// <param name="linkId">0 for opens.</param>
    public static KnownHit Of(HitKind kind, int campaignId, int? subscriberId, int linkId, DateTimeOffset at) => new(
        campaignId,
        subscriberId,
        new ReceivedHit { Kind = kind, CampaignId = campaignId, SubscriberId = subscriberId ?? 0, LinkId = linkId, At = at, Judgement = Imported });

    public async Task AppendAsync(HotWriter writer, IReadOnlyList<KnownHit> hits, CancellationToken cancellationToken)
    {
        if (hits.Count == 0)
        {
            return;
        }

        await using (var campaigns = await writer.QueryAsync(_statements.Campaigns, [TrackingLog.IdList(hits.Select(hit => hit.CampaignId))], cancellationToken))
        {
            while (await campaigns.ReadAsync(cancellationToken))
            {
                // Reading to the end takes all locks.
            }
        }

        foreach (var hit in hits)
        {
            writer.Run(
                _statements.InsertHit,
                hit.CampaignId, hit.Hit.LinkId == 0 ? null : hit.Hit.LinkId, null, hit.SubscriberId, EnumText.Of(hit.Hit.Kind), dialect.TimeValue(hit.Hit.At),
                EnumText.Of(hit.Hit.Judgement.Verdict), hit.Hit.Judgement.Reason, 0, "", "", false, null, null);
        }

        _statements.Add(writer, HitFigures.Of(hits, await TrackingLog.ReadersAsync(writer, _statements, hits, cancellationToken)));
    }
}
