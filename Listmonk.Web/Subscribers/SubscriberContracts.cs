using System.Text.Json;
using System.Text.Json.Serialization;
using Listmonk.Core.Analytics.Timeline;
using Listmonk.Core.Bounces;
using Listmonk.Core.Lists;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Subscribers;

/// <summary>A person in the API (spec/api.md 2.1).</summary>
[Example("""
    {
        "id": 1, "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z", "uuid": "0e5e3f8a-54d0-4e3d-9d0e-0f2f0d1c6c5b",
        "email": "ada@example.com", "name": "Ada Lovelace", "attribs": {"city": "London"}, "status": "enabled",
        "lists": [
            {
                "subscription_status": "confirmed", "subscription_created_at": "2026-03-01T09:30:00Z", "subscription_updated_at": "2026-03-01T09:30:00Z",
                "subscription_meta": {}, "id": 1, "uuid": "ce13e971-c2ed-4069-bd0c-240e9a9f56f9", "name": "Weekly news", "type": "public", "optin": "double",
                "status": "active", "tags": ["news"], "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z"
            }
        ]
    }
    """)]
internal sealed record SubscriberResponse(
    int Id,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    Guid Uuid,
    string Email,
    string Name,
    RawJson Attribs,
    SubscriberStatus Status,
    IReadOnlyList<SubscriptionResponse> Lists)
{
    public static SubscriberResponse From(SubscriberItem person) => new(
        person.Id, person.CreatedAt, person.UpdatedAt, person.Uuid, person.Email, person.Name, new RawJson(person.Attributes), person.Status,
        [.. person.Lists.Select(SubscriptionResponse.From)]);
}

/// <summary>A list with the person's subscription flattened into it.</summary>
internal sealed record SubscriptionResponse
{
    public required SubscriptionStatus SubscriptionStatus { get; init; }

    public required DateTimeOffset SubscriptionCreatedAt { get; init; }

    public required DateTimeOffset SubscriptionUpdatedAt { get; init; }

    public required RawJson SubscriptionMeta { get; init; }

    public required int Id { get; init; }

    public required Guid Uuid { get; init; }

    public required string Name { get; init; }

    public required ListType Type { get; init; }

    public required ListOptin Optin { get; init; }

