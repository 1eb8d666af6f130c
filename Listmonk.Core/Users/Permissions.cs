namespace Listmonk.Core.Users;

/// <summary>The catalogue of permissions, in the groups that the role form shows (spec/auth.md 8).</summary>
public static class Permissions
{
    public const string ListsGetAll = "lists:get_all";
    public const string ListsManageAll = "lists:manage_all";
    public const string SubscribersGet = "subscribers:get";
    public const string SubscribersGetAll = "subscribers:get_all";
    public const string SubscribersManage = "subscribers:manage";
    public const string SubscribersImport = "subscribers:import";
    public const string SubscribersSqlQuery = "subscribers:sql_query";
    public const string TxSend = "tx:send";

    /// <summary>Ours: reading what transactional mails say, which may be passwords to reset or bills.</summary>
    public const string TxGet = "tx:get";
    public const string CampaignsGet = "campaigns:get";
    public const string CampaignsGetAll = "campaigns:get_all";
    public const string CampaignsGetAnalytics = "campaigns:get_analytics";
    public const string CampaignsManage = "campaigns:manage";
    public const string CampaignsManageAll = "campaigns:manage_all";
    public const string CampaignsSend = "campaigns:send";
    public const string BouncesGet = "bounces:get";
    public const string BouncesManage = "bounces:manage";
    public const string WebhooksPostBounce = "webhooks:post_bounce";
    public const string MediaGet = "media:get";
    public const string MediaManage = "media:manage";
    public const string TemplatesGet = "templates:get";
    public const string TemplatesManage = "templates:manage";
    public const string UsersGet = "users:get";
    public const string UsersManage = "users:manage";
    public const string RolesGet = "roles:get";
    public const string RolesManage = "roles:manage";
    public const string SettingsGet = "settings:get";
    public const string SettingsManage = "settings:manage";
    public const string SettingsMaintain = "settings:maintain";
    public const string ListGet = "list:get";
    public const string ListManage = "list:manage";

    /// <summary>Groups in display order, each with its permissions.</summary>
    public static IReadOnlyList<(string Group, IReadOnlyList<string> Names)> Groups { get; } =
    [
        ("lists", [ListsGetAll, ListsManageAll]),
        ("subscribers", [SubscribersGet, SubscribersGetAll, SubscribersManage, SubscribersImport, SubscribersSqlQuery, TxSend, TxGet]),
        ("campaigns", [CampaignsGet, CampaignsGetAll, CampaignsGetAnalytics, CampaignsManage, CampaignsManageAll, CampaignsSend]),
        ("bounces", [BouncesGet, BouncesManage, WebhooksPostBounce]),
        ("media", [MediaGet, MediaManage]),
        ("templates", [TemplatesGet, TemplatesManage]),
        ("users", [UsersGet, UsersManage, RolesGet, RolesManage]),
        ("settings", [SettingsGet, SettingsManage, SettingsMaintain]),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Groups.SelectMany(group => group.Names)];
}
