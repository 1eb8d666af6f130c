using Listmonk.Core.Audit;
using Listmonk.Core.Common;
using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Core.Subscribers.Suppression;
using Listmonk.Core.Users;
using MudBlazor;

namespace Listmonk.Web.Shell;

/// <summary>A page, or what one does there, as the menu and the command palette name it.</summary>
/// <param name="English">Its name in English.</param>
/// <param name="Href">Its address, relative to the base path.</param>
/// <param name="IsVisible">Whether the account may open it and use it for this.</param>
internal sealed record AdminPage(string English, string Href, Func<Actor, bool> IsVisible)
{
    public string Text => T[English];

    /// <summary>The letter that opens it after <c>g</c>; empty for none.</summary>
    public string Key { get; init; } = "";

    /// <summary>Null for an entry that belongs to the one above it.</summary>
    public string? Icon { get; init; }

    /// <summary>Other words under which people look for it.</summary>
    public string Words { get; init; } = "";

    public bool IsChild => Icon is null;
}

/// <summary>Every page of the admin area that has an address of its own, once: for the menu, the sections of the settings and the command palette.</summary>
internal static class AdminPages
{
    private static readonly Func<Actor, bool> ReadsSettings = actor => actor.Can(Permissions.SettingsGet);

    /// <summary>The drawer, in the order of the product's work.</summary>
    public static IReadOnlyList<AdminPage> Menu { get; } =
    [
        new(T.Later("Dashboard"), Urls.Dashboard, _ => true) { Key = "d", Icon = Icons.Material.Outlined.SpaceDashboard, Words = "home start overview" },
        new(T.Later("Lists"), Urls.Lists, actor => actor.SeesLists) { Key = "l", Icon = Icons.Material.Outlined.FormatListBulleted },
        new(T.Later("Forms"), Urls.Forms, actor => actor.SeesLists) { Key = "f", Words = "subscription sign up html embed website captcha" },
        new(T.Later("Subscribers"), Urls.Subscribers, actor => actor.SeesSubscribers) { Key = "s", Icon = Icons.Material.Outlined.PeopleAlt, Words = "people contacts" },
        new(T.Later("Segments"), Urls.Segments, actor => actor.SeesSubscribers) { Key = "g", Words = "audience filter" },
        new(T.Later("Import"), Urls.Import, actor => actor.Can(Permissions.SubscribersImport)) { Key = "i", Words = "csv zip upload" },
        new(T.Later("Hygiene"), Urls.Hygiene, HygieneService.MaySee) { Key = "h", Words = "clean inactive role typo disposable bounced duplicates report" },
        new(T.Later("Suppression"), Urls.Suppression, SuppressionService.MayManage) { Key = "k", Words = "never mail block do not contact unsubscribe addresses domains" },
        new(T.Later("Bounces"), Urls.Bounces, actor => actor.Can(Permissions.BouncesGet)) { Key = "b", Words = "complaints undelivered" },
        new(T.Later("Campaigns"), Urls.Campaigns, actor => actor.SeesCampaigns) { Key = "c", Icon = Icons.Material.Outlined.RocketLaunch, Words = "newsletters mails" },
        new(T.Later("Templates"), Urls.Templates, actor => actor.Can(Permissions.TemplatesGet)) { Key = "t", Words = "layout design" },
        new(T.Later("Media"), Urls.Media, actor => actor.Can(Permissions.MediaGet)) { Key = "m", Words = "images files pictures" },
        new(T.Later("Analytics"), Urls.Analytics, actor => actor.Can(Permissions.CampaignsGetAnalytics)) { Key = "n", Words = "figures reports opens clicks compare" },
        new(T.Later("Transactional"), Urls.Transactional, actor => actor.CanAny(Permissions.TxGet, Permissions.TxSend)) { Key = "x", Icon = Icons.Material.Outlined.ForwardToInbox, Words = "api mails log" },
        new(T.Later("Outbox"), Urls.Outbox, actor => actor.Can(Permissions.SettingsManage)) { Key = "o", Icon = Icons.Material.Outlined.Outbox, Words = "captured test mails" },
        new(T.Later("Users"), Urls.Users, actor => actor.Can(Permissions.UsersGet)) { Key = "u", Icon = Icons.Material.Outlined.ManageAccounts, Words = "accounts team api tokens" },
        new(T.Later("Roles"), Urls.UserRoles, actor => actor.Can(Permissions.RolesGet)) { Key = "r", Words = "permissions rights user roles" },
        new(T.Later("Settings"), Urls.Settings, ReadsSettings) { Key = "e", Icon = Icons.Material.Outlined.Settings, Words = "general root url site name language" },
        new(T.Later("Maintenance"), Urls.Maintenance, actor => actor.Can(Permissions.SettingsMaintain)) { Key = "w", Words = "jobs clean up retention orphans" },
        new(T.Later("Logs"), Urls.Logs, ReadsSettings) { Key = "y", Words = "errors" },
        new(T.Later("API"), Urls.Api, ReadsSettings) { Key = "p", Words = "programs openapi swagger curl token developer documentation" },
        new(T.Later("About"), Urls.About, ReadsSettings) { Key = "a", Words = "version system" },
    ];