    public required ListStatus Status { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Restricted { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static SubscriptionResponse From(SubscriptionItem item) => new()
    {
        SubscriptionStatus = item.Status,
        SubscriptionCreatedAt = item.CreatedAt,
        SubscriptionUpdatedAt = item.UpdatedAt,
        SubscriptionMeta = new RawJson(item.Meta),
        Id = item.List.Id,
        Uuid = item.List.Uuid,
        Name = item.List.Name,
        Type = item.List.Type,
        Optin = item.List.Optin,
        Status = item.List.Status,
        Tags = item.List.Tags,
        Description = item.IsRestricted ? null : item.List.Description,
        Restricted = item.IsRestricted,
        CreatedAt = item.List.CreatedAt,
        UpdatedAt = item.List.UpdatedAt,
    };
}

/// <summary>The body of create, replace and patch.</summary>
[Example("""{"email": "ada@example.com", "name": "Ada Lovelace", "status": "enabled", "lists": [1], "attribs": {"city": "London"}, "preconfirm_subscriptions": true}""")]
internal sealed record SubscriberRequest
{
    public string? Email { get; init; }

    public string? Name { get; init; }

    /// <summary>enabled, disabled or blocklisted.</summary>
    public string? Status { get; init; }

    /// <summary>A JSON object of the person's attributes.</summary>
    public Optional<JsonElement?> Attribs { get; init; }

    /// <summary>Numbers of lists.</summary>
    public Optional<List<int>> Lists { get; init; }

    /// <summary>Lists in place of their numbers.</summary>
    public Optional<List<Guid>> ListUuids { get; init; }

    /// <summary>Confirmed at once, without a mail that asks for it.</summary>
    public bool PreconfirmSubscriptions { get; init; }

    public SubscriberDraft ToNew() => ToDraft() with { Email = Email ?? "" };

    /// <summary>PUT replaces: attributes and lists that are not given are emptied. A missing e-mail is taken as unchanged.</summary>
    public SubscriberDraft ToReplacement() => ToDraft() with { Attributes = AttributesText() ?? "{}", ListIds = Lists.Value ?? [] };

    /// <summary>PATCH keeps what is not given.</summary>
    public SubscriberDraft ToPatch() => ToDraft() with { MergesAttributes = true };

    private SubscriberDraft ToDraft() => new()
    {
        Email = Email,
        Name = Name,
        Status = EnumField.Parse<SubscriberStatus>(Status, "status"),
        Attributes = AttributesText(),
        ListIds = Lists.IsPresent ? Lists.Value ?? [] : null,
        ListUuids = ListUuids.IsPresent ? ListUuids.Value ?? [] : null,
        IsPreconfirmed = PreconfirmSubscriptions,
    };

    private string? AttributesText() =>
        Attribs.Value is { ValueKind: not JsonValueKind.Null } element ? JsonSerializer.Serialize(element) : null;
}

/// <summary>How far a person is recorded; without a level it is left to campaign and installation.</summary>
[Example("""{"level": "anonymous", "text": "Asked for it by mail."}""")]
internal sealed record TrackingChoiceRequest
{
    /// <summary>off, anonymous or individual.</summary>
    public string? Level { get; init; }

    /// <summary>How the person said so.</summary>
    public string? Text { get; init; }
}

/// <summary>The body of actions on given people.</summary>
[Example("""{"ids": [1, 2], "action": "add", "target_list_ids": [1], "status": "confirmed"}""")]
internal sealed record SubscriberActionRequest
{
    public List<int>? Ids { get; init; }

    /// <summary>add, remove or unsubscribe.</summary>
    public string? Action { get; init; }

    public List<int>? TargetListIds { get; init; }

    /// <summary>unconfirmed, confirmed or unsubscribed; for what is added.</summary>
    public string? Status { get; init; }

    public SubscriptionChange ToChange() => SubscriberQueryRequest.ToChange(Action, TargetListIds, Status);
}

/// <summary>The body of actions on everybody who matches.</summary>
[Example("""{"query": "subscribers.attribs->>'city' = 'London'", "action": "add", "target_list_ids": [1], "status": "confirmed"}""")]
internal sealed record SubscriberQueryRequest
{
    /// <summary>Part of the address or name.</summary>
    public string? Search { get; init; }

    /// <summary>A condition, such as subscribers.name LIKE 'Ada%'.</summary>
    public string? Query { get; init; }

    public List<int>? ListIds { get; init; }

    public string? SubscriptionStatus { get; init; }

    /// <summary>Everybody of the lists, whatever search and query say.</summary>
    public bool All { get; init; }

    /// <summary>add, remove or unsubscribe.</summary>
    public string? Action { get; init; }

    public List<int>? TargetListIds { get; init; }

    public string? Status { get; init; }

    public SubscriptionChange ToChange() => ToChange(Action, TargetListIds, Status) with { KeepsExisting = true };

    /// <summary><c>all</c> drops search and query but keeps the lists.</summary>
    public SubscriberFilter ToFilter() => new()
    {
        ListIds = ListIds ?? [],
        SubscriptionStatus = EnumField.Parse<SubscriptionStatus>(SubscriptionStatus, "subscription_status"),
        Search = All ? "" : (Search ?? "").Trim(),
        Query = All ? "" : (Query ?? "").Trim(),
    };

    public static SubscriptionChange ToChange(string? action, List<int>? lists, string? status) => new()
    {
        Action = EnumField.Parse<SubscriptionAction>(action, "action") ?? throw new ApiException(StatusCodes.Status400BadRequest, "Invalid action."),
        ListIds = lists ?? [],
        Status = EnumField.Parse<SubscriptionStatus>(status, "status"),
    };
}

/// <summary>How a person takes part; the formula says how the value came about.</summary>
[Example("""{"value": 64, "mails": 20, "opened": 14, "clicked": 6, "is_measured": true, "formula": "The last 20 campaign mails of a year count: …"}""")]
internal sealed record EngagementResponse(int? Value, int Mails, int Opened, int Clicked, bool IsMeasured, string Formula)
{
    public static EngagementResponse Of(EngagementScore score) => new(score.Value, score.Mails, score.Opened, score.Clicked, score.IsMeasured, EngagementScore.Formula);
}

/// <summary>A person's opens and clicks; <c>link_uuid</c> is ours, for readers of old mails.</summary>
[Example("""
    {
        "campaign_views": [{"id": 7, "uuid": "b5f1b2c4-9d0e-4a53-8d5d-6f5f3e0a1b2c", "name": "March", "subject": "News of March", "view_count": 2, "last_viewed_at": "2026-03-01T09:30:00Z"}],
        "link_clicks": []
    }
    """)]
internal sealed record ActivityResponse(IReadOnlyList<ViewResponse> CampaignViews, IReadOnlyList<ClickResponse> LinkClicks)
{
    public static ActivityResponse From(SubscriberActivity activity) => new(
        [.. activity.Views.Select(view => new ViewResponse(view.CampaignId, view.CampaignUuid, view.Name, view.Subject, view.ViewCount, view.LastViewedAt))],
        [
            .. activity.Clicks.Select(click => new ClickResponse(
                click.LinkId, click.LinkUuid, click.Url, click.CampaignId, click.CampaignUuid, click.CampaignName, click.CampaignSubject, click.ClickCount,
                click.LastClickedAt)),
        ]);
}

internal sealed record ViewResponse(int Id, Guid Uuid, string Name, string Subject, int ViewCount, DateTimeOffset? LastViewedAt);

internal sealed record ClickResponse(
    int LinkId,
    Guid LinkUuid,
    string Url,
    int CampaignId,
    Guid CampaignUuid,
    string CampaignName,
    string CampaignSubject,
    int ClickCount,
    DateTimeOffset LastClickedAt);

/// <summary>A bounce of one person (spec/api.md 2.6).</summary>
[Example("""
    {
        "id": 1, "type": "hard", "source": "smtp", "meta": {}, "created_at": "2026-03-02T08:00:00Z", "email": "gone@example.com",
        "subscriber_uuid": "0e5e3f8a-54d0-4e3d-9d0e-0f2f0d1c6c5b", "subscriber_id": 1, "subscriber_status": "blocklisted", "campaign": {"id": 7, "name": "March"}
    }
    """)]
internal sealed record SubscriberBounceResponse(
    int Id,
    BounceType Type,
    string Source,
    RawJson Meta,
    DateTimeOffset CreatedAt,
    string Email,
    Guid SubscriberUuid,
    int SubscriberId,
    SubscriberStatus SubscriberStatus,
    SubscriberBounceResponse.CampaignName? Campaign)
{
    public static SubscriberBounceResponse From(SubscriberBounce bounce, SubscriberItem person) => new(
        bounce.Id, bounce.Type, bounce.Source, new RawJson(bounce.Meta), bounce.CreatedAt, person.Email, person.Uuid, person.Id, person.Status,
        bounce.CampaignId is { } id ? new CampaignName(id, bounce.CampaignName ?? "") : null);

    internal sealed record CampaignName(int Id, string Name);
}

/// <summary>Everything kept about one person, as handed out; parts that are not handed out are absent.</summary>
[Example("""
    {
        "profile": [
            {
                "id": 1, "uuid": "0e5e3f8a-54d0-4e3d-9d0e-0f2f0d1c6c5b", "email": "ada@example.com", "name": "Ada Lovelace", "attribs": {"city": "London"},
                "status": "enabled", "created_at": "2026-03-01T09:30:00Z", "updated_at": "2026-03-01T09:30:00Z"
            }
        ],
        "subscriptions": [{"subscription_status": "confirmed", "name": "Weekly news", "type": "public", "created_at": "2026-03-01T09:30:00Z"}]
    }
    """)]
internal sealed record SubscriberExportResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ProfilePart>? Profile { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SubscriptionPart>? Subscriptions { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ViewPart>? CampaignViews { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClickPart>? LinkClicks { get; init; }

    /// <summary>Ours: single opens and clicks with everything kept of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExportedHit>? OpensAndClicks { get; init; }

    /// <summary>Ours: what the person decided about being recorded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExportedConsent>? TrackingChoices { get; init; }

    /// <summary>Ours: when the person left lists through a mail, and why, if they said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExportedDeparture>? Unsubscribes { get; init; }

    public static SubscriberExportResponse From(SubscriberExport export) => new()
    {
        OpensAndClicks = export.Hits.Count > 0 ? export.Hits : null,
        TrackingChoices = export.Consents.Count > 0 ? export.Consents : null,
        Unsubscribes = export.Departures.Count > 0 ? export.Departures : null,
        Profile = export.Profile is { } person
            ?
            [
                new ProfilePart(
                    person.Id, person.Uuid, person.Email, person.Name, new RawJson(person.Attributes), person.Status, person.CreatedAt, person.UpdatedAt),
            ]
            : null,
        Subscriptions = export.Subscriptions?.Select(item => new SubscriptionPart(
            item.Status, item.List.Type == ListType.Private ? "Private list" : item.List.Name, item.List.Type, item.CreatedAt)).ToList(),
        CampaignViews = export.Views?.Select(view => new ViewPart(view.Subject, view.ViewCount)).ToList(),
        LinkClicks = export.Clicks?.GroupBy(click => click.Url, StringComparer.Ordinal)
            .Select(group => new ClickPart(group.Key, group.Sum(click => click.ClickCount))).ToList(),
    };

    internal sealed record ProfilePart(
        int Id,
        Guid Uuid,
        string Email,
        string Name,
        RawJson Attribs,
        SubscriberStatus Status,
        DateTimeOffset CreatedAt,
        DateTimeOffset UpdatedAt);

    internal sealed record SubscriptionPart(SubscriptionStatus SubscriptionStatus, string Name, ListType Type, DateTimeOffset CreatedAt);

    internal sealed record ViewPart(string Campaign, int Views);

    internal sealed record ClickPart(string Url, int Clicks);
}
