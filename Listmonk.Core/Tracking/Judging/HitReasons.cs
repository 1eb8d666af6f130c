namespace Listmonk.Core.Tracking.Judging;

/// <summary>The short codes of the rules, as they are stored with each hit and served by the API; in the order in which the rules are tried.</summary>
public static class HitReasons
{
    public const string Head = "head";
    public const string Prefetch = "prefetch";
    public const string NoAgent = "no_ua";
    public const string ApplePrivacy = "apple_mpp";
    public const string GmailPrefetch = "gmail_prefetch";
    public const string ScannerAgent = "scanner_ua";
    public const string ScannerNetwork = "scanner_network";
    public const string Honeypot = "honeypot";
    public const string Burst = "burst";
    public const string BeforeDelivery = "before_delivery";
    public const string TooFast = "too_fast";

    /// <summary>No rule's: another program recorded the hit, without what the rules look at.</summary>
    public const string Imported = "imported";

    /// <summary>Decided from other hits and the delivery, not from the request: such a verdict may change with what comes later.</summary>
    public static bool IsOfMessage(string reason) => reason is Honeypot or Burst or BeforeDelivery or TooFast;

    /// <summary>One sentence for people.</summary>
    public static string Explain(string reason) => reason switch
    {
        Head => "The request only asked whether the address exists; people's programs fetch it.",
        Prefetch => "The browser said that it loads ahead, before anybody asked for it.",
        NoAgent => "The request did not say what program made it; every mail program and browser does.",
        ApplePrivacy => "Apple Mail's privacy protection loads every picture of every mail, read or not, and calls itself just Mozilla/5.0.",
        GmailPrefetch => "Gmail loads pictures ahead with this outdated browser name; when the person opens the mail, Google's image proxy comes instead.",
        ScannerAgent => "The program's name belongs to a scanner, link checker, crawler or programming library.",
        ScannerNetwork => "The request came from a network of a mail-security gateway, where nobody reads mail.",
        Honeypot => "A link that people cannot see was followed by the same mail within twenty seconds.",
        Burst => "Three or more different links of one mail were followed within ten seconds.",
        BeforeDelivery => "The hit came before the mail was delivered: a gateway looked at it on the way.",
        TooFast => "The hit came faster after the delivery than a person can open a mail.",
        Imported => "It was recorded by listmonk, which kept neither program nor network; only its time and its link can be judged.",
        "" => "No rule says that this was a machine.",
        _ => "An earlier version of the rules said so.",
    };
}