    /// <summary>The settings' own menu.</summary>
    public static IReadOnlyList<AdminPage> SettingsSections { get; } =
    [
        new(T.Later("General"), Urls.Settings, ReadsSettings),
        new(T.Later("Privacy"), Urls.PrivacySettings, ReadsSettings) { Words = "unsubscribe header blocklist domains export delete individual tracking" },
        new(T.Later("Security"), Urls.SecuritySettings, ReadsSettings) { Words = "sign-in sso oidc openid single google microsoft keycloak captcha cors trusted urls" },
        new(T.Later("People and machines"), Urls.TrackingSettings, ReadsSettings) { Words = "tracking bots opens clicks rules" },
        new(T.Later("Performance"), Urls.PerformanceSettings, ReadsSettings) { Words = "concurrency batch rate limit throttle sliding window" },
        new(T.Later("SMTP"), Urls.SmtpSettings, ReadsSettings) { Words = "mail servers sending" },
        new(T.Later("Messengers"), Urls.MessengerSettings, ReadsSettings) { Words = "postback sms push" },
        new(T.Later("Deliverability"), Urls.DeliverabilitySettings, ReadsSettings) { Words = "spf dmarc dns" },
        new(T.Later("DKIM"), Urls.DkimSettings, ReadsSettings) { Words = "signature keys dns" },
        new(T.Later("Bounces"), Urls.BounceSettings, ReadsSettings) { Words = "hard soft complaint actions" },
        new(T.Later("Bounce sources"), Urls.BounceSources, ReadsSettings) { Words = "mailbox imap pop ses sendgrid postmark webhooks" },
        new(T.Later("Transactional"), Urls.TransactionalSettings, ReadsSettings) { Words = "api retention" },
        new(T.Later("Webhooks"), Urls.Webhooks, ReadsSettings) { Words = "events integration" },
        new(T.Later("Media"), Urls.MediaSettings, ReadsSettings) { Words = "storage s3 uploads" },
        new(T.Later("Appearance"), Urls.AppearanceSettings, ReadsSettings) { Words = "css javascript logo branding" },
        new(T.Later("Export and import"), Urls.SettingsTransfer, ReadsSettings) { Words = "copy move settings file download upload" },
        new(T.Later("Tracking doctor"), Urls.TrackingDoctor, ReadsSettings) { Words = "proxy links diagnosis missing clicks" },
    ];

