using System.Globalization;
using System.Runtime.InteropServices;
using Listmonk.Core.Campaigns;
using Listmonk.Core.Common;
using Listmonk.Core.Lists;

namespace Listmonk.Core.Sending;

/// <summary>The SQL of <see cref="CampaignAudienceRules"/>: who qualifies for a campaign.</summary>
internal static class AudienceSql
{
    /// <summary>
    /// SQL that selects the distinct ids of the audience above <c>@after</c> up to <c>@last</c>, in ascending order when limited.
    /// Each list and state is one range of an index that is sorted by subscriber, so a batch costs the same wherever it stands;
    /// the smallest n of all are among the smallest n of each.
    /// </summary>
    /// <remarks>A person has one state on a list, so duplicates only come with a second list.</remarks>
    /// <returns>Null when nobody can qualify.</returns>
    internal static string? SelectIds(CampaignType type, int? resendOfId, IReadOnlyList<AudienceList> lists, AudienceSegment segment, bool limited)
    {
        var limit = limited ? " ORDER BY sl.subscriber_id LIMIT @count" : "";
        var silent = resendOfId is { } first
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" AND EXISTS (SELECT 1 FROM deliveries o WHERE o.campaign_id = {first} AND o.subscriber_id = sl.subscriber_id AND o.status = 'sent') AND NOT EXISTS (SELECT 1 FROM campaign_readers r WHERE r.campaign_id = {first} AND r.subscriber_id = sl.subscriber_id AND (r.opens_people > 0 OR r.clicks_people > 0))")
            : "";
        var branches = lists
            .SelectMany(list => CampaignAudienceRules.Qualifying(type, list.Optin).Select(status => (list.Id, Status: EnumText.Of(status))))
            .Select(branch =>
                $"SELECT id FROM (SELECT sl.subscriber_id AS id FROM subscriber_lists sl JOIN subscribers ON subscribers.id = sl.subscriber_id "
                + $"WHERE sl.list_id = {branch.Id} AND sl.status = '{branch.Status}' AND sl.subscriber_id > @after AND sl.subscriber_id <= @last "
                + $"AND subscribers.status = 'enabled'{silent}{segment.AndMatches}{limit}) AS b{branch.Id}{branch.Status}")
            .ToList();
        return branches.Count == 0
            ? null
            : string.Join(lists.Count == 1 ? " UNION ALL " : " UNION ", branches) + (limited ? " ORDER BY id LIMIT @count" : "");
    }

    /// <summary>SQL that says whether a person still qualifies through any list of the campaign, as lists and subscriptions are now.</summary>
    internal static string StillQualifies(CampaignType type, string subscriberId) =>
        "EXISTS (SELECT 1 FROM campaign_lists cl JOIN lists l ON l.id = cl.list_id "
        + $"JOIN subscriber_lists sl ON sl.list_id = l.id AND sl.subscriber_id = {subscriberId} WHERE cl.campaign_id = @campaign AND "
        + (type == CampaignType.Optin
            ? "l.optin = 'double' AND sl.status = 'unconfirmed')"
            : "(sl.status = 'confirmed' OR (sl.status = 'unconfirmed' AND l.optin = 'single')))");
}

/// <summary>A list as far as the audience depends on it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AudienceList(int Id, ListOptin Optin);
