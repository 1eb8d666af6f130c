namespace Listmonk.Core.Campaigns;

/// <summary>Published after a campaign's content was stored, so that others who have it open notice.</summary>
public sealed record CampaignEdited(int CampaignId, int Revision);