    /// <summary>What is reached from other pages.</summary>
    public static IReadOnlyList<AdminPage> Others { get; } =
    [
        new(T.Later("Duplicates"), Urls.Duplicates, HygieneService.MaySee) { Words = "merge same people gmail" },
        new(T.Later("Bulk actions"), Urls.BulkActions, actor => actor.Can(Permissions.SubscribersManage)) { Words = "undo many jobs background progress" },
        new(T.Later("Receivers and trends"), Urls.Receivers, actor => actor.Can(Permissions.BouncesGet)) { Words = "gmail bounces domains" },
        new(T.Later("Inspect a bounce"), Urls.BounceInspection, actor => actor.Can(Permissions.BouncesGet)) { Words = "paste report" },
        new(T.Later("List roles"), Urls.ListRoles, actor => actor.Can(Permissions.RolesGet)) { Words = "permissions" },
        new(T.Later("Sessions"), Urls.Sessions, actor => actor.Can(Permissions.UsersGet)) { Words = "signed in devices" },
        new(T.Later("Audit log"), Urls.Audit, AuditQueries.MayRead) { Words = "changes history who" },
        new(T.Later("Backups"), Urls.Backups, actor => actor.Can(Permissions.SettingsMaintain)) { Words = "restore download" },
        new(T.Later("Take over listmonk"), Urls.Takeover, actor => actor.Can(Permissions.SettingsMaintain)) { Words = "migrate migration import" },
        // Whoever may not read the settings has no such entry in the menu, and may still write programs.
        new(T.Later("API"), Urls.Api, actor => !ReadsSettings(actor)) { Words = "programs openapi swagger curl token developer documentation" },
        new(T.Later("My profile"), Urls.Profile, _ => true) { Words = "account password two-factor" },
    ];

    /// <summary>What one starts anew.</summary>
    public static IReadOnlyList<AdminPage> Actions { get; } =
    [
        new(T.Later("New campaign"), Urls.NewCampaign, actor => actor.SeesCampaigns && actor.CanAny(Permissions.CampaignsManage, Permissions.CampaignsManageAll)) { Words = "create write newsletter" },
        new(T.Later("New list"), Urls.NewList, actor => actor.ManagesAllLists) { Words = "create add" },
        new(T.Later("New subscriber"), Urls.NewSubscriber, actor => actor.SeesSubscribers && actor.Can(Permissions.SubscribersManage)) { Words = "create add person" },
        new(T.Later("New segment"), Urls.NewSegment, actor => actor.SeesSubscribers && actor.Can(Permissions.SubscribersSqlQuery)) { Words = "create add" },
        new(T.Later("New template"), Urls.NewTemplate, actor => actor.Can(Permissions.TemplatesGet) && actor.Can(Permissions.TemplatesManage)) { Words = "create add" },
        new(T.Later("New user"), Urls.NewUser, actor => actor.Can(Permissions.UsersGet) && actor.Can(Permissions.UsersManage)) { Words = "create add invite account" },
        new(T.Later("New user role"), Urls.NewUserRole, actor => actor.Can(Permissions.RolesGet) && actor.Can(Permissions.RolesManage)) { Words = "create add permissions" },
        new(T.Later("New list role"), Urls.NewListRole, actor => actor.Can(Permissions.RolesGet) && actor.Can(Permissions.RolesManage)) { Words = "create add permissions" },
        new(T.Later("New webhook"), Urls.NewWebhook, actor => actor.Can(Permissions.SettingsManage)) { Words = "create add" },
    ];

    /// <summary>Those that the account may use, where each word of the text stands in the name or begins another word; names that begin with the text first.</summary>
    public static IEnumerable<AdminPage> Matching(IEnumerable<AdminPage> pages, string text, Actor actor)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return pages
            .Where(page => page.IsVisible(actor) && words.All(word =>
                page.Text.Contains(word, StringComparison.OrdinalIgnoreCase) || page.English.Contains(word, StringComparison.OrdinalIgnoreCase) || page.Words.Split(' ').Any(other => other.StartsWith(word, StringComparison.OrdinalIgnoreCase))))
            .OrderBy(page => !page.Text.StartsWith(text.Trim(), StringComparison.OrdinalIgnoreCase));
    }
}
