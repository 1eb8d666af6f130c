using Listmonk.Core.Tracking;

namespace Listmonk.Core.Campaigns;

/// <summary>A campaign as a person wants it stored: everything that can be edited.</summary>
public sealed record CampaignDraft
{
    public required string Name { get; init; }

    public required string Subject { get; init; }

    /// <summary>Empty means the installation's default.</summary>
    public string FromEmail { get; init; } = "";

    /// <summary>Fixed once the campaign exists.</summary>
    public CampaignType Type { get; init; }

    public CampaignContentType ContentType { get; init; }

    public string Body { get; init; } = "";

    /// <summary>The block editor's JSON; dropped unless the content type is visual.</summary>
    public string? BodySource { get; init; }

    public string? AltBody { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The text of a JSON object.</summary>
    public string AttributesJson { get; init; } = "{}";

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Empty means <see cref="Campaign.DefaultMessenger"/>.</summary>
    public string Messenger { get; init; } = "";

    /// <summary>Null means the default template.</summary>
    public int? TemplateId { get; init; }

    /// <summary>Null means the installation's level.</summary>
    public TrackingLevel? TrackingLevel { get; init; }

    /// <inheritdoc cref="Campaign.Utm"/>
    public string? Utm { get; init; }

    public IReadOnlyList<int> ListIds { get; init; } = [];

    /// <inheritdoc cref="Campaign.SegmentId"/>
    public int? SegmentId { get; init; }

    public IReadOnlyList<int> MediaIds { get; init; } = [];

    public bool Archive { get; init; }

    public string? ArchiveSlug { get; init; }

    public int? ArchiveTemplateId { get; init; }

    /// <summary>The text of a JSON object.</summary>
    public string ArchiveMetaJson { get; init; } = "{}";

    internal static CampaignDraft Of(Campaign campaign) => new()
    {
        Name = campaign.Name,
        Subject = campaign.Subject,
        FromEmail = campaign.FromEmail,
        Type = campaign.Type,
        ContentType = campaign.ContentType,
        Body = campaign.Body,
        BodySource = campaign.BodySource,
        AltBody = campaign.AltBody,
        SendAt = campaign.SendAt,
        Headers = CampaignHeaders.Parse(campaign.Headers),
        AttributesJson = campaign.Attributes,
        Tags = campaign.Tags,
        Messenger = campaign.Messenger,
        TemplateId = campaign.TemplateId,
        TrackingLevel = campaign.TrackingLevel,
        Utm = campaign.Utm,
        ListIds = [.. campaign.Lists.Where(list => list.ListId is not null).Select(list => list.ListId!.Value)],
        SegmentId = campaign.SegmentId,
        MediaIds = [.. campaign.Media.Where(media => media.MediaId is not null).Select(media => media.MediaId!.Value)],
        Archive = campaign.Archive,
        ArchiveSlug = campaign.ArchiveSlug,
        ArchiveTemplateId = campaign.ArchiveTemplateId,
        ArchiveMetaJson = campaign.ArchiveMeta,
    };
}
