namespace Listmonk.Core.Tracking.Judging;

/// <summary>
/// The mail program or browser that a user agent names, by its everyday name; stored with a hit instead of the user agent. Webmail shows
/// pictures in the browser and is told only where its image proxy gives its name.
/// </summary>
public static class MailClients
{
    public const string AppleMail = "Apple Mail";
    public const string Gmail = "Gmail";
    public const string Other = "Other";

    /// <summary>The first that applies; so proxies come before the browsers that they pretend to be, and derived browsers before their model.</summary>
    private static readonly (string Word, string Client)[] Words =
    [
        ("GoogleImageProxy", Gmail),
        ("YahooMailProxy", "Yahoo Mail"),
        ("Outlook", "Outlook"),
        ("ms-office", "Outlook"),
        ("MSOffice", "Outlook"),
        ("Thunderbird", "Thunderbird"),
        ("Superhuman", "Superhuman"),
        ("SparkDesktop", "Spark"),
        ("Samsung Email", "Samsung Email"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("Edge/", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi", "Vivaldi"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("Trident/", "Internet Explorer"),
        ("MSIE ", "Internet Explorer"),
    ];

    public static string Of(ReadOnlySpan<char> agent)
    {
        foreach (var (word, client) in Words)
        {
            if (agent.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return client;
            }
        }

        // Apple's mail programs show mails with WebKit but do not call themselves Safari.
        return agent.Contains("AppleWebKit", StringComparison.OrdinalIgnoreCase) ? AppleMail : Other;
    }
}
