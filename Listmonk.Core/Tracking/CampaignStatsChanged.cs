namespace Listmonk.Core.Tracking;

/// <summary>
/// Opens or clicks of some campaigns were committed. Published at most four times a second; a watcher that coalesces further should
/// read again whatever it shows, not only these campaigns.
/// </summary>
public sealed record CampaignStatsChanged(IReadOnlySet<int> CampaignIds);
