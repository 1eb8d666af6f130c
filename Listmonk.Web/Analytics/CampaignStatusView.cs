using Listmonk.Core.Campaigns;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Analytics;

/// <summary>How a campaign's status is worded and coloured in lists of figures.</summary>
internal static class CampaignStatusView
{
    public static string Text(CampaignStatus status) => status switch
    {
        CampaignStatus.Running => "Sending",
        CampaignStatus.Finished => "Sent",
        _ => status.ToString(),
    };

    public static StatusTone Tone(CampaignStatus status) => status switch
    {
        CampaignStatus.Running => StatusTone.Info,
        CampaignStatus.Finished => StatusTone.Success,
        CampaignStatus.Scheduled or CampaignStatus.Paused => StatusTone.Warning,
        CampaignStatus.Cancelled => StatusTone.Danger,
        _ => StatusTone.Neutral,
    };
}
