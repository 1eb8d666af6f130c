namespace Listmonk.Core.Tracking;

/// <summary>
/// An open or click as it arrived, not yet looked up. Signed addresses carry ids, listmonk's own carry UUIDs, resolved when the hit is
/// written so that a hit can be taken in while the database is away.
/// </summary>
public readonly record struct ReceivedHit
{
    public const int MaxAgent = 300;

    public HitKind Kind { get; init; }

    public int CampaignId { get; init; }

    /// <summary>Set instead of <see cref="CampaignId"/> on listmonk's addresses.</summary>
    public Guid CampaignUuid { get; init; }

    /// <summary>0 for nobody.</summary>
    public int SubscriberId { get; init; }

    /// <summary>Set instead of <see cref="SubscriberId"/> on listmonk's addresses; empty for nobody.</summary>
    public Guid SubscriberUuid { get; init; }

    /// <summary>0 for opens.</summary>
    public int LinkId { get; init; }

    /// <summary>0 when unknown.</summary>
    public int Position { get; init; }

    public DateTimeOffset At { get; init; }

    public required HitJudgement Judgement { get; init; }

    public int RuleVersion { get; init; }

    /// <summary>The User-Agent header, cut to <see cref="MaxAgent"/>; kept with individual tracking only, so that the hit can be judged again.</summary>
    public string? Agent { get; init; }

    /// <summary>The client's network, never its address (<see cref="Common.NetworkSet.Truncate"/>); kept with individual tracking only.</summary>
    public string? Network { get; init; }

    public bool IsSigned => CampaignId != 0;

    /// <summary>The same event without anything that belongs to a person.</summary>
    public ReceivedHit WithoutPerson() => this with
    {
        SubscriberId = 0,
        SubscriberUuid = Guid.Empty,
        Agent = null,
        Network = null,
        Judgement = Judgement.AgentClass.Length == 0 && Judgement.Client.Length == 0 ? Judgement : Judgement with { AgentClass = "", Client = "" },
    };
}
