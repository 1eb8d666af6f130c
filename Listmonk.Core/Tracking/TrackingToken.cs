using System.Runtime.InteropServices;

namespace Listmonk.Core.Tracking;

/// <summary>What a tracked address stands for: who (if known) opened which campaign, or followed which of its links.</summary>
/// <remarks>There is no subscriber where the mail was sent without individual tracking. The position is the link's place in the mail, from 1. An open has link and position 0.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TrackingToken(HitKind Kind, int CampaignId, int? SubscriberId, int LinkId, int Position)
{
    public const int MaxPosition = ushort.MaxValue;

    /// <summary>The place of the link that people cannot see; no other link stands there.</summary>
    public const int HoneypotPosition = MaxPosition - 1;

    public static TrackingToken ForOpen(int campaignId, int? subscriberId) => new(HitKind.Open, campaignId, subscriberId, 0, 0);

    public static TrackingToken ForClick(int campaignId, int? subscriberId, int linkId, int position) =>
        new(HitKind.Click, campaignId, subscriberId, linkId, position);
}
