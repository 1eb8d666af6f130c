using System.Text.Json;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Sending;
using Listmonk.Core.Tracking;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Campaigns;

/// <summary>A campaign as the API shows it (spec/api.md 2.3).</summary>
[Example("""
    {
        "id": 7, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "views": 120, "clicks": 35, "views_people": 80, "clicks_people": 30,
        "bounces": 1, "lists": [{"id": 1, "name": "Weekly news"}], "media": [], "started_at": "2026-03-02T08:00:00Z", "finished_at": "2026-03-02T08:05:00Z",
        "to_send": 250, "sent": 249, "failed": 1, "skipped": 0, "uuid": "b5f1b2c4-9d0e-4a53-8d5d-6f5f3e0a1b2c", "type": "regular", "name": "March",
        "subject": "News of March", "from_email": "News <news@example.com>", "body": "<p>Hello {{ .Subscriber.FirstName }}</p>", "body_source": null, "altbody": null,
        "send_at": null, "status": "finished", "status_reason": null, "content_type": "html", "tags": ["news"], "headers": [], "attribs": {}, "template_id": 1,
        "messenger": "email", "tracking_level": null, "utm": null, "segment_id": null, "archive": false, "archive_slug": null, "archive_template_id": null, "archive_meta": {}
    }
    """)]
internal sealed record CampaignResponse
{
    public required int Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required int Views { get; init; }

    public required int Clicks { get; init; }

    /// <summary>Opens by people; <c>views</c> and <c>clicks</c> count machines too.</summary>
    public required int ViewsPeople { get; init; }

    public required int ClicksPeople { get; init; }

    public required int Bounces { get; init; }

    public required IReadOnlyList<CampaignListReference> Lists { get; init; }

