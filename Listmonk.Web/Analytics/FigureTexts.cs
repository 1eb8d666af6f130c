using Listmonk.Core.Campaigns;

namespace Listmonk.Web.Analytics;

/// <summary>What each figure counts, in one line: the same words on every page that shows it.</summary>
internal static class FigureTexts
{
    public static string Delivered => T["Recipients whose mail server took the message and did not send it back."];
    public static string AutoOpened => T["Recipients of whom nothing but a machine opened: a scanner, a prefetching browser or a privacy proxy such as Apple's."];
    public static string Unsubscribed => T["Recipients who left a list through this mail."];
    public static string Complained => T["Recipients who called this mail spam, as far as their provider reports it."];
    public static string Bounced => T["Recipients whose mail came back."];

    public static string Opened(bool all, bool isUnique) => (all, isUnique) switch
    {
        (true, true) => T["Recipients whose pictures were loaded, by a person or a machine, or who followed a link."],
        (false, true) => T["Recipients who opened the mail or followed a link in person. Programs that block pictures hide opens."],
        (true, false) => T["Times that the mail's pictures were loaded, machines included. Tracking is anonymous, so recipients are not told apart."],
        (false, false) => T["Times that people loaded the mail's pictures. Tracking is anonymous, so recipients are not told apart."],
    };

    public static string Clicked(bool all, bool isUnique) => (all, isUnique) switch
    {
        (true, true) => T["Recipients with a click on any link of the mail, machines included."],
        (false, true) => T["Recipients who followed a link of the mail in person."],
        (true, false) => T["Times that a link was followed, machines included. Tracking is anonymous, so recipients are not told apart."],
        (false, false) => T["Times that people followed a link. Tracking is anonymous, so recipients are not told apart."],
    };

    public static string ClickToOpen(bool all) => T["Of those who opened, the share that clicked{0}.", all ? T[", machines included"] : T["; people only"]];

    public static string ReasonName(UnsubscribeReason reason) => reason switch
    {
        UnsubscribeReason.TooMany => T["Too many mails"],
        UnsubscribeReason.NotInteresting => T["Not interested in them"],
        UnsubscribeReason.NeverSignedUp => T["Never signed up"],
        _ => T["Something else"],
    };

    public static string DeviceName(string agentClass) => agentClass switch
    {
        "" => T["Not recorded"],
        "proxy" => T["Image proxy of a mail service"],
        "bot" => T["Scanner or program"],
        _ => char.ToUpperInvariant(agentClass[0]) + agentClass[1..],
    };
}
