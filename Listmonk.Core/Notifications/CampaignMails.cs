using System.Globalization;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;

namespace Listmonk.Core.Notifications;

/// <summary>Tells the people named in the settings that the engine finished or paused a campaign.</summary>
public sealed class CampaignMails(SystemMailer mailer, SettingsStore settings)
{
    public Task SendStatusAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var status = EnumText.Of(campaign.Status);
        var facts = new List<KeyValuePair<string, string>>
        {
            new("Campaign", campaign.Name),
            new("Status", status),
            new("Sent", string.Create(CultureInfo.InvariantCulture, $"{campaign.Sent:N0} of {campaign.ToSend:N0}")),
        };
        AddCount(facts, "Failed", campaign.Failed);
        AddCount(facts, "Left out", campaign.Skipped);
        if (campaign.StatusReason is { Length: > 0 } reason)
        {
            facts.Add(new("Reason", reason));
        }

        return mailer.NotifyAsync(
            new SystemMail
            {
                Subject = $"{char.ToUpperInvariant(status[0])}{status[1..]}: {campaign.Name}",
                Heading = campaign.Status == CampaignStatus.Finished ? "A campaign has been sent" : "A campaign has been paused",
                Paragraphs = campaign.Status == CampaignStatus.Paused ? ["Nobody is lost: resume it when the cause is mended, and it goes on where it stopped."] : [],
                Facts = facts,
                Action = new SystemMailAction("Open the campaign", string.Create(CultureInfo.InvariantCulture, $"{settings.Current.RootUrl}/admin/campaigns/{campaign.Id}")),
            },
            cancellationToken);
    }

    private static void AddCount(List<KeyValuePair<string, string>> facts, string name, int count)
    {
        if (count > 0)
        {
            facts.Add(new(name, count.ToString("N0", CultureInfo.InvariantCulture)));
        }
    }
}
