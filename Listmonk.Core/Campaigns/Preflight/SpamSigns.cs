namespace Listmonk.Core.Campaigns.Preflight;

/// <summary>Phrases that fill the junk folders of the world. One of them does no harm; several make filters look twice.</summary>
internal static class SpamSigns
{
    /// <summary>From so many different phrases in the text on, the report speaks of them.</summary>
    public const int Tolerated = 2;

    private static readonly string[] Phrases =
    [
        "100% free", "100% satisfied", "act now", "additional income", "apply now", "be your own boss", "best price", "big bucks", "buy direct",
        "cash bonus", "cash out", "casino", "cheap meds", "click below", "click here", "congratulations, you", "credit card offers", "dear friend",
        "double your", "earn $", "earn extra cash", "eliminate debt", "extra income", "fast cash", "financial freedom", "for only $", "free access",
        "free gift", "free money", "free trial", "get paid", "get rich", "great offer", "guaranteed", "increase sales", "incredible deal",
        "instant earnings", "investment decision", "limited time", "lose weight", "lowest price", "make money", "million dollars", "miracle", "money back",
        "no catch", "no cost", "no credit check", "no fees", "no obligation", "no risk", "no strings attached", "not spam", "once in a lifetime",
        "one time offer", "online pharmacy", "order now", "pre-approved", "promise you", "pure profit", "risk free", "risk-free", "satisfaction guaranteed",
        "save big money", "special promotion", "this is not spam", "this won't last", "unsecured credit", "urgent", "viagra", "weight loss", "while supplies last",
        "winner", "work from home", "you are a winner", "you have been selected",
    ];

    /// <summary>The phrases of the table that stand in a text as words of their own.</summary>
    public static IReadOnlyList<string> In(string text) => [.. Phrases.Where(phrase => Contains(text, phrase))];

    private static bool Contains(string text, string phrase)
    {
        for (var at = 0; (at = text.IndexOf(phrase, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + phrase.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]) || phrase[^1] == '$'))
            {
                return true;
            }
        }

        return false;
    }
}
