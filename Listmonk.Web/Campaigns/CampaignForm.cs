using Listmonk.Core.Campaigns;
using Listmonk.Core.Tracking;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Campaigns;

/// <summary>What a person edits on the campaign page; dates are in their own zone.</summary>
public sealed class CampaignForm
{
    public string Name { get; set; } = "";

    public string Subject { get; set; } = "";

    public string FromEmail { get; set; } = "";

    public CampaignType Type { get; set; }

    public CampaignContentType ContentType { get; set; } = CampaignContentType.Html;

    public string Body { get; set; } = "";

    public string? BodySource { get; set; }

    public string AltBody { get; set; } = "";

    public bool IsLater { get; set; }

    public DateTime? SendDate { get; set; }

    public TimeSpan? SendTime { get; set; }

    /// <summary>One header a line, <c>Name: value</c>.</summary>
    public string Headers { get; set; } = "";

    public string AttributesJson { get; set; } = "{}";

    /// <summary>Separated by commas.</summary>
    public string Tags { get; set; } = "";

    public string Messenger { get; set; } = Campaign.DefaultMessenger;

    public int? TemplateId { get; set; }

    public TrackingLevel? TrackingLevel { get; set; }

    /// <inheritdoc cref="Campaign.Utm"/>
    public string? Utm { get; set; }

    public IReadOnlyCollection<int> ListIds { get; set; } = [];

    /// <inheritdoc cref="Campaign.SegmentId"/>
    public int? SegmentId { get; set; }

    public List<CampaignMediaReference> Media { get; set; } = [];

    public bool Archive { get; set; }

    public string ArchiveSlug { get; set; } = "";

    public int? ArchiveTemplateId { get; set; }

    public string ArchiveMetaJson { get; set; } = "{}";

    public static CampaignForm Of(CampaignDetails campaign, BrowserClock clock)
    {
        var sendAt = campaign.SendAt is { } at ? clock.ToLocal(at) : (DateTimeOffset?)null;
        return new CampaignForm
        {
            Name = campaign.Name,
            Subject = campaign.Subject,
            FromEmail = campaign.FromEmail,
            Type = campaign.Type,
            ContentType = campaign.ContentType,
            Body = campaign.Body,
            BodySource = campaign.BodySource,
            AltBody = campaign.AltBody ?? "",
            IsLater = sendAt is not null,
            SendDate = sendAt?.Date,
            SendTime = sendAt?.TimeOfDay,
            Headers = string.Join('\n', CampaignHeaders.Parse(campaign.HeadersJson).Select(header => $"{header.Key}: {header.Value}")),
            AttributesJson = campaign.AttributesJson,
            Tags = string.Join(", ", campaign.Tags),
            Messenger = campaign.Messenger,
            TemplateId = campaign.TemplateId,
            TrackingLevel = campaign.TrackingLevel,
            Utm = campaign.Utm,
            ListIds = [.. campaign.Lists.Where(list => list.Id is not null).Select(list => list.Id!.Value)],
            SegmentId = campaign.SegmentId,
            Media = [.. campaign.Media],
            Archive = campaign.Archive,
            ArchiveSlug = campaign.ArchiveSlug ?? "",
            ArchiveTemplateId = campaign.ArchiveTemplateId,
            ArchiveMetaJson = campaign.ArchiveMetaJson,
        };
    }

    public DateTimeOffset? SendAt(BrowserClock clock) =>
        IsLater && SendDate is { } date ? clock.FromLocal(date.Date + (SendTime ?? TimeSpan.Zero)) : null;

    public CampaignDraft ToDraft(BrowserClock clock) => new()
    {
        Name = Name,
        Subject = Subject,
        FromEmail = FromEmail,
        Type = Type,
        ContentType = ContentType,
        Body = Body,
        BodySource = BodySource,
        AltBody = AltBody,
        SendAt = SendAt(clock),
        Headers = [.. Lines(Headers).Select(Header)],
        AttributesJson = AttributesJson,
        Tags = Tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        Messenger = Messenger,
        TemplateId = TemplateId,
        TrackingLevel = TrackingLevel,
        Utm = Utm,
        ListIds = [.. ListIds],
        SegmentId = SegmentId,
        MediaIds = [.. Media.Where(media => media.Id is not null).Select(media => media.Id!.Value)],
        Archive = Archive,
        ArchiveSlug = ArchiveSlug,
        ArchiveTemplateId = ArchiveTemplateId,
        ArchiveMetaJson = ArchiveMetaJson,
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static KeyValuePair<string, string> Header(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? KeyValuePair.Create(line, "") : KeyValuePair.Create(line[..colon].Trim(), line[(colon + 1)..].Trim());
    }
}
