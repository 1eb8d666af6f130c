using System.Runtime.InteropServices;

namespace Listmonk.Core.Bounces;

/// <summary>One way from a report to a person and a campaign, not looked up yet: exactly one of the three that name the person is given.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BounceLead(BounceMatchedBy By)
{
    public int? SubscriberId { get; init; }

    public Guid? SubscriberUuid { get; init; }

    public string? Email { get; init; }

    public int? CampaignId { get; init; }

    public Guid? CampaignUuid { get; init; }
}

/// <summary>All ways from one report, best first.</summary>
/// <param name="Addresses">What a person named by a likely lead may be called, in lower case: the second fact.</param>
internal sealed record BounceLeads(IReadOnlyList<BounceLead> Ways, IReadOnlyList<string> Addresses);