    public required IReadOnlyList<CampaignMediaReference> Media { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Ours: when it was finished or cancelled.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    public required int ToSend { get; init; }

    public required int Sent { get; init; }

    /// <summary>Ours.</summary>
    public required int Failed { get; init; }

    /// <summary>Ours: left out at the last moment.</summary>
    public required int Skipped { get; init; }

    public required Guid Uuid { get; init; }

    public required CampaignType Type { get; init; }

    public required string Name { get; init; }

    public required string Subject { get; init; }

    public required string FromEmail { get; init; }

    public required string Body { get; init; }

    public required string? BodySource { get; init; }

    public required string? Altbody { get; init; }

    public required DateTimeOffset? SendAt { get; init; }

    public required CampaignStatus Status { get; init; }

    /// <summary>Ours: why the engine paused or cancelled it.</summary>
    public required string? StatusReason { get; init; }

    public required CampaignContentType ContentType { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required JsonElement Headers { get; init; }

    public required JsonElement Attribs { get; init; }

    public required int? TemplateId { get; init; }

    public required string Messenger { get; init; }

    /// <summary>Ours: the campaign's own bound on tracking.</summary>
    public required TrackingLevel? TrackingLevel { get; init; }

    /// <summary>Ours: parameters for its links; null means the installation's, empty means none.</summary>
    public required string? Utm { get; init; }

    /// <summary>Ours: the segment that narrows its lists.</summary>
    public required int? SegmentId { get; init; }

    public required bool Archive { get; init; }

    public required string? ArchiveSlug { get; init; }

    public required int? ArchiveTemplateId { get; init; }

    public required JsonElement ArchiveMeta { get; init; }

    public static CampaignResponse Of(CampaignDetails campaign) => new()
    {
        Id = campaign.Id,
        CreatedAt = campaign.CreatedAt,
        UpdatedAt = campaign.UpdatedAt,
        Views = campaign.Views,
        Clicks = campaign.Clicks,
        ViewsPeople = campaign.ViewsPeople,
        ClicksPeople = campaign.ClicksPeople,
        Bounces = campaign.Bounces,
        Lists = campaign.Lists,
        Media = campaign.Media,
        StartedAt = campaign.StartedAt,
        FinishedAt = campaign.FinishedAt,
        ToSend = campaign.ToSend,
        Sent = campaign.Sent,
        Failed = campaign.Failed,
        Skipped = campaign.Skipped,
        Uuid = campaign.Uuid,
        Type = campaign.Type,
        Name = campaign.Name,
        Subject = campaign.Subject,
        FromEmail = campaign.FromEmail,
        Body = campaign.Body,
        BodySource = campaign.BodySource,
        Altbody = campaign.AltBody,
        SendAt = campaign.SendAt,
        Status = campaign.Status,
        StatusReason = campaign.StatusReason,
        ContentType = campaign.ContentType,
        Tags = campaign.Tags,
        Headers = Element(campaign.HeadersJson),
        Attribs = Element(campaign.AttributesJson),
        TemplateId = campaign.TemplateId,
        Messenger = campaign.Messenger,
        TrackingLevel = campaign.TrackingLevel,
        Utm = campaign.Utm,
        SegmentId = campaign.SegmentId,
        Archive = campaign.Archive,
        ArchiveSlug = campaign.ArchiveSlug,
        ArchiveTemplateId = campaign.ArchiveTemplateId,
        ArchiveMeta = Element(campaign.ArchiveMetaJson),
    };

    private static JsonElement Element(string json) => JsonElement.Parse(json);
}

/// <summary>
/// Creates, changes or tests a campaign. On change an absent member keeps its value, save for <c>lists</c>, <c>media</c> and
/// <c>attribs</c> (spec/api.md 10).
/// </summary>
[Example("""
    {
        "name": "March", "subject": "News of March", "lists": [1], "from_email": "News <news@example.com>", "type": "regular", "content_type": "html",
        "body": "<p>Hello {{ .Subscriber.FirstName }}</p>", "messenger": "email", "tags": ["news"]
    }
    """)]
internal sealed record CampaignRequest
{
    public Optional<string> Name { get; init; }

    public Optional<string> Subject { get; init; }

    /// <summary>Numbers of lists.</summary>
    public Optional<List<int>> Lists { get; init; }

    public Optional<string> FromEmail { get; init; }

    /// <summary>regular or optin.</summary>
    public Optional<string> Type { get; init; }

    /// <summary>richtext, html, markdown, plain or visual.</summary>
    public Optional<string> ContentType { get; init; }

    public Optional<string> Body { get; init; }

    /// <summary>What the visual editor made the body of.</summary>
    public Optional<string> BodySource { get; init; }

    /// <summary>The plain text for readers without HTML.</summary>
    public Optional<string> Altbody { get; init; }

    /// <summary>When a scheduled campaign starts.</summary>
    public Optional<DateTimeOffset?> SendAt { get; init; }

    public Optional<string> Messenger { get; init; }

    public Optional<int?> TemplateId { get; init; }

    public Optional<List<string>> Tags { get; init; }

    /// <summary>Extra headers of each mail, an object for each.</summary>
    public Optional<List<Dictionary<string, string>>> Headers { get; init; }

    public Optional<JsonElement> Attribs { get; init; }

    /// <summary>Numbers of files to attach.</summary>
    public Optional<List<int>> Media { get; init; }

    public Optional<TrackingLevel?> TrackingLevel { get; init; }

    /// <summary>Parameters for its links; null means the installation's, empty means none.</summary>
    public Optional<string?> Utm { get; init; }

    /// <summary>The segment that narrows its lists.</summary>
    public Optional<int?> SegmentId { get; init; }

    public Optional<bool> Archive { get; init; }

    public Optional<string> ArchiveSlug { get; init; }

    public Optional<int?> ArchiveTemplateId { get; init; }

    public Optional<JsonElement> ArchiveMeta { get; init; }

    /// <summary>Only for tests: addresses of existing subscribers.</summary>
    public List<string>? Subscribers { get; init; }

    public CampaignDraft ToDraft() => ApplyTo(new CampaignDraft { Name = "", Subject = "" });

    public CampaignDraft ApplyTo(CampaignDraft stored) => stored with
    {
        Name = Name.Or(stored.Name) ?? "",
        Subject = Subject.Or(stored.Subject) ?? "",
        FromEmail = FromEmail.Or(stored.FromEmail) ?? "",
        Type = ParseType() ?? stored.Type,
        // An unknown word means rich text, as clients are used to.
        ContentType = ContentType.IsPresent
            ? EnumText.TryParse<CampaignContentType>(ContentType.Value, out var contentType) ? contentType : CampaignContentType.Richtext
            : stored.ContentType,
        Body = Body.Or(stored.Body) ?? "",
        BodySource = BodySource.Or(stored.BodySource),
        AltBody = Altbody.Or(stored.AltBody),
        SendAt = SendAt.Or(stored.SendAt),
        Messenger = Messenger.Or(stored.Messenger) ?? "",
        TemplateId = TemplateId.Or(stored.TemplateId),
        Tags = Tags.Or([.. stored.Tags]) ?? [],
        Headers = Headers.IsPresent ? [.. (Headers.Value ?? []).SelectMany(header => header)] : stored.Headers,
        AttributesJson = Json(Attribs) ?? "{}",
        ListIds = Lists.Value ?? [],
        MediaIds = Media.Value ?? [],
        TrackingLevel = TrackingLevel.Or(stored.TrackingLevel),
        Utm = Utm.Or(stored.Utm),
        SegmentId = SegmentId.Or(stored.SegmentId),
        Archive = Archive.Or(stored.Archive),
        ArchiveSlug = ArchiveSlug.Or(stored.ArchiveSlug),
        ArchiveTemplateId = ArchiveTemplateId.Or(stored.ArchiveTemplateId),
        ArchiveMetaJson = Json(ArchiveMeta) ?? stored.ArchiveMetaJson,
    };

    private CampaignType? ParseType() =>
        string.IsNullOrEmpty(Type.Value) ? null
        : EnumText.TryParse<CampaignType>(Type.Value, out var type) ? type
        : throw new ApiException(StatusCodes.Status400BadRequest, "The type must be regular or optin.");

    private static string? Json(Optional<JsonElement> value) =>
        value.IsPresent && value.Value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null) ? value.Value.GetRawText() : null;
}

[Example("""{"status": "running"}""")]
internal sealed record CampaignStatusRequest(string? Status);

/// <summary>The archive's fields, both ways.</summary>
[Example("""{"archive": true, "archive_template_id": 1, "archive_meta": {"name": "Reader"}, "archive_slug": "march"}""")]
internal sealed record CampaignArchiveContract
{
    public bool Archive { get; init; }

