using System.Runtime.InteropServices;
using Listmonk.Core.Campaigns;

namespace Listmonk.Core.Sending;

/// <summary>The right to open a run of one campaign, held by one process at a time, and afterwards the run's name.</summary>
/// <param name="ResendOfId"><see cref="Campaign.ResendOfId"/>.</param>
/// <param name="Epoch">Grows with each run and each end of one; whoever works under an older one is refused.</param>
public sealed record CampaignLease(int CampaignId, CampaignType Type, int? ResendOfId, int Epoch);

/// <summary>The right of this process to take part in a run.</summary>
public sealed record SendingShare(int Id, CampaignLease Run)
{
    public int CampaignId => Run.CampaignId;
}

/// <summary>People of an audience whose ids lie above <paramref name="After"/>, up to <paramref name="Last"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AudienceRange(int After, int Last)
{
    public static AudienceRange All => new(0, int.MaxValue);

    public bool IsEmpty => Last <= After;
}

/// <summary>What a share got to deliver.</summary>
/// <param name="Range">At the end, and where others deliver who was added, it is empty and stands at the campaign's cursor.</param>
/// <param name="IsEnd">Nobody is left to be taken.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TakenBatch(AudienceRange Range, bool IsEnd);

/// <summary>Batches with people who are still to be delivered.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct OpenBatches(int Own, int Others);

/// <summary>How a share stands among the others.</summary>
/// <param name="Processes">Processes that send any campaign just now, this one included.</param>
/// <param name="ErrorsElsewhere">Errors of the others in the same run.</param>
/// <param name="Sent">Of the campaign as a whole, like the two below.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ShareView(int Processes, bool HasOthers, int ErrorsElsewhere, int Sent, int Failed, int Skipped);
