namespace Listmonk.Web.Api.OpenApi;

/// <summary>The subjects of the API, in the order in which they are shown.</summary>
internal static class ApiTags
{
    public const string Lists = "Lists";
    public const string Subscribers = "Subscribers";
    public const string Segments = "Segments";
    public const string Import = "Import";
    public const string Campaigns = "Campaigns";
    public const string Templates = "Templates";
    public const string Media = "Media";
    public const string Analytics = "Analytics";
    public const string Transactional = "Transactional";
    public const string Bounces = "Bounces";
    public const string Tracking = "Tracking";
    public const string Webhooks = "Webhooks";
    public const string Public = "Public";
    public const string Users = "Users";
    public const string Settings = "Settings";
    public const string Maintenance = "Maintenance";
    public const string System = "System";

    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        (Lists, "Lists that people subscribe to."),
        (Subscribers, "People, their subscriptions and what is on record about them."),
        (Segments, "Saved conditions that narrow a campaign's lists."),
        (Import, "Bringing in people by CSV or ZIP file."),
        (Campaigns, "Writing, checking, sending and following newsletters."),
        (Templates, "Layouts of campaigns and texts of transactional mails."),
        (Media, "Pictures and attachments."),
        (Analytics, "Opens, clicks and other figures. Names that end in _people leave machines out."),
        (Transactional, "Single mails that programs send, such as receipts."),
        (Bounces, "Undelivered mails and complaints."),
        (Tracking, "Whether tracking works, and why a hit counts as a person or a machine."),
        (Webhooks, "Events posted to other programs."),
        (Public, "Open to everybody: subscribing and the archive."),
        (Users, "Accounts, API tokens and roles."),
        (Settings, "The settings of the installation."),
        (Maintenance, "Backups, clean-ups and the log."),
        (System, "The program itself."),
    ];
}
