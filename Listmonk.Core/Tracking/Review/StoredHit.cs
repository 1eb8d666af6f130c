using System.Net;
using System.Runtime.InteropServices;
using Listmonk.Core.Tracking.Judging;

namespace Listmonk.Core.Tracking.Review;

/// <summary>A hit as the database has it, with the facts that the rules need.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoredHit
{
    public long Id { get; init; }

    public MessageKey Message { get; init; }

    public HitKind Kind { get; init; }

    /// <summary>0 for opens.</summary>
    public int LinkId { get; init; }

    public int Position { get; init; }

    public DateTimeOffset At { get; init; }

    public HitJudgement Judgement { get; init; }

    /// <summary>Null when it was not kept.</summary>
    public string? Agent { get; init; }

    public string? Network { get; init; }

    /// <summary>Null when unknown.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>
    /// What the request alone says by the rules of today. Facts that were not kept cannot be weighed again: then what an earlier version saw in
    /// the request stands.
    /// </summary>
    public HitJudgement JudgeRequest(HitJudge judge)
    {
        if (Judgement.Reason is HitReasons.Head or HitReasons.Prefetch || (Judgement.Reason.Length > 0 && !HitReasons.IsOfMessage(Judgement.Reason) && Agent is null))
        {
            return Judgement;
        }

        var byAgent = Agent is null
            ? Judgement with { Verdict = HitVerdict.Human, Reason = "" }
            : judge.Judge(new HitRequest(Kind, Agent));
        return byAgent.Verdict == HitVerdict.Machine || !IsScannerNetwork(judge.Knowledge)
            ? byAgent
            : byAgent with { Verdict = HitVerdict.Machine, Reason = HitReasons.ScannerNetwork };
    }

    public MessageHit ToMessageHit(HitJudge judge) => new(Kind, Position == TrackingToken.HoneypotPosition ? MessageRules.HoneypotLink : LinkId, At, JudgeRequest(judge));

    public KnownHit ToKnown(HitJudgement judgement) => new(
        Message.CampaignId,
        Message.SubscriberId,
        new ReceivedHit { Kind = Kind, CampaignId = Message.CampaignId, SubscriberId = Message.SubscriberId, LinkId = LinkId, Position = Position, At = At, Judgement = judgement });

    /// <summary>Only a network that holds all of the kept one can be recognised; what was recognised from the whole address stands unless excepted.</summary>
    private bool IsScannerNetwork(HitKnowledge knowledge)
    {
        if (Network is null || !IPAddress.TryParse(Network, out var network))
        {
            return Judgement.Reason == HitReasons.ScannerNetwork;
        }

        return !knowledge.PeopleNetworks.ContainsNetwork(network)
            && (Judgement.Reason == HitReasons.ScannerNetwork || knowledge.ScannerNetworks.ContainsNetwork(network));
    }
}
