using Listmonk.Core.Campaigns;

namespace Listmonk.Core.Sending;

/// <summary>The right to send one campaign, held by one process at a time.</summary>
/// <param name="ResendOfId"><see cref="Campaign.ResendOfId"/>.</param>
/// <param name="Epoch">Grows with each holder; the ledger refuses claims under an older one.</param>
public sealed record CampaignLease(int CampaignId, CampaignType Type, int? ResendOfId, int Epoch);
