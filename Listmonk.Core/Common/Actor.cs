using System.Collections.Frozen;

namespace Listmonk.Core.Common;

/// <summary>
/// Who acts: a signed-in person, an API user, or the system. Passed to every service method that changes something or filters
/// by right; never ambient.
/// </summary>
public sealed record Actor
{
    /// <summary>Background work and start-up; may do everything.</summary>
    public static Actor System { get; } = new() { Name = "system", IsSuperAdmin = true };

    /// <summary>A recipient or visitor without an account; has no permission at all.</summary>
    public static Actor Anonymous { get; } = new() { Name = "anonymous" };

    public int? UserId { get; init; }

    public required string Name { get; init; }

    /// <summary>Address of the account's picture; null where there is none.</summary>
    public string? Picture { get; init; }

    /// <summary>Role id 1 passes every check (spec/auth.md 8).</summary>
    public bool IsSuperAdmin { get; init; }

    public FrozenSet<string> Permissions { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Lists the actor may read through a list role.</summary>
    public FrozenSet<int> ReadableLists { get; init; } = FrozenSet<int>.Empty;

    /// <summary>Lists the actor may change through a list role.</summary>
    public FrozenSet<int> ManageableLists { get; init; } = FrozenSet<int>.Empty;

    public bool Can(string permission) => IsSuperAdmin || Permissions.Contains(permission);

    public bool CanAny(params ReadOnlySpan<string> permissions)
    {
        foreach (var permission in permissions)
        {
            if (Can(permission))
            {
                return true;
            }
        }

        return false;
    }

    public bool SeesAllLists => CanAny("lists:get_all", "lists:manage_all");

    /// <summary>At least one list; which ones, each query decides. As for subscribers and campaigns.</summary>
    public bool SeesLists => SeesAllLists || ReadableLists.Count + ManageableLists.Count > 0;

    public bool SeesSubscribers => CanAny("subscribers:get", "subscribers:get_all");

    public bool SeesCampaigns => CanAny("campaigns:get", "campaigns:get_all");

    public bool ManagesAllLists => Can("lists:manage_all");

    public bool CanReadList(int listId) => SeesAllLists || ReadableLists.Contains(listId) || ManageableLists.Contains(listId);

    public bool CanManageList(int listId) => ManagesAllLists || ManageableLists.Contains(listId);
}
