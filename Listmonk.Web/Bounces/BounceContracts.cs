using System.Text.Json;
using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;
using Listmonk.Core.Common;
using Listmonk.Core.Settings;
using Listmonk.Core.Subscribers;
using Listmonk.Web.Api;
using Listmonk.Web.Api.OpenApi;

namespace Listmonk.Web.Bounces;

/// <summary>A bounce (spec/api.md 2.6), with what was understood of it.</summary>
[Example("""
    {
        "id": 1, "type": "hard", "source": "smtp", "meta": {}, "created_at": "2026-03-02T08:00:00Z", "email": "gone@example.com",
        "subscriber_uuid": "0e5e3f8a-54d0-4e3d-9d0e-0f2f0d1c6c5b", "subscriber_id": 1, "subscriber_status": "blocklisted", "campaign": {"id": 7, "name": "March"},
        "status": "5.1.1", "reason": "unknown_user", "line": "550 5.1.1 No such user", "decided_by": "status", "matched_by": "token", "action": "blocklist"
    }
    """)]
internal sealed record BounceResponse(
    int Id,
    BounceType Type,
    string Source,
    RawJson Meta,
    DateTimeOffset CreatedAt,
    string Email,
    Guid SubscriberUuid,
    int SubscriberId,
    SubscriberStatus SubscriberStatus,
    BounceResponse.CampaignName? Campaign,
    string? Status,
    string? Reason,
    string? Line,
    string? DecidedBy,
    BounceMatchedBy MatchedBy,
    BounceAction Action)
{
    public static BounceResponse From(BounceItem item) => new(
        item.Id, item.Type, item.Source, new RawJson(item.Meta), item.CreatedAt, item.Email, item.SubscriberUuid, item.SubscriberId, item.SubscriberStatus,
        item.CampaignId is { } id ? new CampaignName(id, item.CampaignName ?? "") : null,
        item.Status, item.Reason, item.Line, item.DecidedBy, item.MatchedBy, item.Action);

    internal sealed record CampaignName(int Id, string Name);
}

/// <summary>What the generic webhook takes (spec/bounces.md 4.1); the meta may be any JSON.</summary>
internal sealed record BounceBody
{
    public string? SubscriberUuid { get; init; }

    public string? Email { get; init; }

    public string? CampaignUuid { get; init; }

    public string? Source { get; init; }

    public string? Type { get; init; }

    public JsonElement? Meta { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public Outcome<BounceReport> ToReport(PrivacySettings privacy)
    {
        if (!EnumText.TryParse<BounceType>(Type, out var type))
        {
            return Outcome<BounceReport>.Invalid("type", "Invalid fields: type");
        }

        Guid subscriber = default, campaign = default;
        var email = "";
        if (SubscriberUuid is { Length: > 0 })
        {
            if (!Guid.TryParseExact(SubscriberUuid, "D", out subscriber))
            {
                return Outcome<BounceReport>.Invalid("subscriber_uuid", "Invalid fields: subscriber_uuid");
            }
        }
        else if (Email is not { Length: > 0 })
        {
            return Outcome<BounceReport>.Invalid("email", "Invalid fields: email / subscriber_uuid");
        }
        else if (!EmailAddress.TryNormalize(Email, out email) || !SubscriberRules.AllowsDomain(email, privacy))
        {
            return Outcome<BounceReport>.Invalid("email", "Invalid fields: email");
        }

        if (CampaignUuid is { Length: > 0 } && !Guid.TryParseExact(CampaignUuid, "D", out campaign))
        {
            return Outcome<BounceReport>.Invalid("campaign_uuid", "Invalid fields: campaign_uuid");
        }

        return new BounceReport
        {
            Type = type,
            Source = Source is { Length: > 0 } source ? source : "api",
            SubscriberUuid = subscriber == default ? null : subscriber,
            Email = email.Length == 0 ? null : email,
            CampaignUuid = campaign == default ? null : campaign,
            Meta = Meta is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } meta ? meta.GetRawText() : "{}",
            At = CreatedAt?.ToUniversalTime(),
        };
    }
}

/// <summary>What an inspected report says about one recipient.</summary>
[Example("""
    {
        "recipient": "gone@example.com", "class": "hard", "status": "5.1.1", "reason": "unknown_user", "title": "Unknown user", "explanation": "The receiver knows no such mailbox.",
        "advice": "Do not write there again.", "line": "550 5.1.1 No such user", "decided_by": "status", "reply_code": 550, "delayed": false, "campaign": null, "subscriber": null,
        "matched_by": null, "certainty": null
    }
    """)]
internal sealed record InspectionResponse(
    string? Recipient,
    string Class,
    string? Status,
    string Reason,
    string Title,
    string Explanation,
    string Advice,
    string Line,
    string DecidedBy,
    int? ReplyCode,
    bool Delayed,
    InspectionResponse.CampaignName? Campaign,
    InspectionResponse.Person? Subscriber,
    BounceMatchedBy? MatchedBy,
    BounceCertainty? Certainty)
{
    public static InspectionResponse From(InspectedRecipient inspected)
    {
        var reading = inspected.Reading;
        var reason = BounceReasons.Of(reading.Reason);
        return new InspectionResponse(
            reading.Recipient, BounceClassText.Of(reading.Class), reading.Status, reading.Reason, reason.Title, reading.Explanation, reason.Advice, reading.Line, reading.DecidedBy,
            reading.ReplyCode == 0 ? null : reading.ReplyCode, reading.IsDelayed,
            inspected.Campaign is { } campaign ? new CampaignName(campaign.Id, campaign.Uuid, campaign.Name) : null,
            inspected.Subscriber is { } person ? new Person(person.Id, person.Uuid, person.Email) : null,
            inspected.Match?.By, inspected.Match?.Certainty);
    }

    internal sealed record CampaignName(int Id, Guid Uuid, string Name);

    internal sealed record Person(int Id, Guid Uuid, string Email);
}
