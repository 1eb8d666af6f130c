using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;

namespace Listmonk.Core.Campaigns;

/// <summary>Whom a campaign would reach if it went out now, and whom it leaves out.</summary>
public sealed record CampaignAudience
{
    /// <summary>People, each counted once however many lists they are on.</summary>
    public int Total { get; init; }

    public IReadOnlyList<CampaignAudienceList> Lists { get; init; } = [];

    /// <summary>People who qualify by the lists but are blocked or disabled.</summary>
    public int Blocked { get; init; }

    /// <summary>Those of <see cref="Blocked"/> who were blocked because mails to them bounced too often. Only counted when asked for.</summary>
    public int Bounced { get; init; }

    /// <summary>Those of <see cref="Total"/> whose domain the settings refuse: they are left out, on record, when their turn comes. Only counted when asked for.</summary>
    public int RefusedDomain { get; init; }

    /// <summary>Those of <see cref="Total"/> who are on the suppression list, apart from <see cref="RefusedDomain"/>: left out likewise. Only counted when asked for.</summary>
    public int Suppressed { get; init; }

    /// <summary>People of the lists who do not match the campaign's segment.</summary>
    public int OutsideSegment { get; init; }

    /// <summary>The campaign names a segment that has been deleted: nobody qualifies.</summary>
    public bool IsSegmentMissing { get; init; }

    /// <summary>People who would really get a mail.</summary>
    public int Mailed => Total - RefusedDomain - Suppressed;
}

/// <summary>The part of one list in a campaign's audience.</summary>
public sealed record CampaignAudienceList
{
    public required int ListId { get; init; }

    public required string Name { get; init; }

    public ListOptin Optin { get; init; }

    /// <summary>Memberships that qualify by their status.</summary>
    public int Qualified { get; init; }

    /// <summary>Of a double opt-in list: those who have not confirmed.</summary>
    public int Unconfirmed { get; init; }

    public int Unsubscribed { get; init; }
}

/// <summary>Who qualifies for a campaign (spec/campaigns.md 8).</summary>
public static class CampaignAudienceRules
{
    /// <summary>Only enabled people are mailed; neither blocked nor disabled ones.</summary>
    public const SubscriberStatus Reachable = SubscriberStatus.Enabled;

    /// <summary>Which statuses of a membership qualify, by the kind of campaign and of list.</summary>
    public static IReadOnlyList<SubscriptionStatus> Qualifying(CampaignType type, ListOptin optin) => (type, optin) switch
    {
        (CampaignType.Regular, ListOptin.Single) => [SubscriptionStatus.Unconfirmed, SubscriptionStatus.Confirmed],
        (CampaignType.Regular, ListOptin.Double) => [SubscriptionStatus.Confirmed],
        (CampaignType.Optin, ListOptin.Double) => [SubscriptionStatus.Unconfirmed],
        _ => [],
    };
}
