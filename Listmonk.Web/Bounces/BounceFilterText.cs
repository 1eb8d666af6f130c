using System.Globalization;
using Listmonk.Core.Bounces;
using Listmonk.Core.Common;
using Listmonk.Web.Api;

namespace Listmonk.Web.Bounces;

/// <summary>The conditions of a list of bounces as they stand in an address.</summary>
internal static class BounceFilterText
{
    /// <summary>listmonk's <c>campaign_id</c> and <c>source</c>; ours are <c>type</c>, <c>reason</c>, <c>domain</c>, <c>from</c>, <c>until</c> and <c>search</c>.</summary>
    /// <exception cref="ApiException">400 for an id or a time that is none. An unknown type narrows nothing, as with listmonk.</exception>
    public static BounceFilter BounceFilter(this HttpRequest request)
    {
        var campaign = request.Text("campaign_id");
        return new BounceFilter
        {
            CampaignId = campaign is "" or "0" ? null : ApiRequest.ParseId(campaign),
            Source = request.Text("source"),
            Type = EnumText.TryParse<BounceType>(request.Text("type"), out var type) ? type : null,
            Reason = request.Text("reason"),
            Domain = request.Text("domain"),
            From = Time(request, "from"),
            Until = Time(request, "until"),
            Search = request.Text("search"),
        };
    }

    private static DateTimeOffset? Time(HttpRequest request, string name) =>
        request.Text(name) is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime()
        : throw new ApiException(StatusCodes.Status400BadRequest, $"'{name}' must be a time such as 2026-03-01T08:00:00Z.");
}
