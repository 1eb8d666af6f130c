using Listmonk.Core.Tracking;

namespace Listmonk.Core.Campaigns;

/// <summary>A list of a campaign; the id is null when the list is gone.</summary>
public sealed record CampaignListReference(int? Id, string Name);

/// <summary>An attachment of a campaign; the id is null when the file is gone.</summary>
public sealed record CampaignMediaReference(int? Id, string Filename);

/// <summary>A campaign to read, with its lists, attachments and figures.</summary>
public sealed record CampaignDetails
{
    public required int Id { get; init; }

    public required Guid Uuid { get; init; }

    public CampaignType Type { get; init; }

    public required string Name { get; init; }

    public required string Subject { get; init; }

    public string FromEmail { get; init; } = "";

    /// <summary>Empty when it was not asked for.</summary>
    public string Body { get; init; } = "";

    public string? BodySource { get; init; }

    public string? AltBody { get; init; }

    public CampaignContentType ContentType { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public string HeadersJson { get; init; } = "[]";

    public string AttributesJson { get; init; } = "{}";

    public CampaignStatus Status { get; init; }

    public string? StatusReason { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string Messenger { get; init; } = Campaign.DefaultMessenger;

    public int? TemplateId { get; init; }

    public TrackingLevel? TrackingLevel { get; init; }

    /// <inheritdoc cref="Campaign.Utm"/>
    public string? Utm { get; init; }

    public int ToSend { get; init; }

    public int Sent { get; init; }

    public int Failed { get; init; }

    public int Skipped { get; init; }

    public int Views { get; init; }

    public int ViewsPeople { get; init; }

    public int Clicks { get; init; }

    public int ClicksPeople { get; init; }

    public int Bounces { get; init; }

    public bool Archive { get; init; }

    public string? ArchiveSlug { get; init; }

    public int? ArchiveTemplateId { get; init; }

    public string ArchiveMetaJson { get; init; } = "{}";

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <inheritdoc cref="Campaign.ResendOfId"/>
    public int? ResendOfId { get; init; }

    /// <inheritdoc cref="Campaign.SegmentId"/>
    public int? SegmentId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public int Revision { get; init; }

    public string EditedBy { get; init; } = "";

    public DateTimeOffset? EditedAt { get; init; }

    public IReadOnlyList<CampaignListReference> Lists { get; init; } = [];

    public IReadOnlyList<CampaignMediaReference> Media { get; init; } = [];

    public bool IsEditable => Status is CampaignStatus.Draft or CampaignStatus.Scheduled or CampaignStatus.Paused;
}