    public int? ArchiveTemplateId { get; init; }

    public JsonElement? ArchiveMeta { get; init; }

    public string? ArchiveSlug { get; init; }
}

[Example("""{"body": "Hello **world**", "from": "markdown", "to": "html"}""")]
internal sealed record CampaignContentRequest(string? Body, string? From, string? To);

/// <summary>How far a running campaign is (spec/api.md 10.3).</summary>
[Example("""
    {
        "id": 7, "status": "running", "to_send": 250, "sent": 100, "started_at": "2026-03-02T08:00:00Z", "updated_at": "2026-03-02T08:02:00Z", "rate": 50, "net_rate": 50
    }
    """)]
internal sealed record CampaignRunningResponse
{
    public required int Id { get; init; }

    public required CampaignStatus Status { get; init; }

    public required int ToSend { get; init; }

    public required int Sent { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Messages within the last minute.</summary>
    public required int Rate { get; init; }

    /// <summary>Messages a minute since the start.</summary>
    public required int NetRate { get; init; }

    private static TimeSpan LeastSpan => TimeSpan.FromMinutes(1);

    public static CampaignRunningResponse Of(CampaignProgress progress, DateTimeOffset now) => new()
    {
        Id = progress.CampaignId,
        Status = progress.Status,
        ToSend = progress.ToSend,
        Sent = progress.Sent,
        StartedAt = progress.StartedAt,
        UpdatedAt = progress.UpdatedAt,
        Rate = progress.RatePerMinute,
        NetRate = progress.StartedAt is { } startedAt
            ? (int)(progress.Sent / (now - startedAt > LeastSpan ? now - startedAt : LeastSpan).TotalMinutes)
            : 0,
    };
}

/// <summary>Unsaved content to look at; what is absent comes from the stored campaign.</summary>
[Example("""{"content_type": "html", "body": "<p>Hello {{ .Subscriber.FirstName }}</p>", "template_id": 1}""")]
internal sealed record CampaignPreviewRequest
{
    public string? ContentType { get; init; }

    public string? Body { get; init; }

    public int? TemplateId { get; init; }

    public CampaignDraft ApplyTo(CampaignDraft stored) => stored with
    {
        ContentType = EnumText.TryParse<CampaignContentType>(ContentType, out var type) ? type : stored.ContentType,
        Body = Body ?? stored.Body,
        TemplateId = TemplateId is > 0 ? TemplateId : stored.TemplateId,
    };
}

/// <summary>The archive page to look at; the meta data stand in for the subscriber.</summary>
[Example("""{"template_id": 1, "archive_meta": "{\"name\": \"Reader\"}"}""")]
internal sealed record CampaignArchivePreviewRequest
{
    public int? TemplateId { get; init; }

    /// <summary>The text of a JSON object.</summary>
    public string? ArchiveMeta { get; init; }

    public Recipient Reader(string storedMeta)
    {
        JsonElement meta;
        try
        {
            meta = JsonElement.Parse(string.IsNullOrWhiteSpace(ArchiveMeta) ? storedMeta : ArchiveMeta);
        }
        catch (JsonException)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "archive_meta must be a JSON object.");
        }

        string Text(string name) => meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return new Recipient
        {
            SubscriberId = 0,
            Uuid = Guid.TryParse(Text("uuid"), out var uuid) ? uuid : Guid.Empty,
            Email = Text("email"),
            Name = Text("name"),
            Attributes = meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty("attribs", out var attributes) ? attributes.GetRawText() : "{}",
        };
    }
}
