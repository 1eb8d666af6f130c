using System.Runtime.InteropServices;

namespace Listmonk.Core.Sending;

/// <summary>
/// The record of who is to be mailed, was mailed, or was not and why. It alone decides what is still to do, so that a killed
/// process loses nobody.
/// </summary>
public interface IDeliveryLedger
{
    /// <summary>The first claimed people of a range in the order of their ids, each checked anew against lists and block status.</summary>
    Task<IReadOnlyList<Recipient>> ReadClaimedAsync(int campaignId, AudienceRange range, int count, CancellationToken cancellationToken);

    /// <summary>One claimed person as the database knows them now; null when they are not claimed any more.</summary>
    Task<Recipient?> ReadClaimedAsync(int campaignId, int subscriberId, CancellationToken cancellationToken);

    /// <summary>Writes outcomes and the campaigns' counters in one transaction. What is not claimed (any more) is left as it is.</summary>
    Task<IReadOnlyList<CampaignCounts>> CompleteAsync(IReadOnlyList<DeliveryRecord> records, CancellationToken cancellationToken);
}

/// <summary>How much one commit added to a campaign's counters.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CampaignCounts(int CampaignId, int Sent, int Failed, int Skipped);
