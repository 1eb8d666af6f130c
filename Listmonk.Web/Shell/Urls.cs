namespace Listmonk.Web.Shell;

/// <summary>Addresses of pages, relative to the base path, so that features link to each other without knowing each other.</summary>
public static class Urls
{
    public const string Dashboard = "admin";
    public const string Lists = "admin/lists";
    public const string NewList = "admin/lists/new";
    public const string Forms = "admin/lists/forms";
    public const string Subscribers = "admin/subscribers";
    public const string NewSubscriber = "admin/subscribers/new";
    public const string Segments = "admin/subscribers/segments";
    public const string NewSegment = "admin/subscribers/segments/new";
    public const string BulkActions = "admin/subscribers/actions";
    public const string Suppression = "admin/subscribers/suppression";
    public const string Hygiene = "admin/subscribers/hygiene";
    public const string Duplicates = "admin/subscribers/duplicates";
    public const string Import = "admin/subscribers/import";
    public const string Campaigns = "admin/campaigns";
    public const string NewCampaign = "admin/campaigns/new";
    public const string Analytics = "admin/campaigns/analytics";
    public const string Templates = "admin/templates";
    public const string Media = "admin/media";
    public const string NewTemplate = "admin/templates/new";
    public const string Transactional = "admin/transactional";
    public const string Bounces = "admin/bounces";
    public const string BounceInspection = "admin/bounces/inspect";
    public const string Receivers = "admin/bounces/receivers";
    public const string Outbox = "admin/outbox";
    public const string Settings = "admin/settings";
    public const string PrivacySettings = "admin/settings/privacy";
    public const string SecuritySettings = "admin/settings/security";
    public const string TrackingSettings = "admin/settings/tracking";
    public const string PerformanceSettings = "admin/settings/performance";
    public const string TransactionalSettings = "admin/settings/transactional";
    public const string SmtpSettings = "admin/settings/smtp";

    public const string MessengerSettings = "admin/settings/messengers";
    public const string DeliverabilitySettings = "admin/settings/deliverability";
    public const string DkimSettings = "admin/settings/dkim";
    public const string BounceSettings = "admin/settings/bounces";
    public const string BounceSources = "admin/settings/bounce-sources";
    public const string Webhooks = "admin/settings/webhooks";
    public const string NewWebhook = "admin/settings/webhooks/new";
    public const string MediaSettings = "admin/settings/media";
    public const string TrackingDoctor = "admin/settings/doctor";
    public const string AppearanceSettings = "admin/settings/appearance";
    public const string SettingsTransfer = "admin/settings/transfer";
    public const string Maintenance = "admin/maintenance";
    public const string Backups = "admin/maintenance/backups";
    public const string Takeover = "admin/maintenance/listmonk";
    public const string Logs = "admin/logs";
    public const string Api = "admin/api";
    public const string About = "admin/about";
    public const string SignIn = "admin/login";
    public const string SignInCode = "admin/login/twofa";
    public const string SignInPasskey = "admin/login/passkey";
    public const string ForgotPassword = "admin/forgot";
    public const string ChoosePassword = "admin/reset";
    public const string Users = "admin/users";
    public const string NewUser = "admin/users/new";
    public const string UserRoles = "admin/users/roles/users";
    public const string NewUserRole = "admin/users/roles/users/new";
    public const string ListRoles = "admin/users/roles/lists";
    public const string NewListRole = "admin/users/roles/lists/new";
    public const string Sessions = "admin/users/sessions";
    public const string Audit = "admin/users/audit";
    public const string Profile = "admin/user/profile";

    public static string Subscriber(int id) => $"{Subscribers}/{id}";

    public static string SubscribersOfList(int listId) => $"{Subscribers}?list={listId}";

    public static string SubscribersOfList(int listId, string subscriptionStatus) => $"{Subscribers}?list={listId}&subscription={subscriptionStatus}";

    public static string SubscribersOfSegment(int segmentId) => $"{Subscribers}?segment={segmentId}";

    public static string Segment(int id) => $"{Segments}/{id}";

    public static string BulkAction(int id) => $"{BulkActions}/{id}";

    public static string ImportJob(int id) => $"{Import}/{id}";

    public static string ImportSetup(int id, int? listId) => $"{Import}/{id}/setup{(listId is null ? "" : $"?list={listId}")}";

    public static string ImportRejected(int id) => $"api/import/subscribers/{id}/rejected.csv";

    public static string ImportInto(int listId) => $"{Import}?list={listId}";

    public static string FormFor(int listId) => $"{Forms}?list={listId}";

    public static string List(int id) => $"{Lists}/{id}";

    public static string Campaign(int id) => $"{Campaigns}/{id}";

    public static string CampaignReport(int id) => $"{Campaigns}/{id}/report";

    public static string CampaignLinks(int id) => $"{Campaigns}/{id}/links";

    public static string CampaignLink(int id, int linkId, int position) => $"{Campaigns}/{id}/links/{linkId}/{position}";

    public static string Deliveries(int campaignId) => $"{Campaigns}/{campaignId}/deliveries";

    public static string Template(int id) => $"{Templates}/{id}";

    public static string User(int id) => $"{Users}/{id}";

    public static string UserRole(int id) => $"{UserRoles}/{id}";

    public static string ListRole(int id) => $"{ListRoles}/{id}";

    public static string Webhook(int id) => $"{Webhooks}/{id}";

    public static string WebhookLog(int id) => $"{Webhooks}/{id}/log";

    public static string Bounce(int id) => $"{Bounces}/{id}";

    public static string BouncesOfCampaign(int campaignId) => $"{Bounces}?campaign={campaignId}";

    public static string BounceMailbox(string uuid) => $"{BounceSources}/{uuid}";

    public static string PostbackServer(string uuid) => $"{MessengerSettings}/{uuid}";

    public static string SmtpServer(string uuid) => $"{SmtpSettings}/{uuid}";

    public static string TransactionalMessage(int id) => $"{Transactional}/{id}";

    public static string OutboxMail(long id) => $"{Outbox}/{id}";

    /// <summary>The base for a proxy that strips the path prefix: the root URL's path, if the request came for its host.</summary>
    public static string BasePath(string rootUrl, HostString host) =>
        Uri.TryCreate(rootUrl, UriKind.Absolute, out var root) && string.Equals(root.Authority, host.Value, StringComparison.OrdinalIgnoreCase)
            ? root.AbsolutePath.TrimEnd('/') + "/"
            : "/";
}
