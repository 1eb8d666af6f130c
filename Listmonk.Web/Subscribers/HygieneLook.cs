using Listmonk.Core.Subscribers.Hygiene;
using Listmonk.Web.Shared;

namespace Listmonk.Web.Subscribers;

/// <summary>How what a report has found reads on the pages.</summary>
internal static class HygieneLook
{
    /// <summary>In the order of the page; duplicates have a page of their own.</summary>
    public static IReadOnlyList<HygieneKind> Kinds { get; } =
    [
        HygieneKind.Bounced, HygieneKind.Typo, HygieneKind.Role, HygieneKind.Disposable, HygieneKind.Inactive, HygieneKind.Unconfirmed, HygieneKind.NeverMailed, HygieneKind.Duplicate,
    ];

    public static string Title(HygieneKind kind) => kind switch
    {
        HygieneKind.Role => T["Role addresses"],
        HygieneKind.Typo => T["Mistyped domains"],
        HygieneKind.Disposable => T["Disposable addresses"],
        HygieneKind.Inactive => T["No reaction"],
        HygieneKind.Unconfirmed => T["Never confirmed"],
        HygieneKind.NeverMailed => T["Never mailed"],
        HygieneKind.Bounced => T["Bounced"],
        _ => T["Probable duplicates"],
    };

    public static string Text(HygieneKind kind, HygieneProgress report) => kind switch
    {
        HygieneKind.Role => T["Addresses of a task, such as info@ or admin@: read by several people or none, and quick to complain."],
        HygieneKind.Typo => T["Domains that are nearly always a slip, such as gmial.com. The filtered list shows the people; correct the address on a person's page."],
        HygieneKind.Disposable => T["From services that hand out addresses for minutes."],
        HygieneKind.Inactive => report.KnowsActivity
            ? T["Got {0} or more mails in the last {1} and neither opened nor clicked one in person. Some read with pictures off: ask them before you let them go.", report.Mails, Months(report)]
            : T["Not known: opens and clicks are not recorded for each person (settings, Privacy)."],
        HygieneKind.Unconfirmed => T["Joined a list with double opt-in more than {0} ago and never confirmed.", Months(report)],
        HygieneKind.NeverMailed => T["No campaign was ever sent to them."],
        HygieneKind.Bounced => T["At least one mail to them came back."],
        _ => T["Addresses of one mailbox: the same but for a tag, or for dots at Gmail."],
    };

    private static string Months(HygieneProgress report) => Figures.Count(report.Months, "month");
}
