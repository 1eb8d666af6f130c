using Listmonk.Core.Common;
using Listmonk.Core.Users;

namespace Listmonk.Core.Campaigns;

/// <summary>
/// Which campaigns an account reaches: all of them with an <c>_all</c> right or the matching right on all lists, otherwise those
/// that go to at least one list within reach (spec/campaigns.md 3.1).
/// </summary>
internal static class CampaignAccess
{
    /// <summary>Null when the actor may read every campaign; otherwise the lists of which a campaign must have one.</summary>
    public static IReadOnlyList<int>? ReadableThrough(Actor actor) =>
        actor.CanAny(Permissions.CampaignsGetAll, Permissions.CampaignsManageAll) || actor.SeesAllLists
            ? null
            : [.. actor.ReadableLists.Union(actor.ManageableLists)];

    public static bool CanRead(Actor actor, IEnumerable<int?> lists) =>
        ReadableThrough(actor) is not { } through || lists.Any(list => list is { } id && through.Contains(id));

    public static bool CanManage(Actor actor, IEnumerable<int?> lists) =>
        actor.Can(Permissions.CampaignsManageAll) || actor.ManagesAllLists || lists.Any(list => list is { } id && actor.CanManageList(id));

    public static Outcome ReadRefusal => Outcome.Forbidden($"Permission denied: {Permissions.CampaignsGet}");

    public static Outcome ManageRefusal => Outcome.Forbidden($"Permission denied: {Permissions.CampaignsManage}");
}
