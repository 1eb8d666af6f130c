namespace Listmonk.Core.Tracking.Judging;

/// <summary>A hit to be explained: a request, when it came, and which message and link it belongs to.</summary>
public sealed record InspectedHit(HitRequest Request, DateTimeOffset At, int Message = 1, int? Link = null);

/// <summary>Says what the rules in force would think of hits, and stores nothing; the same rules that judge real ones.</summary>
public sealed class HitInspection(HitJudge judge)
{
    /// <param name="hits">In any order; hits of different messages do not influence each other.</param>
    /// <param name="deliveredAt">Null when unknown.</param>
    /// <param name="honeypotLink">Null without one.</param>
    /// <returns>One judgement for each hit as it stands after the last.</returns>
    public IReadOnlyList<HitJudgement> Judge(IReadOnlyList<InspectedHit> hits, DateTimeOffset? deliveredAt, int? honeypotLink)
    {
        var judgements = new HitJudgement[hits.Count];
        foreach (var message in hits.Select((hit, index) => (hit, index)).GroupBy(pair => pair.hit.Message))
        {
            var members = message.ToList();
            var judged = MessageRules.Judge(
                // A click whose link is not named counts as a link of its own.
                [.. members.Select(pair => new MessageHit(pair.hit.Request.Kind, pair.hit.Link ?? -1, pair.hit.At, judge.Judge(pair.hit.Request)))],
                deliveredAt,
                honeypotLink);
            for (var i = 0; i < members.Count; i++)
            {
                judgements[members[i].index] = judged[i];
            }
        }

        return judgements;
    }
}
