namespace Listmonk.Core.Tracking;

public enum HitKind
{
    Open,
    Click,
}

/// <summary>Who caused a hit: a person, or software acting on its own (scanner, prefetch, privacy proxy).</summary>
public enum HitVerdict
{
    Human,
    Machine,
}

/// <summary>One open or click as recorded; never dropped for being a machine (architecture invariant 6).</summary>
public sealed class TrackingHit
{
    public long Id { get; set; }

    public int CampaignId { get; set; }

    public int? LinkId { get; set; }

    public int? Position { get; set; }

    /// <summary>Null when tracking was anonymous or the person is gone.</summary>
    public int? SubscriberId { get; set; }

    public HitKind Kind { get; set; }

    public DateTimeOffset At { get; set; }

    public HitVerdict Verdict { get; set; }

    /// <summary>Short code of the rule that decided, such as <c>prefetch</c>; empty for the default.</summary>
    public string Reason { get; set; } = "";

    public int RuleVersion { get; set; }

    /// <summary>Derived class of the client, such as <c>desktop</c>, <c>mobile</c>, <c>proxy</c>; never the user agent itself.</summary>
    public string AgentClass { get; set; } = "";

    /// <summary>The mail program or browser by its everyday name, derived from the user agent; empty when not recorded.</summary>
    public string Client { get; set; } = "";

    /// <summary>False for listmonk's own unsigned address forms.</summary>
    public bool IsSigned { get; set; }

    /// <summary>The <see cref="HitAgent"/>; null when tracking was anonymous or its time is over.</summary>
    public int? AgentId { get; set; }

    /// <summary>The client's network, its address without the part that names a machine; null as <see cref="AgentId"/> is.</summary>
    public string? Network { get; set; }
}

/// <summary>A user agent that hits of individual tracking came with, kept once, so that an improved rule can judge them again.</summary>
public sealed class HitAgent
{
    public int Id { get; set; }

    public required string Agent { get; set; }
}

/// <summary>Opens and clicks of one campaign in one hour; kept in the same transaction as the hits.</summary>
public sealed class CampaignHour
{
    public int CampaignId { get; set; }

    /// <summary>Start of the hour, UTC.</summary>
    public DateTimeOffset Hour { get; set; }

    public int Opens { get; set; }

    public int OpensPeople { get; set; }

    public int Clicks { get; set; }

    public int ClicksPeople { get; set; }

    /// <summary>People whose first open fell into this hour (individual tracking only).</summary>
    public int FirstOpens { get; set; }

    public int FirstClicks { get; set; }
}

/// <summary>Clicks on one link position of one campaign.</summary>
public sealed class LinkStat
{
    public int CampaignId { get; set; }

    public int LinkId { get; set; }

    public int Position { get; set; }

    public int Clicks { get; set; }

    public int ClicksPeople { get; set; }
}

/// <summary>A person's reaction to one campaign: the source of unique figures and of the person's activity page.</summary>
public sealed class CampaignReader
{
    public int CampaignId { get; set; }

    public int SubscriberId { get; set; }

    public int Opens { get; set; }

    public int OpensPeople { get; set; }

    public int Clicks { get; set; }

    public int ClicksPeople { get; set; }

    public DateTimeOffset? FirstOpenAt { get; set; }

    public DateTimeOffset? LastOpenAt { get; set; }

    public DateTimeOffset? FirstClickAt { get; set; }

    public DateTimeOffset? LastClickAt { get; set; }
}

/// <summary>A key that signs tracking addresses; old ones keep verifying mails already sent.</summary>
public sealed class TrackingKey
{
    public int Id { get; set; }

    /// <summary>The 32 secret bytes, protected at rest, in base64.</summary>
    public required string Secret { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When another key took over signing; null for the current one.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}
