using Listmonk.Core.Users;

namespace Listmonk.Web.Users;

/// <summary>What each permission means, in the words of the role form.</summary>
internal static class PermissionTexts
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        [Permissions.ListsGetAll] = T.Later("See every list, whatever the list role says"),
        [Permissions.ListsManageAll] = T.Later("Create, change and delete every list"),
        [Permissions.SubscribersGet] = T.Later("See subscribers of the lists one may see"),
        [Permissions.SubscribersGetAll] = T.Later("See all subscribers"),
        [Permissions.SubscribersManage] = T.Later("Create, change, delete and block subscribers"),
        [Permissions.SubscribersImport] = T.Later("Import subscribers"),
        [Permissions.SubscribersSqlQuery] = T.Later("Search by query expressions"),
        [Permissions.TxSend] = T.Later("Send transactional mails to anybody"),
        [Permissions.TxGet] = T.Later("Read what transactional mails say"),
        [Permissions.CampaignsGet] = T.Later("See campaigns to the lists one may see"),
        [Permissions.CampaignsGetAll] = T.Later("See all campaigns"),
        [Permissions.CampaignsGetAnalytics] = T.Later("See opens, clicks and bounces of campaigns"),
        [Permissions.CampaignsManage] = T.Later("Create, change and delete campaigns to the lists one may see"),
        [Permissions.CampaignsManageAll] = T.Later("Create, change and delete all campaigns"),
        [Permissions.CampaignsSend] = T.Later("Start, schedule, pause and cancel campaigns"),
        [Permissions.BouncesGet] = T.Later("See bounces"),
        [Permissions.BouncesManage] = T.Later("Delete bounces, block their subscribers"),
        [Permissions.WebhooksPostBounce] = T.Later("Report bounces through the webhook"),
        [Permissions.MediaGet] = T.Later("See media files"),
        [Permissions.MediaManage] = T.Later("Upload and delete media files"),
        [Permissions.TemplatesGet] = T.Later("See templates"),
        [Permissions.TemplatesManage] = T.Later("Create, change and delete templates"),
        [Permissions.UsersGet] = T.Later("See users and their sessions"),
        [Permissions.UsersManage] = T.Later("Create, change and delete users"),
        [Permissions.RolesGet] = T.Later("See roles"),
        [Permissions.RolesManage] = T.Later("Create, change and delete roles"),
        [Permissions.SettingsGet] = T.Later("See settings and logs"),
        [Permissions.SettingsManage] = T.Later("Change settings, custom scripts included"),
        [Permissions.SettingsMaintain] = T.Later("Run maintenance, which deletes data"),
    };

    public static string Of(string permission) => T[Texts.GetValueOrDefault(permission, permission)];

    /// <summary>What deserves a second thought before it is given away; null for the rest.</summary>
    public static string? Warning(string permission) => permission switch
    {
        Permissions.SubscribersSqlQuery => T["Expressions can ask about every field of a subscriber."],
        Permissions.UsersManage or Permissions.RolesManage => T["Gives others up to what the holder may do."],
        Permissions.SettingsManage => T["Includes scripts that run in everybody's browser."],
        _ => null,
    };
}
