using Listmonk.Core.Templates.Expressions;
using Listmonk.Core.Tracking;
using Listmonk.Core.Tracking.Links;

namespace Listmonk.Core.Sending;

/// <summary>What a template may ask about the message it is rendered for: its links, its pixel, the recipient's pages.</summary>
internal sealed class RecipientFunctions(CompiledCampaign campaign) : IMessageFunctions
{
    private readonly List<string> _unknownLinks = [];
    private TrackingLevel _level;
    private int? _subscriberId;
    private string _person = "";

    public IReadOnlyList<string> UnknownLinks => _unknownLinks;

    public string UnsubscribeUrl { get; private set; } = "";

    public string ManageUrl => $"{UnsubscribeUrl}?manage=true";

    public string OptinUrl => $"{campaign.Paths.RootUrl}/subscription/optin/{_person}?";

    public string MessageUrl => $"{campaign.Paths.RootUrl}/campaign/{campaign.CampaignUuid}/{_person}";

    public string ArchiveUrl => $"{campaign.Paths.RootUrl}/archive";

    public string RootUrl => campaign.Paths.RootUrl;

    public string LogoUrl => campaign.LogoUrl;

    public void Begin(Recipient recipient, TrackingLevel level)
    {
        _unknownLinks.Clear();
        _level = level;
        _subscriberId = level == TrackingLevel.Individual ? recipient.SubscriberId : null;
        _person = recipient.Uuid.ToString();
        UnsubscribeUrl = $"{campaign.Paths.RootUrl}/subscription/{campaign.CampaignUuid}/{_person}";
    }

    public void WriteTrackedLink(int place, ITemplateWriter writer)
    {
        if (campaign.MarksPlaces)
        {
            writer.Write(CompiledCampaign.PlaceMark);
            writer.Write(place.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return;
        }

        Span<char> token = stackalloc char[TrackingTokens.MaxLength];
        var length = campaign.Tokens.Write(TrackingToken.ForClick(campaign.CampaignId, _subscriberId, campaign.LinkIds[place - 1], place), token);
        writer.Write(campaign.Paths.LinkPrefix);
        writer.Write(token[..length]);
    }

    public string TrackLink(string url)
    {
        if (campaign.Sources.Policy.Utm is { } utm && RedirectRules.IsAllowed(url) && !url.StartsWith(RootUrl, StringComparison.OrdinalIgnoreCase))
        {
            url = utm.AppendTo(url);
        }

        if (_level == TrackingLevel.Off || !campaign.TracksClicks || campaign.MarksPlaces)
        {
            return url;
        }

        if (!campaign.TryFindLink(url, out var link))
        {
            _unknownLinks.Add(url);
            return url;
        }

        return link is { } known
            ? campaign.Paths.Link(campaign.Tokens.Write(TrackingToken.ForClick(campaign.CampaignId, _subscriberId, known.LinkId, known.Position)))
            : url;
    }

    public string TrackView()
    {
        if (_level == TrackingLevel.Off)
        {
            return "";
        }

        var pixel = campaign.TracksOpens
            ? $"<img src=\"{campaign.Paths.Open(campaign.Tokens.Write(TrackingToken.ForOpen(campaign.CampaignId, _subscriberId)))}\" alt=\"\" width=\"1\" height=\"1\" />"
            : "";
        return campaign.HoneypotLinkId is { } honeypot && campaign.TracksClicks ? pixel + Honeypot(honeypot) : pixel;
    }

    /// <summary>Neither seen nor read aloud nor reached by the keyboard.</summary>
    private string Honeypot(int linkId)
    {
        var address = campaign.Paths.Link(campaign.Tokens.Write(TrackingToken.ForClick(campaign.CampaignId, _subscriberId, linkId, TrackingToken.HoneypotPosition)));
        return $"<a href=\"{address}\" style=\"display:none\" aria-hidden=\"true\" tabindex=\"-1\"></a>";
    }
}
