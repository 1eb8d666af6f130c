using Listmonk.Core.Bounces;
using Listmonk.Core.Settings;

namespace Listmonk.Web.Bounces;

/// <summary>How pages say what was found out about a bounce.</summary>
internal static class BounceWords
{
    public static string MatchedBy(BounceMatchedBy by) => by switch
    {
        BounceMatchedBy.Token => T["The signed token in the return path, which nobody else can have made."],
        BounceMatchedBy.Headers => T["The headers of the returned mail name campaign and person, and a second fact agrees: the address that failed, or a delivery on record."],
        BounceMatchedBy.MessageId => T["The Message-ID of the returned mail names campaign and person, and a second fact agrees."],
        BounceMatchedBy.UnsubscribeLink => T["The unsubscribe link of the returned mail names campaign and person, and a second fact agrees."],
        BounceMatchedBy.Address => T["Only the address that failed. The campaign is the one that went there last, which may be wrong."],
        _ => T["Whoever reported named the person: the mail server that refused, a mail service, or a program."],
    };

    public static string Certainty(BounceCertainty certainty) => certainty switch
    {
        BounceCertainty.Certain => T["certain"],
        BounceCertainty.Likely => T["very likely"],
        _ => T["possible"],
    };

    public static string Done(BounceAction action) => action switch
    {
        BounceAction.Unsubscribe => T["All subscriptions of the person ended."],
        BounceAction.Blocklist => T["The person was blocklisted, and all their subscriptions ended."],
        BounceAction.Delete => T["The person was deleted."],
        _ => T["Nothing was done to the person."],
    };
}
