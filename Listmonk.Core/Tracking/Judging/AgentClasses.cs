namespace Listmonk.Core.Tracking.Judging;

/// <summary>The derived class of a client that is stored with a hit instead of its user agent.</summary>
public static class AgentClasses
{
    public const string Proxy = "proxy";
    public const string Tablet = "tablet";
    public const string Mobile = "mobile";
    public const string Desktop = "desktop";
    public const string Bot = "bot";
    public const string Other = "other";

    public static string Of(ReadOnlySpan<char> agent)
    {
        if (Has(agent, "iPad") || Has(agent, "Tablet"))
        {
            return Tablet;
        }

        if (Has(agent, "Mobile") || Has(agent, "iPhone") || Has(agent, "Android"))
        {
            return Mobile;
        }

        return Has(agent, "Windows") || Has(agent, "Macintosh") || Has(agent, "X11") || Has(agent, "Outlook") || Has(agent, "Thunderbird") ? Desktop : Other;
    }

    private static bool Has(ReadOnlySpan<char> text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
