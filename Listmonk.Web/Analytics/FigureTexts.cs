using Listmonk.Core.Campaigns;

namespace Listmonk.Web.Analytics;

/// <summary>What each figure counts, in one line: the same words on every page that shows it.</summary>
internal static class FigureTexts
{
    public const string Delivered = "Recipients whose mail server took the message and did not send it back.";
    public const string AutoOpened = "Recipients of whom nothing but a machine opened: a scanner, a prefetching browser or a privacy proxy such as Apple's.";
    public const string Unsubscribed = "Recipients who left a list through this mail.";
    public const string Complained = "Recipients who called this mail spam, as far as their provider reports it.";
    public const string Bounced = "Recipients whose mail came back.";

    public static string Opened(bool all, bool isUnique) => (all, isUnique) switch
    {
        (true, true) => "Recipients whose pictures were loaded, by a person or a machine, or who followed a link.",
        (false, true) => "Recipients who opened the mail or followed a link in person. Programs that block pictures hide opens.",
        (true, false) => "Times that the mail's pictures were loaded, machines included. Tracking is anonymous, so recipients are not told apart.",
        (false, false) => "Times that people loaded the mail's pictures. Tracking is anonymous, so recipients are not told apart.",
    };

    public static string Clicked(bool all, bool isUnique) => (all, isUnique) switch
    {
        (true, true) => "Recipients with a click on any link of the mail, machines included.",
        (false, true) => "Recipients who followed a link of the mail in person.",
        (true, false) => "Times that a link was followed, machines included. Tracking is anonymous, so recipients are not told apart.",
        (false, false) => "Times that people followed a link. Tracking is anonymous, so recipients are not told apart.",
    };

    public static string ClickToOpen(bool all) => $"Of those who opened, the share that clicked{(all ? ", machines included" : "; people only")}.";

    public static string ReasonName(UnsubscribeReason reason) => reason switch
    {
        UnsubscribeReason.TooMany => "Too many mails",
        UnsubscribeReason.NotInteresting => "Not interested in them",
        UnsubscribeReason.NeverSignedUp => "Never signed up",
        _ => "Something else",
    };

    public static string DeviceName(string agentClass) => agentClass switch
    {
        "" => "Not recorded",
        "proxy" => "Image proxy of a mail service",
        "bot" => "Scanner or program",
        _ => char.ToUpperInvariant(agentClass[0]) + agentClass[1..],
    };
}
