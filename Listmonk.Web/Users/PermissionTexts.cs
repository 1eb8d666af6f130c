using Listmonk.Core.Users;

namespace Listmonk.Web.Users;

/// <summary>What each permission means, in the words of the role form.</summary>
internal static class PermissionTexts
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        [Permissions.ListsGetAll] = "See every list, whatever the list role says",
        [Permissions.ListsManageAll] = "Create, change and delete every list",
        [Permissions.SubscribersGet] = "See subscribers of the lists one may see",
        [Permissions.SubscribersGetAll] = "See all subscribers",
        [Permissions.SubscribersManage] = "Create, change, delete and block subscribers",
        [Permissions.SubscribersImport] = "Import subscribers",
        [Permissions.SubscribersSqlQuery] = "Search by query expressions",
        [Permissions.TxSend] = "Send transactional mails to anybody",
        [Permissions.TxGet] = "Read what transactional mails say",
        [Permissions.CampaignsGet] = "See campaigns to the lists one may see",
        [Permissions.CampaignsGetAll] = "See all campaigns",
        [Permissions.CampaignsGetAnalytics] = "See opens, clicks and bounces of campaigns",
        [Permissions.CampaignsManage] = "Create, change and delete campaigns to the lists one may see",
        [Permissions.CampaignsManageAll] = "Create, change and delete all campaigns",
        [Permissions.CampaignsSend] = "Start, schedule, pause and cancel campaigns",
        [Permissions.BouncesGet] = "See bounces",
        [Permissions.BouncesManage] = "Delete bounces, block their subscribers",
        [Permissions.WebhooksPostBounce] = "Report bounces through the webhook",
        [Permissions.MediaGet] = "See media files",
        [Permissions.MediaManage] = "Upload and delete media files",
        [Permissions.TemplatesGet] = "See templates",
        [Permissions.TemplatesManage] = "Create, change and delete templates",
        [Permissions.UsersGet] = "See users and their sessions",
        [Permissions.UsersManage] = "Create, change and delete users",
        [Permissions.RolesGet] = "See roles",
        [Permissions.RolesManage] = "Create, change and delete roles",
        [Permissions.SettingsGet] = "See settings and logs",
        [Permissions.SettingsManage] = "Change settings, custom scripts included",
        [Permissions.SettingsMaintain] = "Run maintenance, which deletes data",
    };

    public static string Of(string permission) => Texts.GetValueOrDefault(permission, permission);

    /// <summary>What deserves a second thought before it is given away; null for the rest.</summary>
    public static string? Warning(string permission) => permission switch
    {
        Permissions.SubscribersSqlQuery => "Expressions can ask about every field of a subscriber.",
        Permissions.UsersManage or Permissions.RolesManage => "Gives others up to what the holder may do.",
        Permissions.SettingsManage => "Includes scripts that run in everybody's browser.",
        _ => null,
    };
}
