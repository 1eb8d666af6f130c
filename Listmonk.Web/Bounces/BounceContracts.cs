using Listmonk.Core.Bounces;
using Listmonk.Core.Bounces.Parsing;

namespace Listmonk.Web.Bounces;

/// <summary>What an inspected report says about one recipient.</summary>
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
